#pragma once

#include "config/error.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/secret.hpp"

#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace hotline::storage {

/// Pages (4 KiB) copied so far, and in all.
using BackupProgress = std::function<void(std::int64_t done_pages, std::int64_t all_pages)>;

/// Copies the database as it is at one moment, while servers go on writing to it. The copy is one file, encrypted with the same key;
/// it gets its name only when it is whole, on stable storage, and has passed check_database. An existing file is never replaced.
/// With `recipients` that file is sealed to them as an age file: who opens it needs one of their identities and the key. While it is made,
/// the disk holds the copy twice. Refused when that would leave less than `reserve_bytes` free.
Outcome<void> backup_database(const std::string& source, const crypto::LockedKey& key, const std::string& destination,
                              const BackupProgress& progress = {}, std::span<const crypto::age::Recipient> recipients = {},
                              std::uint64_t reserve_bytes = 0);

/// Puts a backup in the place of the database. The copy is checked before anything else is touched. Refused when a database is there
/// and `replace` is not set, and when one is there that a running program holds open; from then on to the end nobody can open it. `identities`: for
/// a sealed backup.
/// Not for a database that this process itself has open.
Outcome<void> restore_database(const std::string& backup, const crypto::LockedKey& key, const std::string& destination, bool replace = false,
                               std::span<const crypto::age::Identity> identities = {});

/// Where the database that is being replaced lies until the backup is in its place: after a restore that was cut off in between, too.
std::string replaced_path(const std::string& database);
/// Refused with one line when a restore was cut off there: no database, and leavings of the restore. A new database would look as if all were lost.
Outcome<void> check_restore_ended(const std::string& database);

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

/// What is done about a database that an earlier version wrote, whose tables cannot be judged one by one.
enum class OlderSchema {
  refused,
  structure_only,   ///< pages, structure and references; counts stay 0
};

/// Looks at everything: the authentication of each page, SQLite's own structure, references between tables, that each report is
/// the one its id was made of, that each file is whole, that nothing was taken from or changed in what may only grow (storage/chain.hpp).
/// Works while a server runs. Fails only when the database cannot be opened.
Outcome<CheckReport> check_database(const std::string& path, const crypto::LockedKey& key, OlderSchema older = OlderSchema::refused);

/// Where a backup of this database's is copied to be looked at.
std::string verify_path(const std::string& database);

/// Removes copies of backups, opened, that a verification or a restore which was broken off left beside a database that is there, once they lie untouched for a day.
void remove_leavings_of_restore(const std::string& database, std::int64_t now_seconds) noexcept;

/// Proves that a backup can be restored, and touches nothing: copies it to `scratch`, opened with `identities` where it is sealed, looks at all of
/// that, and removes it. `scratch` is a name beside which the disk has room for it, and `reserve_bytes`.
Outcome<CheckReport> verify_backup(const std::string& backup, const crypto::LockedKey& key, const std::string& scratch,
                                   std::span<const crypto::age::Identity> identities = {}, std::uint64_t reserve_bytes = 0);

}  // namespace hotline::storage
