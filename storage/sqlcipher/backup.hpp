#pragma once

#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace hotline::storage {

/// Pages (4 KiB) copied so far, and in all.
using BackupProgress = std::function<void(std::int64_t done_pages, std::int64_t all_pages)>;

/// Copies the database as it is at one moment, while servers go on writing to it. The copy is one file, encrypted with the same key;
/// it gets its name only when it is whole, on stable storage, and has passed check_database. An existing file is never replaced.
Outcome<void> backup_database(const std::string& source, const crypto::LockedKey& key, const std::string& destination,
                              const BackupProgress& progress = {});

/// Puts a backup in the place of the database. The copy is checked before anything else is touched. Refused when a database is there
/// and `replace` is not set, and when one is there that a running program holds open.
/// Not for a database that this process itself has open.
Outcome<void> restore_database(const std::string& backup, const crypto::LockedKey& key, const std::string& destination, bool replace = false);

struct CheckReport {
  int schema_version = 0;
  std::int64_t reports = 0;
  std::int64_t blobs = 0;             ///< claimed
  std::int64_t waiting_uploads = 0;   ///< not claimed yet
  std::int64_t pieces = 0;
  std::int64_t answers = 0;
  std::int64_t desks = 0;
  std::int64_t epochs = 0;
  std::int64_t members = 0;
  std::int64_t grants = 0;
  std::int64_t cases = 0;
  std::int64_t events = 0;
  std::int64_t activity = 0;          ///< lines of what was done
  std::vector<std::string> problems;  ///< one line each, at most 100; names rows by their ids, holds no content

  bool sound() const noexcept { return problems.empty(); }
};

/// Looks at everything: the authentication of each page, SQLite's own structure, references between tables, that each report is
/// the one its id was made of, that each file is whole, that nothing was taken from or changed in what may only grow (storage/chain.hpp).
/// Works while a server runs. Fails only when the database cannot be opened.
Outcome<CheckReport> check_database(const std::string& path, const crypto::LockedKey& key);

}  // namespace hotline::storage
