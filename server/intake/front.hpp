#pragma once

#include "server/intake/reporter_context.hpp"

namespace hotline::intake {

/// Pages that are alike for everyone, and the way out:
///   GET  /, /{lang}/, /{lang}/check    from memory
///   GET  /s/<hash>.css                 the one stylesheet
///   GET  /s/<hash>.js                  the script's bundles
///   GET  /s/<hash>.json                what the script must know of the questions
///   GET  /exit, POST /exit             the way out; the query v= names a visit that is over
///   GET  /healthz                      200 "ok" when a write could be committed
void add_front_routes(http::Router& router, const ReporterContext& context);

/// Answers for what no route takes, as pages; problem details below /api/.
http::Router::ErrorPage reporter_error_page(const Pages& pages);

}  // namespace hotline::intake
