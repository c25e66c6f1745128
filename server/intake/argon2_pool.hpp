#pragma once

#include "config/error.hpp"
#include "config/limits.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <atomic>
#include <memory>
#include <type_traits>
#include <utility>

namespace hotline::intake {

/// Where Argon2id runs: a fixed number of threads (memory × slots is the budget) behind a bounded queue, at a lower
/// priority than the threads that talk to people, so that a flood of codes slows codes down and nothing else.
class Argon2Pool {
 public:
  explicit Argon2Pool(const Limits& limits);
  ~Argon2Pool();
  Argon2Pool(const Argon2Pool&) = delete;
  Argon2Pool& operator=(const Argon2Pool&) = delete;

  /// Runs `work` on a slot and resumes where it was awaited. Errc::busy at once when the queue is full.
  /// `work` returns Result<T>; it leaves nothing of its secrets on the slot's stack.
  template <class Work>
  boost::asio::awaitable<std::invoke_result_t<Work>> run(Work work) {
    using Outcome = std::invoke_result_t<Work>;
    if (waiting_.fetch_add(1, std::memory_order_relaxed) >= queue_max_) {
      waiting_.fetch_sub(1, std::memory_order_relaxed);
      co_return Outcome(make_error_code(Errc::busy));
    }
    co_return co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void(Outcome)>(
        [this](auto handler, Work job) {
          auto executor = boost::asio::get_associated_executor(handler);
          // shared_ptr: what is posted to the pool must be copyable in some of Asio's paths.
          auto shared = std::make_shared<decltype(handler)>(std::move(handler));
          auto guard = boost::asio::make_work_guard(executor);
          boost::asio::post(pool_, [this, shared, executor, guard, job = std::move(job)]() mutable {
            lower_priority_once();
            auto outcome = std::make_shared<Outcome>(job());
            leave_no_trace();
            waiting_.fetch_sub(1, std::memory_order_relaxed);
            boost::asio::post(executor, [shared, outcome] { (*shared)(std::move(*outcome)); });
          });
        },
        boost::asio::use_awaitable, std::move(work));
  }

  std::size_t slots() const noexcept { return slots_; }

 private:
  static void lower_priority_once() noexcept;
  static void leave_no_trace() noexcept;

  std::size_t slots_;
  std::size_t queue_max_;
  std::atomic<std::size_t> waiting_{0};
  boost::asio::thread_pool pool_;
};

}  // namespace hotline::intake
