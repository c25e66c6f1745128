#pragma once

#include "server/console/accounts.hpp"

namespace hotline::console {

/// A member who is signed in makes a new recovery code for paper. Whoever sits at an open session must not be able to: passphrase and second
/// factor are asked again.
///   POST /api/v1/recovery-code   {"auth"}: a ticket, and which second factors it takes; none for a member who has none
///   PUT  /api/v1/recovery-code   the ticket, a code or an assertion, and what the new paper opens; the old paper ends
void add_paper_code_routes(http::Router& router, const Context& context, Accounts& accounts);

}  // namespace hotline::console
