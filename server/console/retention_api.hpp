#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// What time destroys next, and what it leaves alone: GET /api/v1/retention.
void add_retention_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
