#pragma once

#include "storage/sqlcipher/database.hpp"
#include "storage/sqlcipher/source.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

namespace hotline::storage::sqlcipher {

/// Moves what the write-ahead log holds into the database while the writer goes on writing, on a thread and a connection of its
/// own. The log of a busy server takes tens of milliseconds to move, for which every commit would otherwise wait.
/// All calls come from one thread.
class Checkpointer {
 public:
  explicit Checkpointer(Source source);
  Checkpointer(const Checkpointer&) = delete;
  Checkpointer& operator=(const Checkpointer&) = delete;
  /// Stops, if stop() was not called.
  ~Checkpointer();

  /// Begins a pass; none may be under way. What is committed after its beginning stays in the log. A failure is logged, and what
  /// was not moved stays in the log as well.
  void begin() noexcept;
  bool under_way() const;
  /// Until no pass is under way. Two checkpoints at once would refuse each other.
  void wait() const;
  /// Finishes the pass under way and closes the connection. No pass may be begun afterwards.
  void stop();

 private:
  void run_thread() noexcept;
  void pass() noexcept;

  const Source source_;
  std::unique_ptr<Database> connection_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  bool under_way_ = false;
  bool stopping_ = false;
  std::thread thread_;   ///< begun with the first pass: most programs that open a database need none
};

}  // namespace hotline::storage::sqlcipher
