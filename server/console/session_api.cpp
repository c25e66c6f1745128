#include "server/console/session_api.hpp"

#include "crypto/hash.hpp"
#include "server/console/json.hpp"
#include "server/console/record.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

http::Response list(const http::Request& request, const Context& context, const SignedIn& who) {
  json::array sessions;
  for (const SessionView& view : context.sessions.of_member(who.member, session_token(context, request))) {
    sessions.push_back(json::object{{"id", to_text(view.id)},
                                    {"client", view.client == ClientKind::browser ? "browser" : "command"},
                                    {"begun_hour", view.begun_hour},
                                    {"seen_hour", view.seen_hour},
                                    {"current", view.current}});
  }
  return http::json_response(200, json::serialize(json::object{{"sessions", std::move(sessions)}}));
}

http::Awaitable<http::Response> end(const http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<SessionId>(request.captured.at(0));
  const auto views = context.sessions.of_member(who.member, session_token(context, request));
  if (!id || std::ranges::none_of(views, [&](const SessionView& view) { return view.id == *id; })) co_return refusal(Errc::not_found);
  const auto recorded = co_await context.record(storage::Act::session_ended, who, {storage::SubjectKind::session, id->bytes});
  if (!recorded) co_return refusal(recorded.error());
  context.sessions.close(who.member, *id);
  co_return http::empty_response();
}

http::Awaitable<http::Response> end_all(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto id = parse_id<MemberId>(request.captured.at(0));
  const auto member = id ? co_await context.stores.members().get(*id) : Result<storage::Member>(Errc::not_found);
  if (!member) co_return refusal(member.error());
  if (member->desk != who.desk) co_return refusal(Errc::not_found);
  const auto recorded = co_await context.record(storage::Act::session_ended, who, *id);
  if (!recorded) co_return refusal(recorded.error());
  context.sessions.close_all_of(*id);
  accounts.tickets.close_all_of(*id);
  co_return http::empty_response();
}

http::Awaitable<http::Response> change_passphrase(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto auth = bytes_field(*body, "auth", 32);
  const auto salt = fixed_field<16>(*body, "salt");
  const auto auth_hash = fixed_field<32>(*body, "auth_hash");
  auto wrapped = fixed_field<72>(*body, "wrapped_secret");
  if (!auth || !salt || !auth_hash || !wrapped) co_return malformed("auth of the old passphrase, and salt, auth_hash and wrapped_secret of the new one");
  context.sessions.will_be_opened_by(session_token(context, request), *auth_hash);
  const storage::ActivityLines lines{activity_of(context, storage::Act::passphrase_changed, who)};
  const auto changed = co_await context.stores.members().change_passphrase(
      who.member, crypto::blake2b({*auth}), {*salt, *auth_hash, ByteVector(wrapped->begin(), wrapped->end())}, lines);
  if (!changed && changed.error() == Errc::conflict) {
    const auto member = co_await context.stores.members().get(who.member);
    if (!member) co_return refusal(member.error());
    if (!co_await wait_and_record_refusal(context, accounts, who.name, {*member, true})) co_return too_many_wrong();
    co_return http::problem_response(403, "Not changed", "The old passphrase is wrong.");
  }
  if (!changed) co_return refusal(changed.error());
  context.sessions.close_others_of(who.member, session_token(context, request));
  accounts.tickets.close_all_of(who.member);
  co_return http::empty_response();
}

}  // namespace

void add_session_routes(http::Router& router, const Context& context, Accounts& accounts) {
  router.add(http::Method::get, "/api/v1/sessions", {},
             members_only(context, [&context](http::Request& request, const SignedIn& who) -> http::Awaitable<http::Response> {
               co_return list(request, context, who);
             }));
  router.add(http::Method::del, "/api/v1/sessions/{id}", {},
             members_only(context, [&context](http::Request& request, const SignedIn& who) { return end(request, context, who); }));
  router.add(http::Method::del, "/api/v1/members/{id}/sessions", {},
             admins_only(context, [&](http::Request& request, const SignedIn& who) { return end_all(request, context, accounts, who); }));
  router.add(http::Method::put, "/api/v1/passphrase", {.body_bytes_max = 4096},
             members_only(context, [&](http::Request& request, const SignedIn& who) {
               return change_passphrase(request, context, accounts, who);
             }));
}

}  // namespace hotline::console
