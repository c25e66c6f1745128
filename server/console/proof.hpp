#pragma once

#include "server/console/accounts.hpp"

#include <boost/json.hpp>

#include <variant>

namespace hotline::console {

/// Whoever sits at an open session must not be able to change how its member comes in: passphrase and second factor are asked again.
///   POST /api/v1/session/proof   {"auth"}: a ticket, and which second factors it takes; none from a member who has none
///   PUT  /api/v1/session/proof   the ticket, and a code or an assertion: for Sessions::proof_seconds the session may do what needs it
void add_proof_routes(http::Router& router, const Context& context, Accounts& accounts);

/// The first step, of any request body with "auth": `{"second": SecondStep}`, or the refusal after the wait of a wrong passphrase.
http::Awaitable<http::Response> begin_proof(http::Request& request, const Context& context, Accounts& accounts, const SignedIn& who,
                                            Ticket::For purpose);

/// The second: uses up the ticket of `body`. The refusal when it is not good, or the code or assertion is not.
http::Awaitable<std::variant<Ticket, http::Response>> finish_proof(const boost::json::object& body, const Context& context, Accounts& accounts,
                                                                   const SignedIn& who, Ticket::For purpose);

http::Response proof_ended();

/// Lets only those through who proved lately who they are: 403 with the problem type "proof-needed".
MemberHandler after_proof(MemberHandler handler);

}  // namespace hotline::console
