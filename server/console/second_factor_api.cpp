#include "server/console/second_factor_api.hpp"

#include "crypto/random.hpp"
#include "server/console/json.hpp"
#include "server/console/qr_rows.hpp"
#include "server/console/totp.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

http::Awaitable<http::Response> list(const Context& context, const SignedIn& who) {
  const auto factors = co_await context.stores.second_factors().of_member(who.member);
  if (!factors) co_return refusal(factors.error());
  json::object answer{{"totp", nullptr}, {"passkeys", json::array()}};
  for (const storage::SecondFactor& factor : *factors) {
    json::object entry{{"id", to_text(factor.id)}, {"created_day", factor.created_day}};
    if (factor.kind == storage::FactorKind::totp) {
      answer["totp"] = std::move(entry);
    } else {
      entry["name"] = factor.name;
      answer["passkeys"].as_array().push_back(std::move(entry));
    }
  }
  co_return http::json_response(200, json::serialize(answer));
}

http::Response begin_totp(Accounts& accounts, const SignedIn& who) {
  ByteArray<totp_secret_bytes> secret;
  crypto::random_bytes(secret);
  accounts.pending.keep_totp(who.member, secret);
  const std::string uri = totp_uri(secret, who.name);
  json::array rows;
  for (const std::string& row : qr_rows(uri)) rows.emplace_back(row);
  return http::json_response(201, json::serialize(json::object{{"secret", to_base32(secret)}, {"uri", uri}, {"qr", std::move(rows)}}));
}

http::Awaitable<http::Response> confirm_totp(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto code = text_field(*body, "code", 32);
  if (!code) co_return malformed("a code of six digits");
  const auto secret = accounts.pending.totp(who.member);
  if (!secret) co_return http::problem_response(409, "Conflict", "There is no new secret to confirm, or it is older than ten minutes. Begin again.");
  const auto step = totp_match(*secret, *code, context.clock.now(), 0);
  if (!step) {
    co_return http::problem_response(403, "Wrong code", "The code is not of this secret, or the phone's clock is wrong. Try the code that it shows now.");
  }
  const auto added = co_await context.stores.second_factors().add({.id = crypto::random_id<FactorId>(),
                                                                   .member = who.member,
                                                                   .kind = storage::FactorKind::totp,
                                                                   .name = {},
                                                                   .created_day = context.clock.day(),
                                                                   .key = ByteVector(secret->begin(), secret->end()),
                                                                   .credential = {},
                                                                   .algorithm = 0,
                                                                   .counter = *step});
  if (!added) co_return refusal(added.error());
  accounts.pending.forget_totp(who.member);
  context.sessions.enrolled(who.member);
  co_return http::empty_response();
}

http::Awaitable<http::Response> remove(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = parse_id<FactorId>(request.captured.at(0));
  if (!id) co_return refusal(Errc::not_found);
  const auto must = co_await must_have_second_factor(context, who.desk);
  if (!must) co_return refusal(must.error());
  const auto removed = co_await context.stores.second_factors().remove(who.member, *id, *must);
  if (!removed && removed.error() == Errc::forbidden) {
    co_return http::problem_response(409, "Conflict", "This is your only second factor, and this desk requires one. Add another one first.");
  }
  if (!removed) co_return refusal(removed.error());
  co_return http::empty_response();
}

http::Awaitable<http::Response> reset(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto id = parse_id<MemberId>(request.captured.at(0));
  const auto member = id ? co_await context.stores.members().get(*id) : Result<storage::Member>(Errc::not_found);
  if (!member) co_return refusal(member.error());
  if (member->desk != who.desk) co_return refusal(Errc::not_found);
  const auto removed = co_await context.stores.second_factors().remove_all(*id);
  if (!removed) co_return refusal(removed.error());
  context.sessions.close_all_of(*id);
  accounts.tickets.close_all_of(*id);
  co_return http::empty_response();
}

}  // namespace

void add_second_factor_routes(http::Router& router, const Context& context, Accounts& accounts) {
  router.add(http::Method::get, "/api/v1/second-factors", {},
             enrolling_members_too(context, [&context](http::Request&, const SignedIn& who) { return list(context, who); }));
  router.add(http::Method::post, "/api/v1/second-factors/totp", {.body_bytes_max = 4096},
             enrolling_members_too(context, [&accounts](http::Request&, const SignedIn& who) -> http::Awaitable<http::Response> {
               co_return begin_totp(accounts, who);
             }));
  router.add(http::Method::post, "/api/v1/second-factors/totp/confirm", {.body_bytes_max = 4096},
             enrolling_members_too(context, [&](http::Request& request, const SignedIn& who) {
               return confirm_totp(request, context, accounts, who);
             }));
  router.add(http::Method::del, "/api/v1/second-factors/{id}", {},
             enrolling_members_too(context, [&context](http::Request& request, const SignedIn& who) { return remove(request, context, who); }));
  router.add(http::Method::del, "/api/v1/members/{id}/second-factors", {},
             admins_only(context, [&](http::Request& request, const SignedIn& who) { return reset(request, context, accounts, who); }));
}

}  // namespace hotline::console
