#pragma once

#include "server/console/context.hpp"
#include "server/http/router.hpp"

#include <string>

namespace hotline::console {

/// GET /api/v1/questions: what reporters are asked, with the words in which it is asked and what the answers say about urgency. `json` is
/// the whole answer, made once; nothing in it is secret.
void add_question_routes(http::Router& router, const Context& context, std::string json);

}  // namespace hotline::console
