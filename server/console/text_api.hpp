#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// Texts to reporters, for members who work on cases. The server sees number and words while it hands them on, and keeps neither:
///   GET    /api/v1/gateways                  those by which texts can leave, with their hours
///   GET    /api/v1/cases/{id}/texts          what has become of the case's texts
///   POST   /api/v1/cases/{id}/texts          {"id","gateway","to","from","text","at_any_hour"}: 202, it waits
///   DELETE /api/v1/cases/{id}/texts/{text}   takes a waiting one back: 409 when it has left
void add_text_routes(http::Router& router, const Context& context);

}  // namespace hotline::console
