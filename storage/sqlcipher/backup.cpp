#include "storage/sqlcipher/backup.hpp"

#include "storage/backup_seal.hpp"
#include "storage/private_file.hpp"
#include "storage/sqlcipher/opening.hpp"

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

/// SQLite holds a lock on these bytes of the file as long as a connection is open (its file format, "The WAL-mode file locks").
bool held_open_by_another(const std::string& path) {
  constexpr off_t first_lock_byte = 0x40000000;
  constexpr off_t lock_bytes = 512;
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return false;
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = first_lock_byte;
  lock.l_len = lock_bytes;
  const bool asked = ::fcntl(file, F_GETLK, &lock) == 0;
  ::close(file);
  return asked && lock.l_type != F_UNLCK;
}

bool has_content(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 && status.st_size > 0;
}

void remove_with_logs(const std::string& path) {
  for (const char* suffix : {"", "-wal", "-shm", "-journal"}) ::unlink((path + suffix).c_str());
}

void remove_logs(const std::string& path) {
  for (const char* suffix : {"-wal", "-shm"}) ::unlink((path + suffix).c_str());
}

/// A backup's database under another name, in a private file, synced.
Outcome<void> copy_backup(const std::string& backup, const std::string& to, std::span<const crypto::age::Identity> identities) {
  if (!file_exists(backup) && errno == ENOENT) return Problem{"there is no backup at " + backup + ": correct the path"};
  if (has_content(backup + "-wal")) {
    return Problem{backup + " is a database in use, not a backup: make one of it with  hotline backup"};
  }
  if (is_sealed_backup(backup)) return open_backup(backup, to, identities);
  if (auto readable = check_private_file(backup, "backup"); !readable) return readable;
  return copy_private_file(backup, to, "database");
}

/// What becomes of a file while it is being made.
std::string under_way(const std::string& path) { return path + ".partial"; }

}  // namespace

Outcome<void> backup_database(const std::string& source, const crypto::LockedKey& key, const std::string& destination,
                              const BackupProgress& progress, std::span<const crypto::age::Recipient> recipients) {
  if (file_exists(destination)) return Problem{destination + " is there already: choose another name for the backup, or move it away"};
  int version = 0;
  auto from = sqlcipher::open_database(source, key, Database::Mode::read_only, version);
  if (!from) return from.error();
  if (version == 0) return Problem{"the database " + source + " is empty: there is nothing to back up"};

  const std::string partial = under_way(destination);
  remove_with_logs(partial);  // of a backup that was cut short
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
                                   std::span<const crypto::age::Identity> identities) {
  remove_with_logs(scratch);   // of an attempt that was cut short
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
  const bool occupied = file_exists(destination) || file_exists(destination + "-wal");
  if (occupied && !replace) {
    return Problem{"there is a database at " + destination + " already: say that it is to be replaced (--replace), or restore to another path"};
  }
  if (occupied && held_open_by_another(destination)) {
    return Problem{"the database " + destination + " is in use: stop Hotline first"};
  }
  const std::string partial = under_way(destination);
  remove_with_logs(partial);
  if (auto copied = copy_backup(backup, partial, identities); !copied) return copied;
  RemovedUnlessKept unfinished(partial);
  const Outcome<void> sound = require_sound(partial, key, "the backup " + backup);
  remove_logs(partial);
  if (!sound) return sound;

  if (occupied) {
    // The old log must not meet the new database: its pages would be written over it. The old database goes aside first, so that a
    // crash in between leaves no mixture; running restore again then finishes.
    const std::string aside = destination + ".replaced";
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
  } else if (auto named = rename_durably(partial, destination); !named) {
    return named;
  }
  unfinished.keep();
  if (occupied) {
    remove_with_logs(destination + ".replaced");
    return sync_directory_of(destination);
  }
  return {};
}

}  // namespace hotline::storage
