#include "storage/last_backup.hpp"

#include "storage/private_file.hpp"

#include <fstream>
#include <unistd.h>

namespace hotline::storage {
namespace {

std::string path_of(const std::string& database) { return database + ".last-backup"; }

}  // namespace

Outcome<void> remember_backup(const std::string& database, const LastBackup& backup) {
  const std::string path = path_of(database);
  const std::string fresh = path + ".next";
  ::unlink(fresh.c_str());   // of an attempt that was cut short
  const std::string text = std::to_string(backup.made_seconds) + " " + backup.path + "\n";
  if (auto written = write_private_file(fresh, as_bytes(text), "note of the last backup"); !written) return written;
  return rename_durably(fresh, path);
}

std::optional<LastBackup> last_backup(const std::string& database) {
  std::ifstream file(path_of(database));
  LastBackup backup;
  if (!(file >> backup.made_seconds) || file.get() != ' ' || !std::getline(file, backup.path)) return std::nullopt;
  return backup;
}

}  // namespace hotline::storage
