#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>

namespace hotline::test {

/// While it lives, SQLite reaches the disk through it: writes and syncs can be made to fail, or a sync to wait.
/// One at a time; make it before the database is opened and end it after the database is closed.
class FaultyVfs {
 public:
  FaultyVfs();
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;
  ~FaultyVfs();

  /// From now on every write (or sync) fails with this SQLite code; `system_error` is what errno would say.
  void fail_writes(int sqlite_code, int system_error = 0);
  void fail_syncs(int sqlite_code, int system_error = 0);
  /// The disk is well again.
  void heal();
  /// How many calls were made to fail so far.
  int failures() const { return failures_; }

  /// The next sync waits until release_sync().
  void hold_next_sync();
  /// Returns when a sync is waiting.
  void wait_until_held();
  void release_sync();

  // For the functions that SQLite calls.
  int before_write();
  int before_sync();
  int system_error() const { return system_error_; }

 private:
  std::atomic<int> write_code_ = 0;
  std::atomic<int> sync_code_ = 0;
  std::atomic<int> system_error_ = 0;
  std::atomic<int> failures_ = 0;
  std::mutex mutex_;
  std::condition_variable changed_;
  enum class Hold { none, wanted, held } hold_ = Hold::none;
};

}  // namespace hotline::test
