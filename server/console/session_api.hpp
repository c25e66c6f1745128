#pragma once

#include "server/console/accounts.hpp"

namespace hotline::console {

/// Sessions that a member can see and end, and the passphrase:
///   GET    /api/v1/sessions                 the member's own
///   DELETE /api/v1/sessions/{id}            ends one of them
///   DELETE /api/v1/members/{id}/sessions    ends all of a colleague; admins
///   PUT    /api/v1/passphrase               a new one, proved by the old; the member's other sessions end
void add_session_routes(http::Router& router, const Context& context, Accounts& accounts);

}  // namespace hotline::console
