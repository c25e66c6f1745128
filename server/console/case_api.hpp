#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// Answers and cases of the signed-in member's desk; everything that speaks of people is sealed:
///   POST /api/v1/answers                     {"tag","sealed"}: 409 when the tag holds another answer
///   GET  /api/v1/cases?after&limit&state     a page in order of creation, with summaries and own grants; without a query all, bare
///   POST /api/v1/cases                       a new case with its grants and first events, the reports it takes, its summary
///   GET  /api/v1/cases/{id}                  one, with its summary and the caller's grant
///   GET  /api/v1/cases/{id}/events           in order of recording; recorded
///   POST /api/v1/cases/{id}/events           events, fields, reports and grants in one commit, or 409 and nothing of it
///   PUT  /api/v1/cases/{id}                  state and urgency, as the first clients set them
///   POST /api/v1/deletions                   {"cases","reports"}: deletes them for good; 403 without a grant for each
/// `answer_bytes` is the one size a sealed answer has.
void add_case_routes(http::Router& router, const Context& context, std::size_t answer_bytes);

}  // namespace hotline::console
