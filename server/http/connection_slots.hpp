#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <unordered_map>
#include <vector>

namespace hotline::http {

/// Counts the connections of a server, all its listeners together, and how many each sender has (sender_group). Any thread.
class ConnectionSlots {
 public:
  explicit ConnectionSlots(std::size_t most) : most_(most) {}

  bool full() const;
  bool try_take(std::uint64_t group);
  void give_back(std::uint64_t group);
  std::size_t in_use() const;
  /// Calls `wake` once, when a slot is free: at once if one is, else from the thread that gives one back.
  void when_free(std::function<void()> wake);
  /// Blocks; false when some are still in use after that time.
  bool wait_until_none(std::chrono::milliseconds time);

  struct Share {
    std::uint64_t group = 0;
    bool large = false;       ///< an eighth of all slots or more, and two at least
  };
  /// Who has the most connections.
  Share largest() const;

 private:
  const std::size_t most_;
  mutable std::mutex mutex_;
  std::condition_variable none_;
  std::size_t in_use_ = 0;
  std::unordered_map<std::uint64_t, std::size_t> shares_;
  std::vector<std::function<void()>> waiting_;
};

}  // namespace hotline::http
