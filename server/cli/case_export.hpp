#pragma once

#include "server/cli/connection.hpp"

#include <string>

namespace hotline::cli {

/// Writes case.json, the sealed reports as they are stored, and every file as it was sent, to a folder that must not exist yet.
/// With a `reason`, which is recorded, the phone number of a case by SMS stands in case.json; else it is covered. The sealed reports hold it in any
/// case. A file that does not open, or is not the one that was named, is told and left out; the others are written. Returns an exit code.
int export_case(const ConnectionOptions& options, const std::string& id, const std::string& folder, const std::string& reason);

}  // namespace hotline::cli
