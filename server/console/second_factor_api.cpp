#include "server/console/second_factor_api.hpp"

#include "crypto/random.hpp"
#include "server/console/json.hpp"
#include "server/console/passkey.hpp"
#include "server/console/proof.hpp"
#include "server/console/qr_rows.hpp"
#include "server/console/record.hpp"
#include "server/console/records.hpp"
#include "server/console/totp.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t passkey_body_bytes_max = 16 * 1024;

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

/// Whoever came in by another way than the new one comes in again; this session goes on.
void factors_changed(const http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  context.sessions.enrolled(who.member);
  context.sessions.close_others_of(who.member, session_token(context, request));
  accounts.tickets.close_all_of(who.member);
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
  const auto id = crypto::random_id<FactorId>();
  const storage::ActivityLines lines{activity_of(context, storage::Act::second_factor_added, who, {storage::SubjectKind::second_factor, id.bytes})};
  const auto added = co_await context.stores.second_factors().add({.id = id,
                                                                   .member = who.member,
                                                                   .kind = storage::FactorKind::totp,
                                                                   .name = {},
                                                                   .created_day = context.clock.day(),
                                                                   .key = ByteVector(secret->begin(), secret->end()),
                                                                   .credential = {},
                                                                   .algorithm = 0,
                                                                   .counter = *step},
                                                                  lines);
  if (!added) co_return refusal(added.error());
  accounts.pending.forget_totp(who.member);
  factors_changed(request, context, accounts, who);
  co_return http::empty_response();
}

http::Awaitable<http::Response> passkey_options(const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto factors = co_await context.stores.second_factors().of_member(who.member);
  if (!factors) co_return refusal(factors.error());
  json::array known;
  for (const storage::SecondFactor& factor : *factors) {
    if (factor.kind == storage::FactorKind::passkey) known.emplace_back(encoded(factor.credential));
  }
  ByteArray<32> challenge;
  crypto::random_bytes(challenge);
  accounts.pending.keep_challenge(who.member, challenge);
  const json::object answer{{"challenge", encoded(challenge)}, {"rp_id", context.access.rp_id()}, {"rp_name", "Console"},
                            {"user_id", encoded(who.member.bytes)}, {"user_name", who.name}, {"exclude", std::move(known)}};
  co_return http::json_response(201, json::serialize(answer));
}

http::Awaitable<http::Response> add_passkey(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto body = co_await read_json(request, passkey_body_bytes_max);
  if (!body) co_return refusal(body.error());
  const auto name = text_field(*body, "name", name_bytes_max);
  const auto attestation = bytes_field(*body, "attestation_object", passkey_body_bytes_max);
  const auto client_data = bytes_field(*body, "client_data", 4096);
  if (!name || name->empty() || !attestation || !client_data) co_return malformed("name, attestation_object and client_data");
  const auto challenge = accounts.pending.take_challenge(who.member);
  if (!challenge) co_return http::problem_response(409, "Conflict", "No passkey was being added, or it took longer than ten minutes. Begin again.");
  auto made = read_new_passkey(context.access, *challenge, *attestation, *client_data);
  if (!made) {
    co_return http::problem_response(403, "Not added",
                                     "This passkey was made for another site, without proof of its owner, or in a way that is not known here. "
                                     "Is origin in [console] the address of this page?");
  }
  const auto id = crypto::random_id<FactorId>();
  const storage::ActivityLines lines{activity_of(context, storage::Act::second_factor_added, who, {storage::SubjectKind::second_factor, id.bytes})};
  const auto added = co_await context.stores.second_factors().add({.id = id,
                                                                   .member = who.member,
                                                                   .kind = storage::FactorKind::passkey,
                                                                   .name = std::string(*name),
                                                                   .created_day = context.clock.day(),
                                                                   .key = std::move(made->public_key),
                                                                   .credential = std::move(made->credential),
                                                                   .algorithm = made->algorithm,
                                                                   .counter = made->counter},
                                                                  lines);
  if (!added) co_return refusal(added.error());
  factors_changed(request, context, accounts, who);
  co_return http::json_response(201, json::serialize(json::object{{"id", to_text(id)}}));
}

http::Awaitable<http::Response> remove(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto id = parse_id<FactorId>(request.captured.at(0));
  if (!id) co_return refusal(Errc::not_found);
  const auto must = co_await must_have_second_factor(context, who.desk);
  if (!must) co_return refusal(must.error());
  const storage::ActivityLines lines{activity_of(context, storage::Act::second_factor_removed, who, {storage::SubjectKind::second_factor, id->bytes})};
  const auto removed = co_await context.stores.second_factors().remove(who.member, *id, *must, lines);
  if (!removed && removed.error() == Errc::forbidden) {
    co_return http::problem_response(409, "Conflict", "This is your only second factor, and this desk requires one. Add another one first.");
  }
  if (!removed) co_return refusal(removed.error());
  factors_changed(request, context, accounts, who);
  co_return http::empty_response();
}

http::Awaitable<http::Response> reset(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto id = parse_id<MemberId>(request.captured.at(0));
  const auto member = id ? co_await context.stores.members().get(*id) : Result<storage::Member>(Errc::not_found);
  if (!member) co_return refusal(member.error());
  if (member->desk != who.desk) co_return refusal(Errc::not_found);
  const storage::ActivityLines lines{activity_of(context, storage::Act::second_factor_removed, who, *id)};
  const auto removed = co_await context.stores.second_factors().remove_all(*id, lines);
  if (!removed) co_return refusal(removed.error());
  context.sessions.close_all_of(*id);
  accounts.tickets.close_all_of(*id);
  co_return http::empty_response();
}

}  // namespace

void add_second_factor_routes(http::Router& router, const Context& context, Accounts& accounts) {
  const auto proved = [&context](MemberHandler handler) { return enrolling_members_too(context, after_proof(std::move(handler))); };
  router.add(http::Method::get, "/api/v1/second-factors", {},
             enrolling_members_too(context, [&context](http::Request&, const SignedIn& who) { return list(context, who); }));
  router.add(http::Method::post, "/api/v1/second-factors/totp", {.body_bytes_max = 4096},
             proved([&accounts](http::Request&, const SignedIn& who) -> http::Awaitable<http::Response> { co_return begin_totp(accounts, who); }));
  router.add(http::Method::post, "/api/v1/second-factors/totp/confirm", {.body_bytes_max = 4096},
             proved([&](http::Request& request, const SignedIn& who) { return confirm_totp(request, context, accounts, who); }));
  router.add(http::Method::post, "/api/v1/second-factors/passkey/options", {.body_bytes_max = 4096},
             proved([&](http::Request&, const SignedIn& who) { return passkey_options(context, accounts, who); }));
  router.add(http::Method::post, "/api/v1/second-factors/passkey", {.body_bytes_max = passkey_body_bytes_max},
             proved([&](http::Request& request, const SignedIn& who) { return add_passkey(request, context, accounts, who); }));
  router.add(http::Method::del, "/api/v1/second-factors/{id}", {},
             proved([&](http::Request& request, const SignedIn& who) { return remove(request, context, accounts, who); }));
  router.add(http::Method::del, "/api/v1/members/{id}/second-factors", {},
             admins_only(context, after_proof([&](http::Request& request, const SignedIn& who) { return reset(request, context, accounts, who); })));
}

}  // namespace hotline::console
