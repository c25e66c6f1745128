#include "server/console/desk_api.hpp"

#include "crypto/signing.hpp"
#include "server/console/case_access.hpp"
#include "server/console/json.hpp"
#include "server/console/records.hpp"

#include <algorithm>
#include <set>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t grants_max = 1000;
constexpr std::int64_t invitation_hours = 72;

http::Awaitable<Result<storage::Desk>> own_desk(const Context& context, DeskId id) {
  auto desks = co_await context.stores.desks().list();
  if (!desks) co_return desks.error();
  for (storage::Desk& desk : *desks) {
    if (desk.id == id) co_return std::move(desk);
  }
  co_return Errc::not_found;
}

http::Awaitable<http::Response> desk(const Context& context, const SignedIn& who) {
  const auto desk = co_await own_desk(context, who.desk);
  if (!desk) co_return refusal(desk.error());
  const auto epochs = co_await context.stores.desks().epochs(who.desk);
  if (!epochs) co_return refusal(epochs.error());
  const auto members = co_await context.stores.members().list(who.desk);
  if (!members) co_return refusal(members.error());
  json::array epoch_list;
  for (const storage::Epoch& epoch : *epochs) epoch_list.push_back(to_json(epoch));
  json::array member_list;
  for (const storage::Member& member : *members) member_list.push_back(to_json(member));
  const json::object answer{{"desk", to_json(*desk)}, {"epochs", std::move(epoch_list)}, {"members", std::move(member_list)}};
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
  const auto recorded = co_await context.record(storage::Act::epoch_begun, who, epoch->id);
  if (!recorded) co_return refusal(recorded.error());
  // Grants first: an epoch that reporters seal to must have someone who can open it.
  const auto granted = co_await context.stores.grants().add(std::move(*grants));
  if (!granted) co_return refusal(granted.error());
  const auto added = co_await context.stores.desks().add_epoch(std::move(*epoch));
  if (!added) co_return refusal(added.error());
  if (context.epoch_added) context.epoch_added();
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
  for (const MemberId& receiver : receivers) {
    const auto recorded = co_await context.record(storage::Act::member_granted, who, receiver);
    if (!recorded) co_return refusal(recorded.error());
  }
  const auto added = co_await context.stores.grants().add(std::move(*grants));
  if (!added) co_return refusal(added.error());
  co_return http::json_response(201, R"({"added":true})");
}

http::Awaitable<http::Response> invite(http::Request& request, const Context& context, const SignedIn& who) {
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto hash = fixed_field<32>(*body, "code_hash");
  const auto name = text_field(*body, "name", name_bytes_max);
  const auto role_text = text_field(*body, "role", 32);
  if (!hash || !name || name->empty() || !role_text) co_return malformed("code_hash, name and role");
  const auto role = role_from(*role_text);
  if (!role) co_return malformed("a role: caseworker, supervisor, admin, auditor, analyst or partner");
  // Not the code's hash, by which the invitation is found: a line of activity is for more eyes than that.
  const auto recorded = co_await context.record(storage::Act::member_invited, who);
  if (!recorded) co_return refusal(recorded.error());
  const auto invited = co_await context.stores.members().invite(
      {*hash, who.desk, std::string(*name), *role, context.clock.hour() + invitation_hours});
  if (!invited) co_return refusal(invited.error());
  co_return http::json_response(201, json::serialize(json::object{{"valid_hours", invitation_hours}}));
}

http::Awaitable<Result<storage::Invitation>> open_invitation(const Context& context, std::string_view hash_text) {
  ByteArray<32> hash;
  if (!id_from_hex(hash_text, hash)) co_return Errc::not_found;
  co_return co_await context.stores.members().invitation(hash, context.clock.hour());
}

http::Awaitable<http::Response> invitation(http::Request& request, const Context& context) {
  const auto found = co_await open_invitation(context, request.captured.at(0));
  if (!found) co_return refusal(found.error());
  const auto desk = co_await own_desk(context, found->desk);
  if (!desk) co_return refusal(desk.error());
  const json::object answer{{"desk", to_json(*desk)}, {"name", found->name}, {"role", role_name(found->role)}};
  co_return http::json_response(200, json::serialize(answer));
}

http::Awaitable<http::Response> enrol(http::Request& request, const Context& context) {
  const auto body = co_await read_json(request, context.limits.api_body_bytes_max);
  if (!body) co_return refusal(body.error());
  const auto hash = fixed_field<32>(*body, "code_hash");
  const json::value* object = body->if_contains("member");
  const auto salt = fixed_field<16>(*body, "salt");
  const auto auth_hash = fixed_field<32>(*body, "auth_hash");
  auto wrapped = bytes_field(*body, "wrapped_secret", 256);
  auto recovery = bytes_field(*body, "recovery_wrapped", 256);
  if (!hash || object == nullptr || !object->is_object() || !salt || !auth_hash || !wrapped || !recovery) {
    co_return malformed("code_hash, member, salt, auth_hash, wrapped_secret and recovery_wrapped");
  }
  ByteVector recovery_hash;
  if (body->contains("recovery_auth_hash")) {
    const auto given = fixed_field<32>(*body, "recovery_auth_hash");
    if (!given) co_return malformed("recovery_auth_hash of 32 bytes, or none");
    recovery_hash.assign(given->begin(), given->end());
  }
  const auto invited = co_await context.stores.members().invitation(*hash, context.clock.hour());
  if (!invited) co_return refusal(invited.error());
  auto member = member_from(object->get_object(), invited->desk);
  if (!member) co_return malformed("the member's id, name, role and public keys");
  // The invitation decides who one becomes, not the one who comes with it.
  member->name = invited->name;
  member->role = invited->role;
  member->salt = *salt;
  member->auth_hash = *auth_hash;
  member->wrapped_secret = std::move(*wrapped);
  member->recovery_wrapped = std::move(*recovery);
  member->recovery_hash = std::move(recovery_hash);
  member->created_day = context.clock.day();
  member->voucher.clear();
  const SignedIn newcomer{member->id, member->desk, member->role, member->name};
  const auto recorded = co_await context.record(storage::Act::member_enrolled, newcomer, newcomer.member);
  if (!recorded) co_return refusal(recorded.error());
  const auto enrolled = co_await context.stores.members().enrol(*hash, context.clock.hour(), std::move(*member));
  if (!enrolled) co_return refusal(enrolled.error());
  co_return http::json_response(201, R"({"enrolled":true})");
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
  const auto recorded = co_await context.record(storage::Act::member_vouched, who, member->id);
  if (!recorded) co_return refusal(recorded.error());
  const auto kept = co_await context.stores.members().vouch(member->id, *voucher);
  if (!kept) co_return refusal(kept.error());
  co_return http::empty_response();
}

http::Awaitable<http::Response> remove(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<MemberId>(request.captured.at(0));
  if (!id) co_return refusal(Errc::not_found);
  const auto members = co_await context.stores.members().list(who.desk);
  if (!members) co_return refusal(members.error());
  const auto found = std::ranges::find_if(*members, [&](const auto& member) { return member.id == *id; });
  if (found == members->end()) co_return refusal(Errc::not_found);
  const auto admins = std::ranges::count_if(*members, [](const auto& member) { return member.role == storage::Role::admin; });
  if (found->role == storage::Role::admin && admins == 1) {
    co_return http::problem_response(409, "Conflict", "This is the desk's only admin. Make another one first.");
  }
  const auto recorded = co_await context.record(storage::Act::member_removed, who, *id);
  if (!recorded) co_return refusal(recorded.error());
  const auto removed = co_await context.stores.members().remove(*id);
  if (!removed) co_return refusal(removed.error());
  context.sessions.close_all_of(*id);
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
             admins_only(context, [&context](http::Request& request, const SignedIn& who) {
               return add_grants(request, context, who);
             }));
  router.add(http::Method::post, "/api/v1/invitations", {.body_bytes_max = 4096},
             admins_only(context, [&context](http::Request& request, const SignedIn& who) {
               return invite(request, context, who);
             }));
  router.add(http::Method::get, "/api/v1/invitations/{hash}", {},
             own_pages_only([&context](http::Request& request) { return invitation(request, context); }));
  router.add(http::Method::post, "/api/v1/members", with_body,
             own_pages_only([&context](http::Request& request) { return enrol(request, context); }));
  router.add(http::Method::put, "/api/v1/members/{id}/voucher", {.body_bytes_max = 4096},
             admins_only(context, [&context](http::Request& request, const SignedIn& who) {
               return vouch(request, context, who);
             }));
  router.add(http::Method::del, "/api/v1/members/{id}", {},
             admins_only(context, [&context](http::Request& request, const SignedIn& who) {
               return remove(request, context, who);
             }));
}

}  // namespace hotline::console
