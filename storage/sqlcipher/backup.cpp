#include "storage/sqlcipher/backup.hpp"

#include "storage/backup_seal.hpp"
#include "storage/disk_space.hpp"
#include "storage/private_file.hpp"
#include "storage/sqlcipher/exclusive_hold.hpp"
#include "storage/sqlcipher/opening.hpp"

#include <array>
#include <cerrno>
#include <chrono>
#include <fcntl.h>
#include <filesystem>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace hotline::storage {
namespace {

using sqlcipher::Database;
using sqlcipher::Fault;

constexpr int pages_per_step = 1024;
constexpr std::int64_t seconds_untouched = 86'400;   // longer than a verification takes without writing

/// Copies page by page, within one read transaction of the source: the copy is the state at its beginning, whatever is written
/// meanwhile. The pages are encrypted anew under the same key and the copy's own salt.
void copy_pages(Database& source, Database& copy, const BackupProgress& progress) {
  source.run("BEGIN");
  source.number("SELECT count(*) FROM sqlite_schema");  // this begins the read
  const std::unique_ptr<sqlite3_backup, int (*)(sqlite3_backup*)> backup(
      sqlite3_backup_init(copy.handle(), "main", source.handle(), "main"), sqlite3_backup_finish);
  if (!backup) throw Fault::of(copy.handle());
  for (;;) {
    const int code = sqlite3_backup_step(backup.get(), pages_per_step);
    if (code != SQLITE_OK && code != SQLITE_DONE) throw Fault(code, sqlite3_system_errno(copy.handle()));
    const std::int64_t all = sqlite3_backup_pagecount(backup.get());
    if (progress) progress(all - sqlite3_backup_remaining(backup.get()), all);
    if (code == SQLITE_DONE) break;
  }
}

/// A sound database by check_database, or the line that says what is wrong.
Outcome<void> require_sound(const std::string& path, const crypto::LockedKey& key, const std::string& what) {
  const Outcome<CheckReport> checked = check_database(path, key, OlderSchema::structure_only);
  if (!checked) return checked.error();
  if (!checked->sound()) {
    return Problem{what + " is damaged: " + checked->problems.front() + (checked->problems.size() > 1 ? " (and more)" : "") +
                   "; run  hotline check  and use another backup"};
  }
  return {};
}

std::uint64_t size_of(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 ? static_cast<std::uint64_t>(status.st_size) : 0;
}

constexpr std::array database_files{"", "-wal", "-shm", "-journal"};

void remove_with_logs(const std::string& path) {
  for (const char* suffix : database_files) ::unlink((path + suffix).c_str());
}

void remove_logs(const std::string& path) {
  for (const char* suffix : {"-wal", "-shm"}) ::unlink((path + suffix).c_str());
}

/// A backup's database under another name, in a private file, synced.
Outcome<void> copy_backup(const std::string& backup, const std::string& to, std::span<const crypto::age::Identity> identities) {
  if (!file_exists(backup) && errno == ENOENT) return Problem{"there is no backup at " + backup + ": correct the path"};
  if (size_of(backup + "-wal") > 0) {
    return Problem{backup + " is a database in use, not a backup: make one of it with  hotline backup"};
  }
  if (is_sealed_backup(backup)) return open_backup(backup, to, identities);
  if (auto readable = check_private_file(backup, "backup"); !readable) return readable;
  return copy_private_file(backup, to, "database");
}

/// What becomes of a file while it is being made.
std::string under_way(const std::string& path) { return path + ".partial"; }

}  // namespace

std::string verify_path(const std::string& database) { return database + ".verify"; }

void remove_leavings_of_restore(const std::string& database, std::int64_t now_seconds) noexcept {
  for (const std::string& left : {verify_path(database), under_way(database)}) {
    for (const char* suffix : database_files) {
      struct stat status {};
      const std::string file = left + suffix;
      if (::lstat(file.c_str(), &status) == 0 && now_seconds - static_cast<std::int64_t>(status.st_mtime) >= seconds_untouched) ::unlink(file.c_str());
    }
  }
}

std::string replaced_path(const std::string& database) { return database + ".replaced"; }

Outcome<void> check_restore_ended(const std::string& database) {
  if (file_exists(database)) return {};
  for (const std::string& left : {replaced_path(database), under_way(database)}) {
    if (file_exists(left)) return Problem{"there is no database at " + database + ", since a restore was cut off (" + left + " is left of it): run it again"};
  }
  return {};
}

Outcome<void> backup_database(const std::string& source, const crypto::LockedKey& key, const std::string& destination,
                              const BackupProgress& progress, std::span<const crypto::age::Recipient> recipients, std::uint64_t reserve_bytes) {
  if (file_exists(destination)) return Problem{destination + " is there already: choose another name for the backup, or move it away"};
  int version = 0;
  auto from = sqlcipher::open_database(source, key, Database::Mode::read_only, version);
  if (!from) return from.error();
  if (version == 0) return Problem{"the database " + source + " is empty: there is nothing to back up"};

  const std::string partial = under_way(destination);
  remove_with_logs(partial);  // of a backup that was cut short
  const std::uint64_t copies = recipients.empty() ? 1 : 2;   // the copy, and the same sealed
  if (auto room = require_room(destination, copies * (size_of(source) + size_of(source + "-wal")), reserve_bytes, "the backup"); !room) return room;
  if (auto created = create_private_file(partial, "backup"); !created) return created;
  RemovedUnlessKept unfinished(partial);
  try {
    Database copy(partial, key, Database::Mode::being_made);
    copy_pages(**from, copy, progress);
    // The copied header says WAL: without it the backup is one file that can be read where nothing may be written.
    copy.script("PRAGMA journal_mode=DELETE");
  } catch (const Fault& fault) {
    return sqlcipher::describe(fault, partial);
  }
  from->reset();
  if (auto synced = sync_file(partial); !synced) return synced;
  const Outcome<void> sound = require_sound(partial, key, "the copy of " + source);
  remove_logs(partial);   // reading may have made them, empty
  if (!sound) return sound;
  if (!recipients.empty()) return seal_backup(partial, destination, recipients);
  if (auto named = rename_durably(partial, destination); !named) return named;
  unfinished.keep();
  return {};
}

Outcome<CheckReport> verify_backup(const std::string& backup, const crypto::LockedKey& key, const std::string& scratch,
                                   std::span<const crypto::age::Identity> identities, std::uint64_t reserve_bytes) {
  remove_with_logs(scratch);   // of an attempt that was cut short
  if (auto room = require_room(scratch, size_of(backup), reserve_bytes, "a copy of the backup, to look at"); !room) return room.error();
  if (auto copied = copy_backup(backup, scratch, identities); !copied) return copied.error();
  Outcome<CheckReport> checked = check_database(scratch, key, OlderSchema::structure_only);
  remove_with_logs(scratch);
  return checked;
}

namespace {

/// Both or neither, unless the disk takes back what it gave.
Outcome<void> move_with_log(const std::string& from, const std::string& to) {
  const auto moved = [](const std::string& one, const std::string& other) { return !file_exists(one) || ::rename(one.c_str(), other.c_str()) == 0; };
  if (moved(from, to)) {
    if (moved(from + "-wal", to + "-wal")) return {};
    const int error = errno;
    ::rename(to.c_str(), from.c_str());
    errno = error;
  }
  return Problem{"cannot move the database " + from + ": " + std::generic_category().message(errno)};
}

}  // namespace

Outcome<void> restore_database(const std::string& backup, const crypto::LockedKey& key, const std::string& destination, bool replace,
                               std::span<const crypto::age::Identity> identities) {
  const auto is_occupied = [&] { return file_exists(destination) || file_exists(destination + "-wal"); };
  const bool occupied = is_occupied();
  const Problem unasked{"there is a database at " + destination +
                        " already: say that it is to be replaced (--replace), or name settings with another [storage] path by --config"};
  if (occupied && !replace) return unasked;
  // From the first look to the last rename: copying and checking take minutes, and what a server that is started meanwhile
  // acknowledged would be lost with the old file.
  auto hold = sqlcipher::ExclusiveHold::take(destination);
  if (!hold) return hold.error();
  const std::string partial = under_way(destination);
  remove_with_logs(partial);
  // No reserve: nobody takes reports meanwhile.
  if (auto room = require_room(destination, size_of(backup), 0, "the restored database"); !room) return room;
  if (auto copied = copy_backup(backup, partial, identities); !copied) return copied;
  RemovedUnlessKept unfinished(partial);
  const Outcome<void> sound = require_sound(partial, key, "the backup " + backup);
  remove_logs(partial);
  if (!sound) return sound;

  const std::string aside = replaced_path(destination);
  if (occupied) {
    // The old log must not meet the new database: its pages would be written over it. The old database goes aside first, so that a
    // crash in between leaves no mixture; running restore again then finishes.
    remove_with_logs(aside);
    if (auto moved = move_with_log(destination, aside); !moved) return moved;
    remove_with_logs(destination);
    auto in_place = sync_directory_of(destination);
    if (in_place) in_place = rename_durably(partial, destination);
    if (!in_place) {
      // Whoever cannot have the backup keeps what there was.
      if (auto back = move_with_log(aside, destination); !back) return Problem{in_place.error().line + "; the old database is " + aside};
      return in_place;
    }
  } else if (is_occupied()) {
    return unasked;   // made meanwhile
  } else if (auto named = rename_durably(partial, destination); !named) {
    return named;
  }
  unfinished.keep();
  // Also that of an earlier attempt, which was cut off between its renames.
  remove_with_logs(aside);
  hold->spoil();
  return sync_directory_of(destination);
}

}  // namespace hotline::storage
