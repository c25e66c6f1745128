#pragma once

#include "server/cli/casebook.hpp"
#include "server/cli/connection.hpp"

namespace hotline::cli {

/// A signed-in member at their desk, with all that they can read there.
struct OpenDesk {
  Connection connection;
  Casebook book;
};

/// Signs in, fetches and opens everything; shows how far it is where that takes long.
Outcome<OpenDesk> open_desk(const ConnectionOptions& options);

}  // namespace hotline::cli
