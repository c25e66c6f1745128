#include "server/app/lockdown.hpp"

#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include <cerrno>
#include <cstring>

namespace hotline::app {

const char memory_advice[] =
    "memory cannot be locked, so it may reach the swap: raise the limit (systemd: LimitMEMLOCK=infinity; shell: ulimit -l unlimited) "
    "or run without swap";

Outcome<Lockdown> lock_down_process() {
  const auto failed = [](const char* what) {
    return Problem{std::string("cannot ") + what + ": " + std::strerror(errno) + "; run it outside of whatever forbids this"};
  };
  const rlimit none{0, 0};
  if (::setrlimit(RLIMIT_CORE, &none) != 0) return failed("switch core dumps off");
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return failed("set no_new_privs");
  Lockdown lockdown;
#ifndef HOTLINE_SANITIZED
  if (::prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) return failed("make the process unreadable to others");
  rlimit lock_limit{};
  ::getrlimit(RLIMIT_MEMLOCK, &lock_limit);
  lock_limit.rlim_cur = lock_limit.rlim_max;
  ::setrlimit(RLIMIT_MEMLOCK, &lock_limit);
  // MCL_FUTURE with a small limit would make later allocations fail instead of leaving them unlocked,
  // so it is asked for only where the limit does not bind (unlimited, or CAP_IPC_LOCK).
  constexpr rlim_t enough = 1024UL * 1024 * 1024;
  const bool privileged = ::mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0;
  if (privileged && lock_limit.rlim_cur != RLIM_INFINITY && lock_limit.rlim_cur < enough) {
    // With CAP_IPC_LOCK the limit does not bind; without it the call above succeeds only while the process is small.
    void* probe = ::mmap(nullptr, lock_limit.rlim_cur + 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (probe == MAP_FAILED) {
      ::munlockall();
      return lockdown;
    }
    ::munmap(probe, lock_limit.rlim_cur + 4096);
  }
  lockdown.memory_locked = privileged;
#endif
  return lockdown;
}

}  // namespace hotline::app
