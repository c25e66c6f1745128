#pragma once

#include "config/limits.hpp"
#include "storage/sqlcipher/checkpointer.hpp"
#include "storage/sqlcipher/job_queue.hpp"
#include "storage/sqlcipher/source.hpp"

#include <chrono>
#include <thread>

namespace hotline::storage::sqlcipher {

/// The one thread that writes. It takes what is waiting, up to Limits::writer_batch_max jobs, runs each in a savepoint of its
/// own, commits all with one sync, and only then completes them. A job that fails is undone alone; when the commit fails, all
/// fail and nothing of the batch is kept. After an I/O error the connection is closed and opened again, so that no restart is
/// needed once the disk is well.
class Writer {
 public:
  Writer(Source source, std::unique_ptr<Database> connection, const Limits& limits);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  /// Runs `work`, a `Result<T>(Database&) const`; an error as its result undoes what it wrote.
  /// Errc::busy at once when the queue is full. Any thread.
  template <class T, class Work>
  Awaitable<Result<T>> submit(Work work) {
    return sqlcipher::submit<T>(queue_, std::move(work));
  }
  /// The same; before it completes, the write-ahead log is emptied too, so that no older page content stays there. Who reads an older state,
  /// as a backup does, needs what is in it: then it is emptied within a second of their end.
  template <class T, class Work>
  Awaitable<Result<T>> submit_and_empty_log(Work work) {
    return sqlcipher::submit<T>(queue_, std::move(work), true);
  }

  /// Jobs that no thread has taken yet. Any thread.
  std::size_t waiting() const { return queue_.size(); }

  /// Finishes the jobs that were accepted, empties the log and closes. Waits for it.
  void stop();

 private:
  using Batch = std::vector<std::unique_ptr<Job>>;
  void run_thread() noexcept;
  void run_batch(Batch& batch) noexcept;
  /// Each job in its savepoint; gives the number of the job that broke the connection, or none.
  std::optional<std::size_t> run_jobs(Batch& batch);
  bool connect(Errc& reason) noexcept;
  void disconnect() noexcept;
  void checkpoint_when_due() noexcept;
  /// Empties the log, whatever moves it at the moment, or remembers that it is due.
  void empty_log() noexcept;
  void try_to_empty_log(std::chrono::milliseconds wait) noexcept;
  /// Tries again what others were in the way of before.
  void empty_log_when_due(std::chrono::milliseconds wait) noexcept;

  const Source source_;
  std::unique_ptr<Database> connection_;
  /// A connection that failed, kept until the next one is open: see disconnect().
  std::unique_ptr<Database> failed_;
  const std::size_t batch_max_;
  JobQueue queue_;
  Checkpointer checkpointer_;
  bool emptying_due_ = false;
  std::chrono::steady_clock::time_point emptying_after_;   ///< when the next try may be made
  bool moved_beside_ = false;   ///< most of the log was moved by the checkpointer; the rest is the writer's
  int wal_pages_before_ = 0;
  int wal_pages_due_;
  std::thread thread_;
};

}  // namespace hotline::storage::sqlcipher
