#pragma once

#include "config/error.hpp"
#include "storage/awaitable.hpp"
#include "storage/hand_over.hpp"
#include "storage/sqlcipher/database.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace hotline::storage::sqlcipher {

/// A piece of work for a database thread, and whoever waits for it.
class Job {
 public:
  enum class Ran {
    keep,     ///< done: what it wrote may be committed
    undo,     ///< refused: what it wrote must be undone, the connection is sound
    broken,   ///< the connection failed under it
  };
  virtual ~Job() = default;
  /// Works on the database and remembers the outcome. May be run again after a rollback.
  virtual Ran run(Database& database) noexcept = 0;
  /// Replaces the outcome.
  virtual void fail(Errc reason) noexcept = 0;
  /// Hands the outcome to the one who waits, on their own executor. Once.
  virtual void complete() noexcept = 0;
  /// The write-ahead log is to be emptied before this one is completed.
  bool empties_log = false;
};

/// Jobs on their way to a database thread; bounded.
class JobQueue {
 public:
  explicit JobQueue(std::size_t jobs_max) : jobs_max_(jobs_max) {}

  /// Errc::busy when full, Errc::closed after close(): the job is then still the caller's.
  std::optional<Errc> push(std::unique_ptr<Job>& job);
  /// Waits for jobs and moves at most `count_max` of them into `jobs`, oldest first. False: closed and empty.
  bool take(std::vector<std::unique_ptr<Job>>& jobs, std::size_t count_max);
  /// The same, but not for longer than `wait`: then true without jobs.
  bool take(std::vector<std::unique_ptr<Job>>& jobs, std::size_t count_max, std::chrono::milliseconds wait);
  /// No job is accepted any more; those accepted are still given out.
  void close();
  std::size_t size() const;

 private:
  bool move_out(std::vector<std::unique_ptr<Job>>& jobs, std::size_t count_max);   ///< under `mutex_`

  const std::size_t jobs_max_;
  mutable std::mutex mutex_;
  std::condition_variable filled_;
  std::deque<std::unique_ptr<Job>> jobs_;
  bool closed_ = false;
};

/// A job for `Work`, a callable `Result<T>(Database&) const`: const, so that it can be run again.
template <class T, class Work, class Handler>
class WaitingJob final : public Job {
 public:
  WaitingJob(Work work, Handler handler)
      : work_(std::move(work)), waiting_(std::move(handler)) {}

  Ran run(Database& database) noexcept override {
    try {
      outcome_.emplace(std::as_const(work_)(database));
      return outcome_->has_value() ? Ran::keep : Ran::undo;
    } catch (const Fault& fault) {
      fail(fault.errc());
      return fault.breaks_connection() ? Ran::broken : Ran::undo;
    } catch (const std::bad_alloc&) {
      fail(Errc::out_of_memory);
    } catch (...) {
      fail(Errc::storage_failed);
    }
    return Ran::undo;
  }
  void fail(Errc reason) noexcept override { outcome_.emplace(make_error_code(reason)); }
  void complete() noexcept override { waiting_.tell(std::move(*outcome_)); }

 private:
  Work work_;
  HandOver<Result<T>, Handler> waiting_;
  std::optional<Result<T>> outcome_;
};

/// Queues the work when awaited and resumes with its outcome. `queue` outlives the wait.
template <class T, class Work>
Awaitable<Result<T>> submit(JobQueue& queue, Work work, bool empties_log = false) {
  return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Result<T>)>(
      [&queue, empties_log, work = std::move(work)](auto handler) mutable {
        using Handler = decltype(handler);
        std::unique_ptr<Job> job = std::make_unique<WaitingJob<T, Work, Handler>>(std::move(work), std::move(handler));
        job->empties_log = empties_log;
        if (const std::optional<Errc> refused = queue.push(job)) {
          job->fail(*refused);
          job->complete();
        }
      },
      boost::asio::use_awaitable);
}

}  // namespace hotline::storage::sqlcipher
