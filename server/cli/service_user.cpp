#include "server/cli/service_user.hpp"

#include "storage/key_file.hpp"

#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <string>

namespace hotline::cli {
namespace {

std::string folder_of(const std::filesystem::path& file) { return std::filesystem::absolute(file).parent_path().string(); }

bool is_roots(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) != 0 || status.st_uid == 0;
}

Outcome<void> go_on_as_owner_of(const std::string& folder) {
  struct stat status {};
  if (::geteuid() != 0 || ::stat(folder.c_str(), &status) != 0 || status.st_uid == 0) return {};
  const passwd* user = ::getpwuid(status.st_uid);
  const gid_t group = user == nullptr ? status.st_gid : user->pw_gid;
  const bool grouped = user == nullptr ? ::setgroups(1, &group) == 0 : ::initgroups(user->pw_name, group) == 0;
  if (!grouped || ::setgid(group) != 0 || ::setuid(status.st_uid) != 0) {
    return Problem{"cannot go on as the owner of " + folder + ": " + std::strerror(errno) + "; run the command as that user"};
  }
  return {};
}

}  // namespace

Outcome<crypto::LockedKey> load_database_key(const Settings& settings) {
  const std::string folder = folder_of(settings.storage.path);
  if (!is_roots(settings.storage.key_file)) {
    if (const auto now = go_on_as_owner_of(folder); !now) return now.error();
  }
  auto key = storage::load_key_file(settings.storage.key_file);
  if (!key) return key.error();
  if (const auto now = go_on_as_owner_of(folder); !now) return now.error();
  return std::move(*key);
}

Outcome<void> make_database_key(const Settings& settings) {
  const std::string folder = folder_of(settings.storage.key_file);
  // In a folder of the service's the key is made by the service's user, who goes on with the database in any case.
  if (!is_roots(folder)) {
    if (const auto now = go_on_as_owner_of(folder); !now) return now.error();
  }
  return storage::create_key_file(settings.storage.key_file);
}

}  // namespace hotline::cli
