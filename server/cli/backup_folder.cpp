#include "server/cli/backup_folder.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <cstddef>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string_view>
#include <system_error>
#include <vector>

namespace hotline::cli {
namespace {

constexpr std::string_view name_shape = "hotline-########-######.db";   // #: a digit
constexpr std::int64_t seconds_untouched = 86'400;                       // longer than a backup takes without writing

bool is_backup_name(std::string_view name) {
  if (name.ends_with(".age")) name.remove_suffix(4);
  if (name.size() != name_shape.size()) return false;
  return std::equal(name.begin(), name.end(), name_shape.begin(), [](char have, char shape) { return shape == '#' ? (have >= '0' && have <= '9') : have == shape; });
}

/// Under way: the copy, the same as it is being sealed, and the files that SQLite puts beside it.
bool is_part_of_backup(std::string_view name) {
  for (const std::string_view beside : {"-wal", "-shm", "-journal"}) {
    if (name.ends_with(beside)) name.remove_suffix(beside.size());
  }
  for (const std::string_view part : {".partial", ".sealing"}) {
    if (name.ends_with(part)) return is_backup_name(name.substr(0, name.size() - part.size()));
  }
  return false;
}

template <class Wanted>
Outcome<std::vector<std::filesystem::path>> files_of(const std::string& folder, Wanted wanted) {
  std::vector<std::filesystem::path> files;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (wanted(entry->path())) files.push_back(entry->path());
  }
  if (error) return Problem{"cannot read the folder " + folder + ": " + error.message()};
  return files;
}

Outcome<std::size_t> remove_all(const std::vector<std::filesystem::path>& files) {
  std::error_code error;
  for (const std::filesystem::path& file : files) {
    std::filesystem::remove(file, error);
    if (error) return Problem{"cannot remove " + file.string() + ": " + error.message()};
  }
  return files.size();
}

}  // namespace

std::string new_backup_in(const std::string& folder, std::int64_t now_seconds, bool sealed) {
  const std::time_t now = now_seconds;
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char stamp[32];
  const std::size_t size = std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &parts);
  return (std::filesystem::path(folder) / ("hotline-" + std::string(stamp, size) + ".db" + (sealed ? ".age" : ""))).string();
}

Outcome<std::size_t> remove_older_backups(const std::string& folder, std::size_t keep, const std::string& made) {
  const std::filesystem::path mine = std::filesystem::path(made).filename();
  auto others = files_of(folder, [&](const std::filesystem::path& file) { return is_backup_name(file.filename().string()) && file.filename() != mine; });
  if (!others) return others.error();
  std::sort(others->begin(), others->end(), std::greater<>());
  // The clock may have been ahead when others were made: by name alone the one just made would be the oldest.
  others->erase(others->begin(), others->begin() + static_cast<std::ptrdiff_t>(std::min(keep > 0 ? keep - 1 : 0, others->size())));
  return remove_all(*others);
}

Outcome<std::size_t> remove_cut_short(const std::string& folder, std::int64_t now_seconds) {
  const auto left = files_of(folder, [&](const std::filesystem::path& file) {
    struct stat status {};
    return is_part_of_backup(file.filename().string()) && ::lstat(file.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
           now_seconds - status.st_mtime > seconds_untouched;
  });
  if (!left) return left.error();
  return remove_all(*left);
}

}  // namespace hotline::cli
