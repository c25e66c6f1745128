#include "server/console/sign_in.hpp"

#include "crypto/hash.hpp"
#include "crypto/member_keys.hpp"
#include "server/console/json.hpp"
#include "server/console/records.hpp"
#include "server/http/cookies.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hotline::console {
namespace {

namespace json = boost::json;

/// A wrong passphrase waits this long for its answer, and only that one request waits: guessing is slow,
/// and nobody can lock a caseworker out.
constexpr std::chrono::milliseconds wrong_answer_delay{500};

/// What a member would be whose name nobody has: its salt is a keyed hash of the name, so that asking twice gives the same.
http::Awaitable<Result<storage::Member>> nobody(const Context& context, std::string_view name) {
  const auto key = co_await context.stores.server_key("unknown-member-salt");
  if (!key) co_return key.error();
  storage::Member member;
  const auto hash = crypto::keyed_blake2b(key->reveal(), {as_bytes(name)});
  std::memcpy(member.salt.data(), hash.data(), member.salt.size());
  member.auth_hash = crypto::keyed_blake2b(key->reveal(), {as_bytes("no auth key has this hash"), as_bytes(name)});
  co_return member;
}

struct Found {
  storage::Member member;
  bool exists = false;
};

/// Looks a name up; the same work is done whether it exists or not.
http::Awaitable<Result<Found>> look_up(const Context& context, std::string name) {
  auto stand_in = co_await nobody(context, name);
  if (!stand_in) co_return stand_in.error();
  auto member = co_await context.stores.members().find(name);
  if (member) co_return Found{std::move(*member), true};
  if (member.error() != Errc::not_found) co_return member.error();
  co_return Found{std::move(*stand_in), false};
}

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

http::Awaitable<http::Response> sign_in(http::Request& request, const Context& context) {
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
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, wrong_answer_delay);
    co_await timer.async_wait(boost::asio::use_awaitable);
    co_return http::problem_response(403, "Not signed in", "The name or the passphrase is wrong.");
  }
  const storage::Member& member = found->member;
  const std::string token = context.sessions.open({member.id, member.desk, member.role, member.name});
  json::object answer{{"member", describe(member)}, {"wrapped_secret", encoded(member.wrapped_secret)}};
  auto response = http::json_response(200, json::serialize(answer));
  const http::Cookie cookie{.name = context.cookie_name(),
                            .value = token,
                            .secure = context.secure_cookie,
                            .max_age = std::chrono::hours(context.limits.session_hours)};
  response.headers.emplace_back("Set-Cookie", http::to_set_cookie(cookie).value());
  co_return response;
}

}  // namespace

void add_sign_in_routes(http::Router& router, const Context& context) {
  router.add(http::Method::get, "/api/v1/sign-in/{name}", {},
             [&context](http::Request& request) { return parameters(request, context); });
  router.add(http::Method::post, "/api/v1/session", {.body_bytes_max = 4096},
             [&context](http::Request& request) { return sign_in(request, context); });
  router.add(http::Method::get, "/api/v1/session", {},
             members_only(context, [](http::Request&, const SignedIn& who) -> http::Awaitable<http::Response> {
               const json::object answer{{"id", to_text(who.member)},
                                         {"name", who.name},
                                         {"role", role_name(who.role)},
                                         {"desk", to_text(who.desk)}};
               co_return http::json_response(200, json::serialize(answer));
             }));
  router.add(http::Method::del, "/api/v1/session", {},
             members_only(context, [&context](http::Request& request, const SignedIn&) -> http::Awaitable<http::Response> {
               context.sessions.close(session_token(context, request));
               co_return http::empty_response();
             }));
}

}  // namespace hotline::console
