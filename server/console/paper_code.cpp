#include "server/console/paper_code.hpp"

#include "crypto/hash.hpp"
#include "server/console/json.hpp"
#include "server/console/record.hpp"
#include "server/console/second_factor.hpp"

namespace hotline::console {
namespace {

namespace json = boost::json;

using Factors = std::vector<storage::SecondFactor>;

/// What is asked again: nothing where second factors are switched off.
http::Awaitable<Result<Factors>> factors_of(const Context& context, MemberId member) {
  if (context.access.second_factor == SecondFactorRule::off) co_return Factors();
  co_return co_await context.stores.second_factors().of_member(member);
}

http::Awaitable<http::Response> begin(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto auth = bytes_field(*body, "auth", 32);
  if (!auth) co_return malformed("auth of the passphrase");
  const auto member = co_await context.stores.members().get(who.member);
  if (!member) co_return refusal(member.error());
  if (!crypto::equal_in_constant_time(crypto::blake2b({*auth}), member->auth_hash)) {
    co_await accounts.wrong_answers.wait_after_wrong(who.name);
    co_return http::problem_response(403, "Not renewed", "The passphrase is wrong.");
  }
  const auto factors = co_await factors_of(context, who.member);
  if (!factors) co_return refusal(factors.error());
  json::object second = second_step_of(context, accounts, Ticket::For::paper_code, *member, *factors);
  co_return http::json_response(200, json::serialize(json::object{{"second", std::move(second)}}));
}

http::Response ticket_ended() {
  return http::problem_response(403, "Not renewed", "This took longer than two minutes, or too much was wrong. Begin again; the code on paper is still good.");
}

http::Awaitable<http::Response> finish(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto body = co_await read_json(request, 16384);
  if (!body) co_return refusal(body.error());
  const auto text = text_field(*body, "ticket", 64);
  const auto wrapped = fixed_field<72>(*body, "recovery_wrapped");
  const auto hash = fixed_field<32>(*body, "recovery_auth_hash");
  if (!text || !wrapped || !hash) co_return malformed("ticket, recovery_wrapped and recovery_auth_hash; a code or a passkey's assertion from who has one");
  const auto ticket = accounts.tickets.take_try(*text, Ticket::For::paper_code);
  if (!ticket || ticket->member != who.member) co_return ticket_ended();
  const auto member = co_await context.stores.members().get(who.member);
  if (!member) co_return refusal(member.error());
  const auto factors = co_await factors_of(context, who.member);
  if (!factors) co_return refusal(factors.error());
  if (!factors->empty()) {
    if (body->contains("totp") == body->contains("passkey")) co_return malformed("a code or a passkey's assertion");
    if (auto refused = co_await refuse_second_step(context, accounts, *ticket, *member, *body)) co_return std::move(*refused);
  }
  if (!accounts.tickets.finish(*text)) co_return ticket_ended();
  const storage::ActivityLines lines{activity_of(context, storage::Act::recovery_code_renewed, who, who.member)};
  const auto renewed =
      co_await context.stores.members().renew_paper_code(who.member, ticket->proof, {ByteVector(wrapped->begin(), wrapped->end()), *hash}, lines);
  if (!renewed) co_return renewed.error() == Errc::conflict ? ticket_ended() : refusal(renewed.error());
  co_return http::empty_response();
}

}  // namespace

void add_paper_code_routes(http::Router& router, const Context& context, Accounts& accounts) {
  router.add(http::Method::post, "/api/v1/recovery-code", {.body_bytes_max = 4096},
             members_only(context, [&](http::Request& request, const SignedIn& who) { return begin(request, context, accounts, who); }));
  router.add(http::Method::put, "/api/v1/recovery-code", {.body_bytes_max = 16384},
             members_only(context, [&](http::Request& request, const SignedIn& who) { return finish(request, context, accounts, who); }));
}

}  // namespace hotline::console
