#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// Reports, files, answers and cases of the signed-in member's desk; everything that speaks of people is sealed:
///   GET  /api/v1/reports?after=N&limit=M     a page, oldest first
///   GET  /api/v1/reports/{id}                one
///   GET  /api/v1/reports/{id}/files/{file}   a sealed file
///   POST /api/v1/answers                     {"tag","sealed"}: 409 when the tag holds another answer
///   GET  /api/v1/cases                       all of the desk
///   POST /api/v1/cases                       a new case with its grants and first events
///   GET  /api/v1/cases/{id}/events           in order of recording
///   POST /api/v1/cases/{id}/events           appends; with "after": 409 when there is a later event than that
///   PUT  /api/v1/cases/{id}                  state and urgency
///   POST /api/v1/deletions                   {"cases","reports"}: deletes them for good; 403 without a grant for each
/// `answer_bytes` is the one size a sealed answer has.
void add_case_routes(http::Router& router, const Context& context, std::size_t answer_bytes);

}  // namespace hotline::console
