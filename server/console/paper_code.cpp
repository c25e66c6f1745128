#include "server/console/paper_code.hpp"

#include "server/console/json.hpp"
#include "server/console/proof.hpp"
#include "server/console/record.hpp"

namespace hotline::console {
namespace {

http::Awaitable<http::Response> finish(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who) {
  const auto body = co_await read_json(request, 16384);
  if (!body) co_return refusal(body.error());
  const auto wrapped = fixed_field<72>(*body, "recovery_wrapped");
  const auto hash = fixed_field<32>(*body, "recovery_auth_hash");
  if (!wrapped || !hash) co_return malformed("ticket, recovery_wrapped and recovery_auth_hash; a code or a passkey's assertion from who has one");
  auto proved = co_await finish_proof(*body, context, accounts, who, Ticket::For::paper_code);
  if (auto* refused = std::get_if<http::Response>(&proved)) co_return std::move(*refused);
  const storage::ActivityLines lines{activity_of(context, storage::Act::recovery_code_renewed, who, who.member)};
  const auto renewed =
      co_await context.stores.members().renew_paper_code(who.member, std::get<Ticket>(proved).proof, {ByteVector(wrapped->begin(), wrapped->end()), *hash}, lines);
  if (!renewed) co_return renewed.error() == Errc::conflict ? proof_ended() : refusal(renewed.error());
  co_return http::empty_response();
}

}  // namespace

void add_paper_code_routes(http::Router& router, const Context& context, Accounts& accounts) {
  router.add(http::Method::post, "/api/v1/recovery-code", {.body_bytes_max = 4096},
             members_only(context, [&](http::Request& request, const SignedIn& who) { return begin_proof(request, context, accounts, who, Ticket::For::paper_code); }));
  router.add(http::Method::put, "/api/v1/recovery-code", {.body_bytes_max = 16384},
             members_only(context, [&](http::Request& request, const SignedIn& who) { return finish(request, context, accounts, who); }));
}

}  // namespace hotline::console
