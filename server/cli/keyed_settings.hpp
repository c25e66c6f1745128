#pragma once

#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "storage/sqlcipher/backup.hpp"

#include <string>

namespace hotline::cli {

/// Settings and database key: what a command on the database file needs.
struct KeyedSettings {
  Settings settings;
  crypto::LockedKey key;
};
Outcome<KeyedSettings> load_keyed_settings(const std::string& settings_file);

/// What a check counted: "reports 12, files 3, …".
std::string counts_line(const storage::CheckReport& report);

}  // namespace hotline::cli
