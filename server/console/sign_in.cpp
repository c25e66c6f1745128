#include "server/console/sign_in.hpp"

#include "crypto/hash.hpp"
#include "crypto/member_keys.hpp"
#include "server/console/json.hpp"
#include "server/console/records.hpp"
#include "server/console/second_factor.hpp"
#include "server/http/cookies.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

json::object describe(const storage::Member& member) {
  json::object object = to_json(member);
  object["desk"] = to_text(member.desk);
  return object;
}

http::Awaitable<http::Response> parameters(http::Request& request, const Context& context) {
  if (request.captured.at(0).size() > name_bytes_max) co_return malformed("a name of at most 64 bytes");
  const auto found = co_await look_up(context, request.captured.at(0));
  if (!found) co_return refusal(found.error());
  const json::object answer{{"salt", encoded(found->member.salt)},
                            {"operations", crypto::member_argon2_passes},
                            {"memory_bytes", crypto::member_argon2_bytes}};
  co_return http::json_response(200, json::serialize(answer));
}

/// A new session, whatever cookie came along: one that somebody planted is never taken over, and the browser's earlier one ends.
/// `by_factor`: a second factor was shown, so there must be one still.
http::Awaitable<http::Response> begin_session(const http::Request& request, const Context& context, const storage::Member& member, bool must_enrol,
                                              bool by_factor = false) {
  const SignedIn who{member.id, member.desk, member.role, member.name, must_enrol};
  const auto recorded = co_await context.record(storage::Act::signed_in, who);
  if (!recorded) co_return refusal(recorded.error());
  context.sessions.close(session_token(context, request));
  const auto client = request.header("sec-fetch-mode") ? ClientKind::browser : ClientKind::command;
  const std::string token = context.sessions.open(who, client);
  // Whoever was removed, or got another passphrase, while this waited for its commit had their sessions ended before this one was there.
  const auto now = co_await context.stores.members().get(member.id);
  const auto factors = co_await context.stores.second_factors().of_member(member.id);
  const bool now_known = now || now.error() == Errc::not_found;
  if (!now_known || !factors) {
    context.sessions.close(token);
    co_return refusal(now_known ? factors.error() : now.error());
  }
  if (!now || now->auth_hash != member.auth_hash || now->role != member.role || (by_factor && factors->empty()) ||
      !context.sessions.still_opened_by(token, now->auth_hash)) {
    context.sessions.close(token);
    co_return http::problem_response(403, "Not signed in", "This account was changed while you signed in. Begin again.");
  }
  const json::object answer{{"member", describe(member)}, {"wrapped_secret", encoded(member.wrapped_secret)}, {"must_enrol", must_enrol}};
  auto response = http::json_response(200, json::serialize(answer));
  const http::Cookie cookie{.name = context.cookie_name(),
                            .value = token,
                            .secure = context.secure_cookie,
                            .max_age = std::chrono::hours(context.limits.session_hours)};
  response.headers.emplace_back("Set-Cookie", http::to_set_cookie(cookie).value());
  co_return response;
}

http::Awaitable<http::Response> sign_in(http::Request& request, const Context& context, Accounts& accounts) {
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto name = text_field(*body, "name", name_bytes_max);
  const auto auth = bytes_field(*body, "auth", 32);
  if (!name || !auth) co_return malformed("a name and the auth key");
  auto found = co_await look_up(context, std::string(*name));
  if (!found) co_return refusal(found.error());
  const auto hash = crypto::blake2b({*auth});
  const bool right = crypto::equal_in_constant_time(hash, found->member.auth_hash);
  if (!right || !found->exists) {
    if (!co_await wait_and_record_refusal(context, accounts, *name, *found)) co_return too_many_wrong();
    co_return http::problem_response(403, "Not signed in", "The name or the passphrase is wrong.");
  }
  const storage::Member& member = found->member;
  if (context.access.second_factor == SecondFactorRule::off) co_return co_await begin_session(request, context, member, false);
  const auto factors = co_await context.stores.second_factors().of_member(member.id);
  if (!factors) co_return refusal(factors.error());
  if (!factors->empty()) {
    co_return http::json_response(200, json::serialize(json::object{{"second", second_step_of(context, accounts, Ticket::For::second_factor, member, *factors)}}));
  }
  const auto must = co_await must_have_second_factor(context, member.desk);
  if (!must) co_return refusal(must.error());
  co_return co_await begin_session(request, context, member, *must);
}

http::Response ticket_ended() {
  return http::problem_response(403, "Not signed in", "This sign-in has ended: it took longer than two minutes, or too much was wrong. Begin again.",
                                "proof-ended");
}

ByteArray<32> hash_of_shown(const json::object& body) {
  const json::value* code = body.if_contains("totp");
  return crypto::blake2b({as_bytes("hotline/v1/shown"), as_bytes(json::serialize(code != nullptr ? *code : body.at("passkey")))});
}

http::Awaitable<http::Response> second_step(http::Request& request, const Context& context, Accounts& accounts) {
  const auto body = co_await read_json(request, 16384);
  if (!body) co_return refusal(body.error());
  const auto text = text_field(*body, "ticket", 64);
  if (!text || body->contains("totp") == body->contains("passkey")) co_return malformed("a ticket, and a code or a passkey's assertion");
  const auto ticket = accounts.tickets.take_try(*text, Ticket::For::second_factor);
  if (!ticket) co_return ticket_ended();
  const auto member = co_await context.stores.members().get(ticket->member);
  if (!member && member.error() != Errc::not_found) co_return refusal(member.error());
  // Removed, or another passphrase since.
  if (!member || member->auth_hash != ticket->proof) co_return ticket_ended();
  // Good once: who sends the same again, because what came behind it failed, is known by the hash.
  const auto shown = hash_of_shown(*body);
  if (!crypto::equal_in_constant_time(shown, ticket->shown)) {
    if (auto refused = co_await refuse_second_step(context, accounts, *ticket, *member, *body)) co_return std::move(*refused);
  }
  if (!accounts.tickets.hold(*text)) co_return ticket_ended();
  auto response = co_await begin_session(request, context, *member, false, true);
  if (response.status == 503) {
    accounts.tickets.give_back(*text, shown);
  } else {
    accounts.tickets.finish(*text);
  }
  co_return response;
}

/// Before anybody has signed in: nothing but whether this is for trying out.
http::Awaitable<http::Response> about(const Context& context) {
  const auto desks = co_await context.stores.desks().list();
  if (!desks) co_return refusal(desks.error());
  const bool demo = !desks->empty() && std::ranges::all_of(*desks, &storage::Desk::demo);
  co_return http::json_response(200, json::serialize(json::object{{"demo", demo}}));
}

http::Awaitable<http::Response> who_is_there(const Context& context, const SignedIn& who) {
  const auto member = co_await context.stores.members().get(who.member);
  if (!member) co_return refusal(member.error());
  const auto factors = co_await context.stores.second_factors().of_member(who.member);
  if (!factors) co_return refusal(factors.error());
  const auto demo = co_await is_demo(context, who.desk);
  if (!demo) co_return refusal(demo.error());
  const json::object answer{{"id", to_text(who.member)},
                            {"name", who.name},
                            {"role", role_name(who.role)},
                            {"desk", to_text(who.desk)},
                            {"wrapped_secret", encoded(member->wrapped_secret)},
                            {"salt", encoded(member->salt)},
                            {"operations", crypto::member_argon2_passes},
                            {"memory_bytes", crypto::member_argon2_bytes},
                            {"must_enrol", who.must_enrol},
                            {"second_factors", factors->size()},
                            {"demo", *demo}};
  co_return http::json_response(200, json::serialize(answer));
}

}  // namespace

void add_sign_in_routes(http::Router& router, const Context& context, Accounts& accounts) {
  router.add(http::Method::get, "/api/v1/about", {}, own_pages_only([&context](http::Request&) { return about(context); }));
  router.add(http::Method::get, "/api/v1/sign-in/{name}", {},
             own_pages_only([&context](http::Request& request) { return parameters(request, context); }));
  router.add(http::Method::post, "/api/v1/session", {.body_bytes_max = 4096},
             own_pages_only([&](http::Request& request) { return sign_in(request, context, accounts); }));
  router.add(http::Method::post, "/api/v1/session/second", {.body_bytes_max = 16384},
             own_pages_only([&](http::Request& request) { return second_step(request, context, accounts); }));
  router.add(http::Method::get, "/api/v1/session", {},
             enrolling_members_too(context, [&context](http::Request&, const SignedIn& who) { return who_is_there(context, who); }));
  router.add(http::Method::del, "/api/v1/session", {},
             enrolling_members_too(context, [&context](http::Request& request, const SignedIn& who) -> http::Awaitable<http::Response> {
               const auto recorded = co_await context.record(storage::Act::signed_out, who);
               if (!recorded) co_return refusal(recorded.error());
               context.sessions.close(session_token(context, request));
               co_return http::empty_response();
             }));
}

}  // namespace hotline::console
