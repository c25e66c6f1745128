#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <vector>

namespace hotline::http {

/// Counts the connections of a server, all its listeners together. Any thread.
class ConnectionSlots {
 public:
  explicit ConnectionSlots(std::size_t most) : most_(most) {}

  bool full() const;
  bool try_take();
  void give_back();
  std::size_t in_use() const;
  /// Calls `wake` once, when a slot is free: at once if one is, else from the thread that gives one back.
  void when_free(std::function<void()> wake);
  /// Blocks; false when some are still in use after that time.
  bool wait_until_none(std::chrono::milliseconds time);

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable none_;
  std::size_t in_use_ = 0;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace hotline::http
