#include "server/cli/backup_folder.hpp"

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <functional>
#include <string_view>
#include <system_error>
#include <vector>

namespace hotline::cli {
namespace {

constexpr std::string_view name_shape = "hotline-########-######.db";   // #: a digit

bool is_backup_name(std::string_view name) {
  if (name.ends_with(".age")) name.remove_suffix(4);
  if (name.size() != name_shape.size()) return false;
  return std::equal(name.begin(), name.end(), name_shape.begin(), [](char have, char shape) { return shape == '#' ? (have >= '0' && have <= '9') : have == shape; });
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

Outcome<std::size_t> remove_older_backups(const std::string& folder, std::size_t keep) {
  std::vector<std::filesystem::path> backups;
  std::error_code error;
  for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
    if (is_backup_name(entry->path().filename().string())) backups.push_back(entry->path());
  }
  if (error) return Problem{"cannot read the folder " + folder + ": " + error.message()};
  std::sort(backups.begin(), backups.end(), std::greater<>());
  std::size_t removed = 0;
  for (std::size_t i = keep; i < backups.size(); ++i) {
    if (!std::filesystem::remove(backups[i], error) || error) return Problem{"cannot remove " + backups[i].string() + ": " + error.message()};
    ++removed;
  }
  return removed;
}

}  // namespace hotline::cli
