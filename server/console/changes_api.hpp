#pragma once

#include "server/console/changes.hpp"
#include "server/console/context.hpp"

namespace hotline::console {

///   GET /api/v1/changes?after=N   {"number"}: held until the desk's number is another than N, or some 25 seconds are over
/// A request like any other, with its session, limits and role; what happened is not in it (docs/decisions/0028-casework.md).
void add_changes_routes(http::Router& router, const Context& context, Changes& changes);

}  // namespace hotline::console
