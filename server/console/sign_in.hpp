#pragma once

#include "server/console/accounts.hpp"

namespace hotline::console {

/// Sign-in without the passphrase ever coming here (docs/formats.md section 5), in one step or two:
///   GET    /api/v1/about            whether this console is for trying out
///   GET    /api/v1/sign-in/{name}   salt and cost of the passphrase's Argon2id; alike for names that do not exist
///   POST   /api/v1/session          {"name","auth"}: the auth key derived from it; sets the session cookie, or gives a ticket to a
///                                   member who has a second factor
///   POST   /api/v1/session/second   the ticket with a code or a passkey's assertion; sets the session cookie
///   GET    /api/v1/session          who is signed in, and what unlocks their keys again
///   DELETE /api/v1/session          signs out
void add_sign_in_routes(http::Router& router, const Context& context, Accounts& accounts);

}  // namespace hotline::console
