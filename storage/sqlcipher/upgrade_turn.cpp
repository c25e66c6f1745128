#include "storage/sqlcipher/upgrade_turn.hpp"

#include <cerrno>
#include <fcntl.h>
#include <filesystem>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>

namespace hotline::storage::sqlcipher {

Outcome<UpgradeTurn> UpgradeTurn::take(const std::string& database) {
  const std::string folder = std::filesystem::absolute(database).parent_path().string();
  UpgradeTurn turn(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (turn.folder_ < 0) return Problem{"not upgraded: cannot open " + folder + ": " + std::generic_category().message(errno)};
  while (::flock(turn.folder_, LOCK_EX) != 0) {
    if (errno != EINTR) return Problem{"not upgraded: cannot lock " + folder + ": " + std::generic_category().message(errno) + "; it must be on a disk of this machine"};
  }
  return turn;
}

UpgradeTurn::~UpgradeTurn() {
  if (folder_ >= 0) ::close(folder_);
}

}  // namespace hotline::storage::sqlcipher
