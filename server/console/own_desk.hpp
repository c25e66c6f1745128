#pragma once

#include "server/console/context.hpp"

namespace hotline::console {

/// The desk of that id; Errc::not_found.
http::Awaitable<Result<storage::Desk>> own_desk(const Context& context, DeskId id);

}  // namespace hotline::console
