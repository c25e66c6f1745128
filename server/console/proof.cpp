#include "server/console/proof.hpp"

#include "crypto/hash.hpp"
#include "server/console/json.hpp"
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

http::Awaitable<http::Response> finish(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto body = co_await read_json(request, 16384);
  if (!body) co_return refusal(body.error());
  auto proved = co_await finish_proof(*body, context, accounts, who, Ticket::For::proof);
  if (auto* refused = std::get_if<http::Response>(&proved)) co_return std::move(*refused);
  // A passphrase that was changed meanwhile has ended this session, unless it changed it itself.
  context.sessions.prove(session_token(context, request));
  co_return http::empty_response();
}

}  // namespace

http::Awaitable<http::Response> begin_proof(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who,
                                            Ticket::For purpose) {
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto auth = bytes_field(*body, "auth", 32);
  if (!auth) co_return malformed("auth of the passphrase");
  const auto member = co_await context.stores.members().get(who.member);
  if (!member) co_return refusal(member.error());
  if (!crypto::equal_in_constant_time(crypto::blake2b({*auth}), member->auth_hash)) {
    if (!co_await wait_and_record_refusal(context, accounts, who.name, {*member, true})) co_return too_many_wrong();
    co_return http::problem_response(403, "Not proved", "The passphrase is wrong.");
  }
  const auto factors = co_await factors_of(context, who.member);
  if (!factors) co_return refusal(factors.error());
  json::object second = second_step_of(context, accounts, purpose, *member, *factors);
  co_return http::json_response(200, json::serialize(json::object{{"second", std::move(second)}}));
}

http::Awaitable<std::variant<Ticket, http::Response>> finish_proof(const json::object& body, const Context& context, Accounts& accounts,
                                                                   const SignedIn& who, Ticket::For purpose) {
  const auto text = text_field(body, "ticket", 64);
  if (!text) co_return malformed("a ticket; a code or a passkey's assertion from who has one");
  const auto ticket = accounts.tickets.take_try(*text, purpose);
  if (!ticket || ticket->member != who.member) co_return proof_ended();
  const auto member = co_await context.stores.members().get(who.member);
  if (!member) co_return refusal(member.error());
  if (member->auth_hash != ticket->proof) co_return proof_ended();
  const auto factors = co_await factors_of(context, who.member);
  if (!factors) co_return refusal(factors.error());
  if (!factors->empty()) {
    if (body.contains("totp") == body.contains("passkey")) co_return malformed("a code or a passkey's assertion");
    if (auto refused = co_await refuse_second_step(context, accounts, *ticket, *member, body)) co_return std::move(*refused);
  }
  if (!accounts.tickets.finish(*text)) co_return proof_ended();
  co_return *ticket;
}

http::Response proof_ended() {
  return http::problem_response(403, "Not proved", "This took longer than two minutes, or too much was wrong. Nothing was changed. Begin again.", "proof-ended");
}

MemberHandler after_proof(MemberHandler handler) {
  return [handler = std::move(handler)](http::Request& request, const SignedIn& who) -> http::Awaitable<http::Response> {
    if (!who.proved_lately) {
      co_return http::problem_response(403, "Proof needed", "Show your passphrase again, and your second factor: this changes who can sign in.", "proof-needed");
    }
    co_return co_await handler(request, who);
  };
}

void add_proof_routes(http::Router& router, const Context& context, Accounts& accounts) {
  router.add(http::Method::post, "/api/v1/session/proof", {.body_bytes_max = 4096},
             enrolling_members_too(context, [&](http::Request& request, const SignedIn& who) {
               return begin_proof(request, context, accounts, who, Ticket::For::proof);
             }));
  router.add(http::Method::put, "/api/v1/session/proof", {.body_bytes_max = 16384},
             enrolling_members_too(context, [&](http::Request& request, const SignedIn& who) { return finish(request, context, accounts, who); }));
}

}  // namespace hotline::console
