#include "server/texting/leftovers.hpp"

#include "config/log.hpp"
#include "storage/wait.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <exception>

namespace hotline::texting {

void Leftovers::give_up_now() { record(storage::wait_for(outbox_.give_up_all(clock_.hour()))); }

http::Awaitable<void> Leftovers::keep_trying() {
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
  while (!given_up_) {
    timer.expires_after(again_after_);
    co_await timer.async_wait(boost::asio::use_awaitable);
    try {
      record(co_await outbox_.give_up_all(clock_.hour()));
    } catch (const std::exception&) {
      record(Errc::out_of_memory);
    }
  }
}

void Leftovers::record(const Result<std::size_t>& count) {
  if (count) {
    given_up_ = true;
    if (*count > 0) log_event(LogLevel::warning, "texts_not_sent_before_restart", {{"count", *count}});
  } else if (!told_) {
    told_ = true;
    log_event(LogLevel::error, "texts_not_given_up", {{"error", count.error()}});
  }
}

}  // namespace hotline::texting
