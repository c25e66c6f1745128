#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

///   GET /                        the console in the browser (server/console/bundle.hpp)
///   GET /s/{hash}.js …           its script, worker, style and icon
///   GET /api/v1/openapi.json     the API, OpenAPI 3.1
void add_front_page_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
