#include "server/console/second_factor.hpp"

#include "crypto/random.hpp"
#include "server/console/json.hpp"
#include "server/console/passkey.hpp"
#include "server/console/totp.hpp"

namespace hotline::console {
namespace {

namespace json = boost::json;
using enum SecondFactorOutcome;

/// Takes note of a code or an assertion that was right: of two alike one wins.
http::Awaitable<Result<SecondFactorOutcome>> use(const Context& context, const storage::SecondFactor& factor, std::int64_t counter) {
  const auto used = co_await context.stores.second_factors().use(factor.id, counter);
  if (used) co_return right;
  if (used.error() == Errc::duplicate || used.error() == Errc::not_found) co_return wrong;
  co_return used.error();
}

http::Awaitable<Result<SecondFactorOutcome>> check_totp(const Context& context, Accounts& accounts,
                                                        const std::vector<storage::SecondFactor>& factors, MemberId member,
                                                        std::string_view code) {
  const std::string tries = "codes " + to_text(member);
  if (!accounts.wrong_codes.claim(tries, wrong_codes_max)) co_return too_many_codes;
  for (const storage::SecondFactor& factor : factors) {
    if (factor.kind != storage::FactorKind::totp) continue;
    const auto step = totp_match(factor.key, code, context.clock.now(), factor.counter);
    if (!step) co_return wrong;
    const auto outcome = co_await use(context, factor, *step);
    if (outcome && *outcome == right) accounts.wrong_codes.forget(tries);
    co_return outcome;
  }
  co_return wrong;
}

http::Awaitable<Result<SecondFactorOutcome>> check_passkey(const Context& context, const std::vector<storage::SecondFactor>& factors,
                                                           const ByteArray<32>& challenge, const json::object& shown) {
  const auto credential = bytes_field(shown, "credential", 1023);
  const auto data = bytes_field(shown, "authenticator_data", 2048);
  const auto client_data = bytes_field(shown, "client_data", 4096);
  const auto signature = bytes_field(shown, "signature", 1024);
  if (!credential || !data || !client_data || !signature) co_return Errc::malformed;
  for (const storage::SecondFactor& factor : factors) {
    if (factor.kind != storage::FactorKind::passkey || factor.credential != *credential) continue;
    const auto counter = verify_assertion(context.access, challenge, factor.algorithm, factor.key, {*data, *client_data, *signature});
    if (!counter) co_return wrong;
    co_return co_await use(context, factor, *counter);
  }
  co_return wrong;
}

}  // namespace

json::object second_step_of(const Context& context, Accounts& accounts, Ticket::For purpose, const storage::Member& member,
                            const std::vector<storage::SecondFactor>& factors) {
  Ticket ticket{.purpose = purpose, .member = member.id, .proof = member.auth_hash};
  crypto::random_bytes(ticket.challenge);
  bool totp = false;
  json::array credentials;
  for (const storage::SecondFactor& factor : factors) {
    if (factor.kind == storage::FactorKind::totp) totp = true;
    if (factor.kind == storage::FactorKind::passkey) credentials.emplace_back(encoded(factor.credential));
  }
  json::object second{{"ticket", accounts.tickets.open(ticket)}, {"totp", totp}, {"passkey", nullptr}};
  if (!credentials.empty()) {
    second["passkey"] = json::object{{"challenge", encoded(ticket.challenge)}, {"rp_id", context.access.rp_id()}, {"credentials", std::move(credentials)}};
  }
  return second;
}

http::Awaitable<Result<SecondFactorOutcome>> check_second_factor(const Context& context, Accounts& accounts, const Ticket& ticket,
                                                                 const json::object& body) {
  const auto factors = co_await context.stores.second_factors().of_member(ticket.member);
  if (!factors) co_return factors.error();
  if (const json::value* shown = body.if_contains("passkey")) {
    if (!shown->is_object()) co_return Errc::malformed;
    co_return co_await check_passkey(context, *factors, ticket.challenge, shown->get_object());
  }
  const auto code = text_field(body, "totp", 32);
  if (!code) co_return Errc::malformed;
  co_return co_await check_totp(context, accounts, *factors, ticket.member, *code);
}

http::Response second_factor_refused(SecondFactorOutcome outcome) {
  if (outcome == too_many_codes) {
    return http::problem_response(403, "Not signed in",
                                  "Too many wrong codes: somebody may know this passphrase. Use a passkey, or try again in 15 minutes and change it.");
  }
  return http::problem_response(403, "Not signed in", "The second factor is wrong, or was used before. A code is good once: wait for the next one.");
}

http::Awaitable<std::optional<http::Response>> refuse_second_step(const Context& context, Accounts& accounts, const Ticket& ticket,
                                                                  const storage::Member& member, const json::object& body) {
  const auto shown = co_await check_second_factor(context, accounts, ticket, body);
  if (!shown) co_return refusal(shown.error());
  if (*shown == right) co_return std::nullopt;
  const SignedIn nobody_yet{member.id, member.desk, member.role, member.name};
  const auto recorded = co_await context.record_look(storage::Act::second_factor_refused, nobody_yet, member.id);
  if (!recorded) co_return refusal(recorded.error());
  const std::string account = "second " + to_text(member.id);
  if (*shown == wrong && !co_await accounts.wrong_codes.wait_after_wrong(account)) co_return too_many_wrong();
  co_return second_factor_refused(*shown);
}

}  // namespace hotline::console
