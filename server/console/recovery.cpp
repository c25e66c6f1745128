#include "server/console/recovery.hpp"

#include "crypto/hash.hpp"
#include "server/console/json.hpp"
#include "server/console/record.hpp"
#include "server/console/records.hpp"

namespace hotline::console {
namespace {

namespace json = boost::json;

http::Awaitable<http::Response> begin(http::Request& request, const Context& context, Accounts& accounts) {
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto name = text_field(*body, "name", name_bytes_max);
  const auto auth = bytes_field(*body, "recovery_auth", 32);
  if (!name || !auth) co_return malformed("a name and the paper code's auth key");
  const auto found = co_await look_up(context, std::string(*name));
  if (!found) co_return refusal(found.error());
  const auto hash = crypto::blake2b({*auth});
  const bool right = crypto::equal_in_constant_time(hash, found->member.recovery_hash);
  if (!right || !found->exists) {
    if (!co_await wait_and_record_refusal(context, accounts, *name, *found)) co_return too_many_wrong();
    co_return http::problem_response(403, "Not recovered", "The name or the recovery code is wrong, or this account has no code that works here.");
  }
  // With these bytes and the paper the member's keys open, whatever comes after.
  const SignedIn returning{found->member.id, found->member.desk, found->member.role, found->member.name};
  const auto recorded = co_await context.record(storage::Act::recovery_begun, returning, found->member.id);
  if (!recorded) co_return refusal(recorded.error());
  const std::string ticket = accounts.tickets.open({.purpose = Ticket::For::recovery, .member = found->member.id, .challenge = {}, .proof = hash});
  const json::object answer{{"ticket", ticket},
                            {"member_id", to_text(found->member.id)},
                            {"recovery_wrapped", encoded(found->member.recovery_wrapped)}};
  co_return http::json_response(200, json::serialize(answer));
}

http::Response ticket_ended() {
  return http::problem_response(403, "Not recovered", "This recovery has ended: it took longer than ten minutes, or was used. Type the code again.");
}

http::Awaitable<http::Response> finish(http::Request& request, const Context& context, Accounts& accounts) {
  const auto body = co_await read_json(request, 4096);
  if (!body) co_return refusal(body.error());
  const auto text = text_field(*body, "ticket", 64);
  const auto salt = fixed_field<16>(*body, "salt");
  const auto auth_hash = fixed_field<32>(*body, "auth_hash");
  const auto wrapped = fixed_field<72>(*body, "wrapped_secret");
  const auto recovery_wrapped = fixed_field<72>(*body, "recovery_wrapped");
  const auto recovery_hash = fixed_field<32>(*body, "recovery_auth_hash");
  if (!text || !salt || !auth_hash || !wrapped || !recovery_wrapped || !recovery_hash) {
    co_return malformed("ticket, salt, auth_hash, wrapped_secret, recovery_wrapped and recovery_auth_hash");
  }
  const auto ticket = accounts.tickets.take_try(*text, Ticket::For::recovery);
  if (!ticket) co_return ticket_ended();
  const auto member = co_await context.stores.members().get(ticket->member);
  if (!member) co_return member.error() == Errc::not_found ? ticket_ended() : refusal(member.error());
  const SignedIn returning{member->id, member->desk, member->role, member->name};
  const storage::ActivityLines lines{activity_of(context, storage::Act::recovered, returning, member->id)};
  // The ticket ends with the commit, which compares the code's hash: of two one is done, and what failed is sent again with the same ticket.
  const auto done = co_await context.stores.members().recover(
      ticket->member, ticket->proof, {*salt, *auth_hash, ByteVector(wrapped->begin(), wrapped->end())},
      ByteVector(recovery_wrapped->begin(), recovery_wrapped->end()), *recovery_hash, lines);
  if (!done) co_return done.error() == Errc::conflict ? ticket_ended() : refusal(done.error());
  context.sessions.close_all_of(ticket->member);
  accounts.tickets.close_all_of(ticket->member);
  co_return http::empty_response();
}

}  // namespace

void add_recovery_routes(http::Router& router, const Context& context, Accounts& accounts) {
  router.add(http::Method::post, "/api/v1/recovery", {.body_bytes_max = 4096},
             own_pages_only([&](http::Request& request) { return begin(request, context, accounts); }));
  router.add(http::Method::post, "/api/v1/recovery/finish", {.body_bytes_max = 4096},
             own_pages_only([&](http::Request& request) { return finish(request, context, accounts); }));
}

}  // namespace hotline::console
