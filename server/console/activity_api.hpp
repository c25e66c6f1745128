#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// Who did what at the member's desk, without content:
///   GET /api/v1/activity?before=N&limit=M&case=ID&report=ID&member=ID   newest first, and the end of the chain
/// Whoever may not see all of it sees that of a case they work on. Reading it is written down too.
void add_activity_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
