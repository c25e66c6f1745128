#include "storage/sqlcipher/upgrade.hpp"

#include "storage/private_file.hpp"
#include "storage/sqlcipher/backup.hpp"

#include <filesystem>
#include <sys/stat.h>
#include <unistd.h>

namespace hotline::storage {
namespace {

constexpr std::int64_t seconds_per_day = 86'400;
constexpr std::uintmax_t mib = 1024 * 1024;

std::uintmax_t size_of(const std::string& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  return error ? 0 : size;
}

}  // namespace

std::string upgrade_copy_path(const std::string& database) { return database + ".before-upgrade"; }

Outcome<void> copy_before_upgrade(const std::string& database, const crypto::LockedKey& key) {
  const std::string copy = upgrade_copy_path(database);
  const std::string fresh = copy + ".new";
  ::unlink(fresh.c_str());   // of a start that was cut short
  // The copy, and the change itself, of which all stays in the write-ahead log until its end.
  const std::uintmax_t needed = 2 * (size_of(database) + size_of(database + "-wal"));
  std::error_code error;
  const auto space = std::filesystem::space(std::filesystem::absolute(copy).parent_path(), error);
  if (!error && space.available < needed) {
    return Problem{"not upgraded: a copy of the database is made first, the change takes as much again, and the disk has no room for both: free " + std::to_string((needed - space.available) / mib + 1) +
                   " MiB and start again; nothing was changed"};
  }
  if (auto made = backup_database(database, key, fresh); !made) {
    return Problem{"not upgraded, because the copy that is made first failed: " + made.error().line + "; nothing was changed"};
  }
  if (auto named = rename_durably(fresh, copy); !named) {
    ::unlink(fresh.c_str());
    return Problem{"not upgraded: " + named.error().line + "; nothing was changed"};
  }
  return {};
}

bool remove_old_upgrade_copy(const std::string& database, std::int64_t now_seconds, std::int64_t days) noexcept {
  const std::string copy = upgrade_copy_path(database);
  struct stat status {};
  if (::lstat(copy.c_str(), &status) != 0) return false;
  if (now_seconds - static_cast<std::int64_t>(status.st_mtime) < days * seconds_per_day) return false;
  return ::unlink(copy.c_str()) == 0;
}

}  // namespace hotline::storage
