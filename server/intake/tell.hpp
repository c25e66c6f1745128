#pragma once

#include "server/intake/reporter_context.hpp"

namespace hotline::intake {

/// The report by form, without script:
///   GET  /{lang}/tell    the questions, with a fresh token
///   POST /{lang}/tell    seals, stores, and only then shows the return code
/// A form that is wrong comes back with what was typed; a report that could not be stored says so and does too.
void add_tell_routes(http::Router& router, const ReporterContext& context);

}  // namespace hotline::intake
