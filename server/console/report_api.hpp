#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// Reports of the member's desk, their files, and who opened them; everything that speaks of people is sealed:
///   GET  /api/v1/reports?after=N&limit=M     a page, oldest first
///   GET  /api/v1/reports?ids=a,b,…           those, at most 100
///   GET  /api/v1/reports/{id}                one; recorded
///   GET  /api/v1/reports/{id}/files/{file}   a sealed file; recorded
///   GET  /api/v1/reports/{id}/views          who opened it
///   POST /api/v1/reports/{id}/views          a signed, sealed `view`; a new report is then a seen one
void add_report_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
