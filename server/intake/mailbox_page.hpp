#pragma once

#include "server/intake/reporter_context.hpp"

namespace hotline::intake {

/// Answers for a reporter without script (docs/formats.md section 4): the server derives and opens in locked memory for the
/// length of the request and keeps nothing.
///   GET  /{lang}/answers    asks for the code
///   POST /{lang}/answers    code: shows answers; with message or files: a follow-up; with delete=1: the wish to delete
void add_mailbox_page_routes(http::Router& router, const ReporterContext& context);

}  // namespace hotline::intake
