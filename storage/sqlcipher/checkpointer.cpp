#include "storage/sqlcipher/checkpointer.hpp"

#include "config/log.hpp"

#include <chrono>
#include <exception>

namespace hotline::storage::sqlcipher {

Checkpointer::Checkpointer(Source source) : source_(std::move(source)) {}

Checkpointer::~Checkpointer() { stop(); }

void Checkpointer::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
  connection_.reset();
}

void Checkpointer::begin() noexcept {
  try {
    if (!thread_.joinable()) thread_ = std::thread([this] { run_thread(); });
  } catch (const std::exception&) {
    return pass();  // no thread, or no memory for one, to be had: then the caller does it
  }
  {
    const std::lock_guard lock(mutex_);
    under_way_ = true;
  }
  changed_.notify_all();
}

bool Checkpointer::under_way() const {
  const std::lock_guard lock(mutex_);
  return under_way_;
}

void Checkpointer::wait() const {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return !under_way_; });
}

void Checkpointer::run_thread() noexcept {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return under_way_ || stopping_; });
    if (!under_way_) return;
    lock.unlock();
    pass();
    lock.lock();
    under_way_ = false;
    changed_.notify_all();
  }
}

void Checkpointer::pass() noexcept {
  try {
    if (!connection_) connection_ = std::make_unique<Database>(source_.path, source_.key, Database::Mode::read_write);
    connection_->checkpoint(Database::Checkpoint::passive, std::chrono::milliseconds{0});
  } catch (const Fault& fault) {
    log_event(LogLevel::error, "checkpoint_failed", {{"code", fault.code()}});
  } catch (...) {
    log_event(LogLevel::error, "checkpoint_failed", {{"error", make_error_code(Errc::out_of_memory)}});
  }
}

}  // namespace hotline::storage::sqlcipher
