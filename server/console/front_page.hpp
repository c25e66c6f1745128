#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

///   GET /                        what this listener is, and how a caseworker works with it
///   GET /api/v1/openapi.json     the API, OpenAPI 3.1
void add_front_page_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
