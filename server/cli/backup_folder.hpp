#pragma once

#include "config/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace hotline::cli {

// A folder of backups whose names say when they were made, UTC: hotline-20261123-140500.db, sealed ones with .age behind it.

/// The name of a new one.
std::string new_backup_in(const std::string& folder, std::int64_t now_seconds, bool sealed);
/// Removes all but the newest `keep` of those names, by name, and says how many. Other files are left alone.
Outcome<std::size_t> remove_older_backups(const std::string& folder, std::size_t keep);

}  // namespace hotline::cli
