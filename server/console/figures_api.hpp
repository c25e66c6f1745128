#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// How many came, for those who plan, report and audit, from what the server sees anyway:
///   GET /api/v1/figures?from=2026-01&to=2026-06[&exact=true]
/// By month (UTC) and by urgency, channel, state and time to the first reading. Small numbers are held back (suppression.hpp), and the month that
/// still runs is left out, so that nobody sees one number change by one report. `exact` is for those who see each report or line anyway.
void add_figures_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
