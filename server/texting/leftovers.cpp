#include "server/texting/leftovers.hpp"

#include "config/log.hpp"
#include "server/http/recurring.hpp"
#include "storage/wait.hpp"

#include <exception>
#include <optional>

namespace hotline::texting {

void Leftovers::give_up_now() { record(storage::wait_for(outbox_.give_up_all(clock_.hour()))); }

http::Awaitable<void> Leftovers::keep_trying() {
  return http::until_done("leftovers", [this]() -> http::Awaitable<std::optional<std::chrono::microseconds>> {
    try {
      record(co_await outbox_.give_up_all(clock_.hour()));
    } catch (const std::exception&) {
      record(Errc::out_of_memory);
    }
    if (given_up_) co_return std::nullopt;
    co_return again_after_;
  });
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
