#pragma once

#include "server/intake/reporter_context.hpp"

namespace hotline::intake {

/// All of the reporter's side: pages, answers, the API for clients that seal themselves. Everything in `context` outlives
/// the router.
Result<void> add_intake_routes(http::Router& router, const ReporterContext& context);

}  // namespace hotline::intake
