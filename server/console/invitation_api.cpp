#include "server/console/invitation_api.hpp"

#include "crypto/random.hpp"
#include "server/console/json.hpp"
#include "server/console/own_desk.hpp"
#include "server/console/proof.hpp"
#include "server/console/record.hpp"
#include "server/console/records.hpp"

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::int64_t invitation_hours = 72;

http::Awaitable<http::Response> invite(http::Request& request, const Context& context, const SignedIn& who) {
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto hash = fixed_field<32>(*body, "code_hash");
  const auto name = text_field(*body, "name", name_bytes_max);
  const auto role_text = text_field(*body, "role", 32);
  if (!hash || !name || name->empty() || !role_text) co_return malformed("code_hash, name and role");
  const auto role = role_from(*role_text);
  if (!role) co_return malformed("a role: caseworker, supervisor, admin, auditor, analyst or partner");
  // Not the code's hash, by which one enrols: a line of activity, and the list, are for more eyes than that.
  const auto id = crypto::random_id<InvitationId>();
  const std::int64_t hour = context.clock.hour();
  const storage::ActivityLines lines{activity_of(context, storage::Act::member_invited, who, id)};
  const auto invited =
      co_await context.stores.members().invite({*hash, who.desk, std::string(*name), *role, hour + invitation_hours, id, who.member, hour}, lines);
  if (!invited) co_return refusal(invited.error());
  co_return http::json_response(201, json::serialize(json::object{{"id", to_text(id)}, {"valid_hours", invitation_hours}}));
}

/// Never a code, nor its hash: with either one could enrol.
json::object described(const storage::Invitation& invitation) {
  json::object object{{"id", to_text(invitation.id)},
                      {"name", invitation.name},
                      {"role", role_name(invitation.role)},
                      {"made_hour", invitation.made_hour},
                      {"expiry_hour", invitation.expiry_hour}};
  object["invited_by"] = invitation.invited_by == MemberId{} ? json::value(nullptr) : json::value(to_text(invitation.invited_by));
  return object;
}

http::Awaitable<http::Response> list(const Context& context, const SignedIn& who) {
  const auto found = co_await context.stores.members().invitations(who.desk, context.clock.hour());
  if (!found) co_return refusal(found.error());
  json::array entries;
  for (const storage::Invitation& invitation : *found) entries.push_back(described(invitation));
  co_return http::json_response(200, json::serialize(json::object{{"invitations", std::move(entries)}}));
}

http::Awaitable<http::Response> withdraw(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<InvitationId>(request.captured.at(0));
  if (!id) co_return refusal(Errc::not_found);
  const storage::ActivityLines lines{activity_of(context, storage::Act::invitation_withdrawn, who, *id)};
  const auto withdrawn = co_await context.stores.members().withdraw(who.desk, *id, lines);
  if (!withdrawn && withdrawn.error() == Errc::not_found) {
    co_return http::problem_response(404, "Not found", "This invitation is not there any more: it was used, withdrawn, or replaced by a newer one.");
  }
  if (!withdrawn) co_return refusal(withdrawn.error());
  co_return http::empty_response();
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
  const auto body = co_await read_json(request, stranger_body_bytes_max);
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
  const storage::ActivityLines lines{activity_of(context, storage::Act::member_enrolled, newcomer, newcomer.member)};
  const auto enrolled = co_await context.stores.members().enrol(*hash, context.clock.hour(), std::move(*member), lines);
  if (!enrolled) co_return refusal(enrolled.error());
  context.stores.arrivals().desk_changed(invited->desk);
  co_return http::json_response(201, R"({"enrolled":true})");
}

}  // namespace

void add_invitation_routes(http::Router& router, const Context& context) {
  router.add(http::Method::get, "/api/v1/invitations", {},
             admins_only(context, [&context](http::Request&, const SignedIn& who) { return list(context, who); }));
  router.add(http::Method::post, "/api/v1/invitations", {.body_bytes_max = 4096},
             admins_only(context, after_proof([&context](http::Request& request, const SignedIn& who) { return invite(request, context, who); })));
  router.add(http::Method::get, "/api/v1/invitations/{which}", {},
             own_pages_only([&context](http::Request& request) { return invitation(request, context); }));
  router.add(http::Method::del, "/api/v1/invitations/{which}", {},
             admins_only(context, [&context](http::Request& request, const SignedIn& who) { return withdraw(request, context, who); }));
  router.add(http::Method::post, "/api/v1/members", {.body_bytes_max = stranger_body_bytes_max},
             own_pages_only([&context](http::Request& request) { return enrol(request, context); }));
}

}  // namespace hotline::console
