#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace hotline::storage {

/// When the last backup of a database was made, and where to: remembered in a file beside the database, DATABASE.last-backup, since the folder of
/// the backups stands in no settings. Without it nobody would hear that backups have stopped.
struct LastBackup {
  std::int64_t made_seconds = 0;   ///< since 1970
  std::string path;
};

Outcome<void> remember_backup(const std::string& database, const LastBackup& backup);
/// Nothing when none was remembered, or it cannot be read.
std::optional<LastBackup> last_backup(const std::string& database);

}  // namespace hotline::storage
