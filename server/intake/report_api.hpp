#pragma once

#include "server/intake/reporter_context.hpp"

namespace hotline::intake {

/// For clients that seal themselves (a browser with script, another program):
///   GET  /api/v1/desk       whom to seal to: desk, desk key, current epoch with its signature
///   POST /api/v1/reports    multipart: report, file (file name = its id), upload (id of a file that came before, uploads.hpp),
///                           priority, epoch; Idempotency-Key
///   POST /api/v1/mailbox    eight tags: the answers found, or a filler of the same size
Result<void> add_report_api_routes(http::Router& router, const ReporterContext& context);

}  // namespace hotline::intake
