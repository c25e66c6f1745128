#pragma once

#include "config/error.hpp"
#include "config/limits.hpp"
#include "server/intake/fair_queue.hpp"
#include "storage/hand_over.hpp"

#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
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
    WaitingWork(Work work, Handler handler) : work_(std::move(work)), waiting_(std::move(handler)) {}
    void run() noexcept override {
      std::optional<Outcome> outcome;
      try {
        outcome.emplace(work_());
      } catch (...) {
        outcome.emplace(make_error_code(Errc::out_of_memory));
      }
      leave_no_trace();
      waiting_.tell(std::move(*outcome));
    }
    void refuse(Errc reason) noexcept override { waiting_.tell(Outcome(make_error_code(reason))); }

   private:
    Work work_;
    storage::HandOver<Outcome, Handler> waiting_;
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
