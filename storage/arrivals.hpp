#pragma once

#include "config/ids.hpp"

#include <algorithm>
#include <mutex>
#include <vector>

namespace hotline::storage {

/// Told what was committed at a desk, after the commit, without content. Called on any thread, by whoever wrote it: must not wait.
class ArrivalWatcher {
 public:
  virtual ~ArrivalWatcher() = default;
  /// A report is there. `priority` 0 danger now … 4 other; `hour` since 1970, as the report keeps it.
  virtual void report_arrived(const DeskId& desk, std::uint8_t priority, std::int64_t hour) noexcept {
    static_cast<void>(desk);
    static_cast<void>(priority);
    static_cast<void>(hour);
  }
  /// Reports, cases, events or texts of the desk, its members, epochs or grants are not what they were; also after each report_arrived.
  virtual void desk_changed(const DeskId& desk) noexcept { static_cast<void>(desk); }
};

/// Where watchers wait. Only what this process writes is told. Any thread.
class Arrivals {
 public:
  void watch(ArrivalWatcher& watcher) {
    const std::lock_guard lock(mutex_);
    watchers_.push_back(&watcher);
  }
  /// When it returns, the watcher is not being told anything and will not be any more.
  void forget(ArrivalWatcher& watcher) {
    const std::lock_guard lock(mutex_);
    std::erase(watchers_, &watcher);
  }
  void report_arrived(const DeskId& desk, std::uint8_t priority, std::int64_t hour) {
    const std::lock_guard lock(mutex_);
    for (ArrivalWatcher* watcher : watchers_) {
      watcher->report_arrived(desk, priority, hour);
      watcher->desk_changed(desk);
    }
  }
  void desk_changed(const DeskId& desk) {
    const std::lock_guard lock(mutex_);
    for (ArrivalWatcher* watcher : watchers_) watcher->desk_changed(desk);
  }

 private:
  std::mutex mutex_;
  std::vector<ArrivalWatcher*> watchers_;
};

}  // namespace hotline::storage
