#pragma once

#include "config/error.hpp"
#include "config/limits.hpp"
#include "server/intake/fair_queue.hpp"

#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace hotline::intake {

/// Where Argon2id runs: a fixed number of threads (memory × slots is the budget) behind a bounded fair queue, at a lower
/// priority than the threads that talk to people, so that a flood of codes slows codes of the crowd down and nothing else.
/// For strangers alone: caseworkers' passphrases are stretched on their own machines.
class Argon2Pool {
 public:
  explicit Argon2Pool(const Limits& limits);
  /// Stops, if stop() was not called.
  ~Argon2Pool();
  Argon2Pool(const Argon2Pool&) = delete;
  Argon2Pool& operator=(const Argon2Pool&) = delete;

  /// Runs `work` on a slot and resumes where it was awaited. Errc::busy when the queue is full and this one is to go
  /// (FairQueue::add); Errc::closed after stop(). `work` returns Result<T>; it leaves nothing of its secrets on the slot's stack.
  template <class Work>
  boost::asio::awaitable<std::invoke_result_t<Work>> run(Standing standing, Work work) {
    using Outcome = std::invoke_result_t<Work>;
    return boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Outcome)>(
        [this, standing](auto handler, Work job) {
          using Handler = decltype(handler);
          add(standing, std::make_unique<WaitingWork<Outcome, Work, Handler>>(std::move(job), std::move(handler)));
        },
        boost::asio::use_awaitable, std::move(work));
  }

  std::size_t slots() const noexcept { return slots_; }
  /// Those that wait are refused, those at work finish. Waits for it; the executors of those who wait must still be there.
  void stop();

 private:
  template <class Outcome, class Work, class Handler>
  class WaitingWork final : public Task {
   public:
    WaitingWork(Work work, Handler handler)
        : work_(std::move(work)), handler_(std::move(handler)), waiting_(boost::asio::get_associated_executor(handler_)) {}
    void run() noexcept override {
      Outcome outcome = work_();
      leave_no_trace();
      tell(std::move(outcome));
    }
    void refuse(Errc reason) noexcept override { tell(Outcome(make_error_code(reason))); }

   private:
    void tell(Outcome outcome) noexcept {
      boost::asio::post(waiting_.get_executor(), [handler = std::move(handler_), outcome = std::move(outcome)]() mutable {
        std::move(handler)(std::move(outcome));
      });
      waiting_.reset();
    }
    Work work_;
    Handler handler_;
    boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> waiting_;   ///< keeps its context running
  };

  void add(Standing standing, std::unique_ptr<Task> task);
  void work_off() noexcept;
  static void leave_no_trace() noexcept;

  std::size_t slots_;
  std::mutex mutex_;
  std::condition_variable filled_;
  FairQueue queue_;
  bool stopped_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace hotline::intake
