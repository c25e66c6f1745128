#pragma once

#include "server/cli/transport.hpp"

#include <memory>
#include <string>

namespace hotline::cli {

/// The console's own handlers on a database of this machine, without a socket: the same rights as over the network,
/// since the same code checks them.
Outcome<std::unique_ptr<Transport>> open_local_console(const std::string& settings_file);

}  // namespace hotline::cli
