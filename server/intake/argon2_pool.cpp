#include "server/intake/argon2_pool.hpp"

#include "crypto/secret.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

namespace hotline::intake {
namespace {

std::size_t slots_for(const Limits& limits) {
  if (limits.argon2_slots > 0) return limits.argon2_slots;
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

Argon2Pool::Argon2Pool(const Limits& limits)
    : slots_(slots_for(limits)), queue_max_(limits.argon2_queue_max + slots_), pool_(slots_) {}

Argon2Pool::~Argon2Pool() {
  pool_.stop();
  pool_.join();
}

void Argon2Pool::lower_priority_once() noexcept {
  thread_local const bool lowered = [] {
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 5);
    return true;
  }();
  static_cast<void>(lowered);
}

void Argon2Pool::leave_no_trace() noexcept { crypto::wipe_stack(); }

}  // namespace hotline::intake
