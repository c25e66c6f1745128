#include "server/console/desk_api.hpp"

#include "crypto/signing.hpp"
#include "server/console/case_access.hpp"
#include "server/console/json.hpp"
#include "server/console/own_desk.hpp"
#include "server/console/proof.hpp"
#include "server/console/record.hpp"
#include "server/console/records.hpp"

#include <algorithm>
#include <set>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t grants_max = 1000;

http::Awaitable<http::Response> desk(const Context& context, const SignedIn& who) {
  const auto desk = co_await own_desk(context, who.desk);
  if (!desk) co_return refusal(desk.error());
  const auto epochs = co_await context.stores.desks().epochs(who.desk);
  if (!epochs) co_return refusal(epochs.error());
  const auto roster = co_await context.stores.members().roster(who.desk);
  if (!roster) co_return refusal(roster.error());
  json::array epoch_list;
  for (const storage::Epoch& epoch : *epochs) epoch_list.push_back(to_json(epoch));
  json::array member_list;
  for (const storage::Member& member : roster->members) member_list.push_back(to_json(member));
  json::array former_list;
  for (const storage::Member& member : roster->former) former_list.push_back(to_json(member));
  const json::object answer{{"desk", to_json(*desk)}, {"epochs", std::move(epoch_list)}, {"members", std::move(member_list)}, {"former", std::move(former_list)}};
  co_return http::json_response(200, json::serialize(answer));
}

/// Grants of a body, each to a member of the asker's desk: Errc::not_found otherwise. To one whose role does not work on reports there
/// are none, whatever a client makes: Errc::malformed.
http::Awaitable<Result<std::vector<storage::Grant>>> grants_of(const Context& context, const SignedIn& who,
                                                               const json::object& body) {
  const auto list = array_field(body, "grants", grants_max);
  if (!list) co_return list.error();
  const auto members = co_await context.stores.members().list(who.desk);
  if (!members) co_return members.error();
  std::vector<storage::Grant> grants;
  for (const json::value& entry : **list) {
    auto grant = grant_from(entry.get_object());
    if (!grant) co_return grant.error();
    const auto colleague = std::ranges::find_if(*members, [&](const auto& member) { return member.id == grant->member; });
    if (colleague == members->end()) co_return Errc::not_found;
    if (!may(colleague->role, Right::report_work)) co_return Errc::malformed;
    grants.push_back(std::move(*grant));
  }
  co_return grants;
}

http::Awaitable<http::Response> add_epoch(http::Request& request, const Context& context, const SignedIn& who) {
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  const json::value* object = body->if_contains("epoch");
  if (object == nullptr || !object->is_object()) co_return malformed("an epoch and its grants");
  auto epoch = epoch_from(object->get_object(), who.desk);
  if (!epoch) co_return malformed("an epoch and its grants");
  const auto desk = co_await own_desk(context, who.desk);
  if (!desk) co_return refusal(desk.error());
  // A session alone must not be enough to have reporters seal to somebody else.
  const crypto::EpochStatement statement{who.desk, epoch->id, epoch->not_before, epoch->not_after, epoch->recipient};
  if (!crypto::verify_epoch(desk->desk_key, statement, epoch->signature)) co_return malformed("an epoch signed by the desk key");
  auto grants = co_await grants_of(context, who, *body);
  if (!grants) co_return refusal(grants.error());
  const storage::ActivityLines lines{activity_of(context, storage::Act::epoch_begun, who, epoch->id)};
  const auto added = co_await context.stores.desks().add_epoch(std::move(*epoch), std::move(*grants), lines);
  if (!added) co_return refusal(added.error());
  if (context.epoch_added) context.epoch_added();
  context.stores.arrivals().desk_changed(who.desk);
  co_return http::json_response(201, R"({"added":true})");
}

/// Of the kinds that the query names with commas between them; all without it.
http::Awaitable<http::Response> own_grants(http::Request& request, const Context& context, const SignedIn& who) {
  const auto kinds = query_text(request, "kind");
  if (kinds && !grant_kinds_known(*kinds)) co_return malformed("kind: epoch, desk_key or case, with commas between them");
  const auto grants = co_await context.stores.grants().of_member(who.member);
  if (!grants) co_return refusal(grants.error());
  json::array list;
  for (const storage::Grant& grant : *grants) {
    if (!kinds || names_grant_kind(*kinds, grant.kind)) list.push_back(to_json(grant));
  }
  co_return http::json_response(200, json::serialize(json::object{{"grants", std::move(list)}}));
}

http::Awaitable<http::Response> add_grants(http::Request& request, const Context& context, const SignedIn& who) {
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  auto grants = co_await grants_of(context, who, *body);
  if (!grants) co_return refusal(grants.error());
  std::set<MemberId> receivers;
  for (const storage::Grant& grant : *grants) receivers.insert(grant.member);
  storage::ActivityLines lines;
  for (const MemberId& receiver : receivers) lines.push_back(activity_of(context, storage::Act::member_granted, who, receiver));
  const auto added = co_await context.stores.grants().add(std::move(*grants), std::move(lines));
  if (!added) co_return refusal(added.error());
  context.stores.arrivals().desk_changed(who.desk);
  co_return http::json_response(201, R"({"added":true})");
}

http::Awaitable<http::Response> vouch(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<MemberId>(request.captured.at(0));
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto voucher = fixed_field<64>(*body, "voucher");
  if (!voucher) co_return malformed("a voucher of 64 bytes");
  const auto desk = co_await own_desk(context, who.desk);
  if (!desk) co_return refusal(desk.error());
  const auto members = co_await context.stores.members().list(who.desk);
  if (!members) co_return refusal(members.error());
  const auto member = std::ranges::find_if(*members, [&](const auto& entry) { return id && entry.id == *id; });
  if (member == members->end()) co_return refusal(Errc::not_found);
  const crypto::MemberStatement statement{who.desk, member->id, member->sign_key, member->recipient};
  if (!crypto::verify_member(desk->desk_key, statement, *voucher)) co_return malformed("a signature by the desk key over the member's keys");
  const storage::ActivityLines lines{activity_of(context, storage::Act::member_vouched, who, member->id)};
  const auto kept = co_await context.stores.members().vouch(member->id, *voucher, lines);
  if (!kept) co_return refusal(kept.error());
  context.stores.arrivals().desk_changed(who.desk);
  co_return http::empty_response();
}

http::Awaitable<http::Response> remove(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<MemberId>(request.captured.at(0));
  if (!id) co_return refusal(Errc::not_found);
  const auto members = co_await context.stores.members().list(who.desk);
  if (!members) co_return refusal(members.error());
  const auto found = std::ranges::find_if(*members, [&](const auto& member) { return member.id == *id; });
  if (found == members->end()) co_return refusal(Errc::not_found);
  const storage::ActivityLines lines{activity_of(context, storage::Act::member_removed, who, *id)};
  const auto removed = co_await context.stores.members().remove(*id, lines);
  if (!removed && removed.error() == Errc::conflict) {
    co_return http::problem_response(409, "Conflict", "This is the desk's only admin. Make another one first.");
  }
  if (!removed) co_return refusal(removed.error());
  context.sessions.close_all_of(*id);
  context.stores.arrivals().desk_changed(who.desk);
  co_return http::empty_response();
}

}  // namespace

void add_desk_routes(http::Router& router, const Context& context) {
  const http::RouteLimits with_body{.body_bytes_max = context.limits.api_body_bytes_max};
  router.add(http::Method::get, "/api/v1/desk", {},
             members_only(context, [&context](http::Request&, const SignedIn& who) { return desk(context, who); }));
  router.add(http::Method::post, "/api/v1/epochs", with_body,
             admins_only(context, [&context](http::Request& request, const SignedIn& who) {
               return add_epoch(request, context, who);
             }));
  router.add(http::Method::get, "/api/v1/grants", {},
             members_only(context, [&context](http::Request& request, const SignedIn& who) { return own_grants(request, context, who); }));
  router.add(http::Method::post, "/api/v1/grants", with_body,
             admins_only(context, after_proof([&context](http::Request& request, const SignedIn& who) {
               return add_grants(request, context, who);
             })));
  router.add(http::Method::put, "/api/v1/members/{id}/voucher", {.body_bytes_max = 4096},
             admins_only(context, after_proof([&context](http::Request& request, const SignedIn& who) {
               return vouch(request, context, who);
             })));
  router.add(http::Method::del, "/api/v1/members/{id}", {},
             admins_only(context, after_proof([&context](http::Request& request, const SignedIn& who) {
               return remove(request, context, who);
             })));
}

}  // namespace hotline::console
