#include "server/app/database_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace hotline::app {

namespace {
std::string path_of(const std::filesystem::path& database) { return database.string() + ".lock"; }
}  // namespace

bool DatabaseLock::is_taken(const std::filesystem::path& database) noexcept {
  const DatabaseLock lock(::open(path_of(database).c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  return lock.descriptor_ >= 0 && ::flock(lock.descriptor_, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
}

Outcome<DatabaseLock> DatabaseLock::take(const std::filesystem::path& database) {
  struct stat status {};
  if (::stat(database.c_str(), &status) != 0) return DatabaseLock(-1);
  const std::string path = path_of(database);
  DatabaseLock lock(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600));
  if (lock.descriptor_ < 0) return Problem{"cannot open " + path + ": " + std::strerror(errno) + "; look at its owner and mode, and at its folder's"};
  // Begun by root: the next server, which may be the service's, must be able to open it.
  if (::geteuid() == 0 && ::fchown(lock.descriptor_, status.st_uid, status.st_gid) != 0) {
    return Problem{"cannot give " + path + " to the database's owner: " + std::strerror(errno)};
  }
  if (::flock(lock.descriptor_, LOCK_EX | LOCK_NB) == 0) return lock;
  if (errno == EWOULDBLOCK) return Problem{"another Hotline serves this database; stop it first"};
  return Problem{"cannot lock " + path + ": " + std::strerror(errno) + "; the database must be on a disk of this machine"};
}

DatabaseLock::DatabaseLock(DatabaseLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

DatabaseLock::~DatabaseLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace hotline::app
