#include "storage/sqlcipher/opening.hpp"

#include "storage/private_file.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/sqlcipher/schema.hpp"

#include <fcntl.h>
#include <unistd.h>

namespace hotline::storage::sqlcipher {
namespace {

/// Closing a descriptor of a database that this process has open would drop its locks: so only before it is opened.
bool starts_like_plain_sqlite(const std::string& path) {
  constexpr std::string_view magic("SQLite format 3\0", 16);
  std::array<char, magic.size()> start{};
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return false;
  const ssize_t taken = ::read(file, start.data(), start.size());
  ::close(file);
  return taken == static_cast<ssize_t>(start.size()) && std::string_view(start.data(), start.size()) == magic;
}

}  // namespace

Problem describe(const Fault& fault, const std::string& path) {
  switch (fault.errc()) {
    case Errc::corrupt:
      if (starts_like_plain_sqlite(path)) {
        return {"the database " + path + " is not encrypted: Hotline does not open it; correct the path, or restore a backup"};
      }
      return {"the key does not open the database " + path +
              ": use the key file that was made with it; if that is the one, the file is damaged or no Hotline database: restore a backup"};
    case Errc::storage_full: return {"the disk of the database " + path + " is full: free some space and try again"};
    case Errc::busy: return {"the database " + path + " is being used by another program for too long: try again"};
    case Errc::out_of_memory: return {"out of memory while opening the database " + path + ": raise the memory limits"};
    default:
      return {"cannot use the database " + path + " (SQLite error " + std::to_string(fault.code()) +
              "): look at the disk and at the owner and mode of the file and of its -wal and -shm"};
  }
}

Outcome<std::unique_ptr<Database>> open_database(const std::string& path, const crypto::LockedKey& key, Database::Mode mode,
                                                 int& schema_version_out) {
  if (key.size() != 32) return Problem{"the database key is not 32 bytes: make one with  hotline init"};
  if (auto ended = check_restore_ended(path); !ended) return ended.error();
  if (auto checked = check_private_file(path, "database"); !checked) return checked.error();
  try {
    auto database = std::make_unique<Database>(path, key, mode);
    const std::int64_t application = database->number("PRAGMA application_id");
    const std::int64_t tables = database->number("SELECT count(*) FROM sqlite_schema");
    schema_version_out = schema_version(*database);
    if (application != application_id && (tables != 0 || schema_version_out != 0)) {
      return Problem{"the database " + path + " belongs to another program: correct the path"};
    }
    if (schema_version_out > newest_schema_version()) {
      return Problem{"the database " + path + " was written by a newer Hotline (schema " + std::to_string(schema_version_out) + ", this one knows " +
                     std::to_string(newest_schema_version()) + "): install that version, or restore a backup made by this one"};
    }
    return database;
  } catch (const Fault& fault) {
    return describe(fault, path);
  }
}

}  // namespace hotline::storage::sqlcipher
