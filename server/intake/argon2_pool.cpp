#include "server/intake/argon2_pool.hpp"

#include "crypto/secret.hpp"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace hotline::intake {
namespace {

std::size_t slots_for(const Limits& limits) {
  if (limits.argon2_slots > 0) return limits.argon2_slots;
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

}  // namespace

Argon2Pool::Argon2Pool(const Limits& limits) : slots_(slots_for(limits)), queue_(limits.argon2_queue_max) {
  threads_.reserve(slots_);
  for (std::size_t i = 0; i < slots_; ++i) threads_.emplace_back([this] { work_off(); });
}

Argon2Pool::~Argon2Pool() { stop(); }

void Argon2Pool::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    while (const std::unique_ptr<Task> task = queue_.take()) task->refuse(Errc::closed);
  }
  filled_.notify_all();
  for (std::thread& thread : threads_) {
    if (thread.joinable()) thread.join();
  }
}

void Argon2Pool::add(Standing standing, std::unique_ptr<Task> task) {
  std::unique_ptr<Task> dropped;
  Errc reason = Errc::busy;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) {
      dropped = std::move(task);
      reason = Errc::closed;
    } else {
      dropped = queue_.add(standing, std::move(task));
    }
  }
  if (dropped) dropped->refuse(reason);
  filled_.notify_one();
}

void Argon2Pool::work_off() noexcept {
  ::setpriority(PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), 5);
  for (;;) {
    std::unique_ptr<Task> task;
    {
      std::unique_lock lock(mutex_);
      filled_.wait(lock, [this] { return stopped_ || queue_.size() != 0; });
      if (stopped_) return;
      task = queue_.take();
    }
    if (task) task->run();
  }
}

void Argon2Pool::leave_no_trace() noexcept { crypto::wipe_stack(); }

}  // namespace hotline::intake
