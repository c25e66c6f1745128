#pragma once

#include "config/log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <chrono>
#include <exception>
#include <optional>
#include <thread>
#include <utility>

namespace hotline::http {

/// What is left of a failure: the next try comes after this time.
inline constexpr std::chrono::seconds after_failure{5};

/// Does `turn` again and again until it is done or the context ends. `turn` gives an awaitable of the time to wait for before the next, or of
/// nothing when it is done. A turn that throws, for want of memory most likely, is logged and is not the last: nobody looks after what was spawned
/// detached.
template <class Turn>
boost::asio::awaitable<void> until_done(LogName task, Turn turn) {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  for (;;) {
    std::chrono::microseconds wait = after_failure;
    try {
      const std::optional<std::chrono::microseconds> next = co_await turn();
      if (!next) co_return;
      wait = *next;
    } catch (const std::exception&) {
      log_event(LogLevel::error, "task_failed", {{"task", task}});
    }
    try {
      timer.expires_after(wait);
      const auto [error] = co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
      if (error) co_return;
    } catch (const std::exception&) {
      // Not even memory to wait with. Blocking is better than a loop that takes the processor too.
      std::this_thread::sleep_for(after_failure);
    }
  }
}

/// The same for what is never done: `turn` gives an awaitable of the time to wait for.
template <class Turn>
boost::asio::awaitable<void> again_and_again(LogName task, Turn turn) {
  return until_done(task, [turn = std::move(turn)]() mutable -> boost::asio::awaitable<std::optional<std::chrono::microseconds>> { co_return co_await turn(); });
}

}  // namespace hotline::http
