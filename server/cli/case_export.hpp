#pragma once

#include "server/cli/connection.hpp"

#include <string>

namespace hotline::cli {

/// Writes case.json, the sealed reports as they are stored, and every file as it was sent, to a folder that must not exist yet.
/// Returns an exit code.
int export_case(const ConnectionOptions& options, const std::string& id, const std::string& folder);

}  // namespace hotline::cli
