#include "storage/sqlcipher/exclusive_hold.hpp"

#include <array>
#include <cerrno>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace hotline::storage::sqlcipher {
namespace {

constexpr off_t first_lock_byte = 0x40000000;   // PENDING_BYTE; RESERVED and SHARED follow
constexpr off_t lock_bytes = 512;

}  // namespace

Outcome<ExclusiveHold> ExclusiveHold::take(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0 && errno == ENOENT) return ExclusiveHold(-1);
  if (file < 0) return Problem{"cannot open the database " + path + ", to see that nobody uses it: " + std::generic_category().message(errno)};
  ExclusiveHold hold(file);
  struct flock lock {};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  lock.l_start = first_lock_byte;
  lock.l_len = lock_bytes;
  // Of the open file, not of the process: closing another descriptor of it would drop the latter.
  if (::fcntl(file, F_OFD_SETLK, &lock) == 0) return hold;
  if (errno != EAGAIN && errno != EACCES) return Problem{"cannot lock the database " + path + ": " + std::generic_category().message(errno)};
  return Problem{"the database " + path + " is in use: stop Hotline, its sockets, which would start it again, and its backups:  systemctl stop "
                 "hotline-public.socket hotline-console.socket hotline-backup.timer hotline-backup hotline"};
}

ExclusiveHold::~ExclusiveHold() {
  if (file_ >= 0) ::close(file_);
}

void ExclusiveHold::spoil() noexcept {
  constexpr std::array<char, 4096> nothing{};
  struct stat status {};
  if (file_ < 0 || ::fstat(file_, &status) != 0 || status.st_nlink != 0) return;
  static_cast<void>(::pwrite(file_, nothing.data(), nothing.size(), 0));
}

}  // namespace hotline::storage::sqlcipher
