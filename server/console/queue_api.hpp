#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// What waits at the member's desk:
///   GET /api/v1/queue?view=…&after=CURSOR&limit=N   most urgent first; view: all, unread, mine, unassigned, overdue, closed
///   GET /api/v1/queue/counts                        how much; also for those who see only figures
void add_queue_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
