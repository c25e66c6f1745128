#pragma once

#include "config/limits.hpp"
#include "storage/sqlcipher/job_queue.hpp"
#include "storage/sqlcipher/writer.hpp"

#include <thread>
#include <vector>

namespace hotline::storage::sqlcipher {

/// Threads that read, Limits::reader_threads of them, each with a read-only connection. A job sees one state of the database
/// from its first to its last statement, and every commit that was acknowledged before it was awaited.
class Readers {
 public:
  /// `source.path` is open in the writer already; connections are made on the threads, when first needed.
  Readers(Source source, const Limits& limits);
  Readers(const Readers&) = delete;
  Readers& operator=(const Readers&) = delete;
  ~Readers();

  /// Runs `work`, a `Result<T>(Database&) const`. Errc::busy at once when the queue is full. Any thread.
  template <class T, class Work>
  Awaitable<Result<T>> submit(Work work) {
    return sqlcipher::submit<T>(queue_, std::move(work));
  }

  /// Jobs that no thread has taken yet. Any thread.
  std::size_t waiting() const { return queue_.size(); }

  /// Finishes the jobs that were accepted and closes. Waits for it.
  void stop();

 private:
  void run_thread() noexcept;
  void run_job(std::unique_ptr<Database>& connection, Job& job) noexcept;

  const Source source_;
  JobQueue queue_;
  std::vector<std::thread> threads_;
};

}  // namespace hotline::storage::sqlcipher
