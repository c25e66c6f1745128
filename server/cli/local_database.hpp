#pragma once

#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "storage/sqlcipher/stores.hpp"

#include <memory>
#include <string>

namespace hotline::cli {

/// The database that a settings file names, opened on this machine; a server may be running on it at the same time.
struct LocalDatabase {
  std::unique_ptr<Settings> settings;
  std::unique_ptr<storage::SqlcipherStores> stores;
};
Outcome<LocalDatabase> open_local_database(const std::string& settings_file, bool create = false);

}  // namespace hotline::cli
