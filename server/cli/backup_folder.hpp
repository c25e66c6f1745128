#pragma once

#include "config/error.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

namespace hotline::cli {

// A folder of backups whose names say when they were made, UTC: hotline-20261123-140500.db, sealed ones with .age behind it.

/// The name of a new one.
std::string new_backup_in(const std::string& folder, std::int64_t now_seconds, bool sealed);
/// Removes all but `keep` backups, and says how many: `made`, the one that was just made, stays whatever its name says, and of the others the
/// newest by name. Other files are left alone.
Outcome<std::size_t> remove_older_backups(const std::string& folder, std::size_t keep, const std::string& made);
/// Removes what backups of such names left that were cut short, once nobody has written to it for a day, and says how many files that were.
Outcome<std::size_t> remove_cut_short(const std::string& folder, std::int64_t now_seconds);

}  // namespace hotline::cli
