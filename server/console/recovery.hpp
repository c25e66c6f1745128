#pragma once

#include "server/console/accounts.hpp"

namespace hotline::console {

/// A member who has lost passphrase or second factor comes back with the paper code:
///   POST /api/v1/recovery          {"name","recovery_auth"}: a ticket and the member secret as the code wraps it; wrong and unknown
///                                  are alike, and wait like wrong passphrases
///   POST /api/v1/recovery/finish   the ticket with a new passphrase and a new paper code; second factors and sessions of the member end
void add_recovery_routes(http::Router& router, const Context& context, Accounts& accounts);

}  // namespace hotline::console
