#pragma once

#include "server/intake/reporter_context.hpp"

namespace hotline::intake {

/// What a client that seals itself must know, as JSON:
///   GET  /api/v1/desk          the desk that reports go to, its key and its epoch
///   GET  /api/v1/desks         all that may be chosen, and the limits
///   POST /api/v1/return-code   {"code"} → the mailbox key and recipient, for browsers that cannot compute Argon2id themselves
void add_desk_api_routes(http::Router& router, const ReporterContext& context);

}  // namespace hotline::intake
