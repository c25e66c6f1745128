#include "server/console/wrong_answers.hpp"

#include "crypto/hash.hpp"

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <limits>

namespace hotline::console {

using std::chrono::milliseconds;

WrongAnswers::Entry& WrongAnswers::entry_of(std::string_view account, Time now) {
  const auto key = crypto::blake2b({as_bytes(account)});
  const auto found = accounts_.find(key);
  if (found != accounts_.end()) {
    if (now - found->second.last >= forgotten_after) found->second = {};
    return found->second;
  }
  if (accounts_.size() >= accounts_max) {
    accounts_.erase(std::ranges::min_element(accounts_, {}, [](const auto& entry) { return entry.second.last; }));
  }
  return accounts_[key];
}

milliseconds WrongAnswers::count(std::string_view account, Time now) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entry_of(account, now);
  const milliseconds own = first_wait_ * (1 << std::min<unsigned>(entry.wrong, doublings_max));
  ++entry.wrong;
  entry.last = now;
  if (first_wait_ == milliseconds(0)) return first_wait_;
  next_free_ = std::clamp(next_free_ + between_any_two, now, now + wait_max);
  return std::max(own, std::chrono::duration_cast<milliseconds>(next_free_ - now));
}

bool WrongAnswers::claim(std::string_view account, unsigned tries_max, Time now) {
  const std::lock_guard lock(mutex_);
  Entry& entry = entry_of(account, now);
  if (entry.wrong >= tries_max) return false;
  ++entry.wrong;
  entry.last = now;
  return true;
}

void WrongAnswers::forget(std::string_view account) {
  const std::lock_guard lock(mutex_);
  accounts_.erase(crypto::blake2b({as_bytes(account)}));
}

WrongAnswers::Wait WrongAnswers::begin(std::string_view account) {
  const bool has_place = waiting_.fetch_add(1) < waiting_max_;
  Place place(this);
  if (has_place) return {std::move(place), count(account)};
  claim(account, std::numeric_limits<unsigned>::max());
  return {};
}

http::Awaitable<bool> WrongAnswers::wait_after_wrong(std::string_view account) {
  const Wait wait = begin(account);
  if (!wait.place) co_return false;
  boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor, wait.time);
  co_await timer.async_wait(boost::asio::use_awaitable);
  co_return true;
}

http::Response too_many_wrong() {
  auto response = http::problem_response(503, "Not now", "This was wrong, and too many others who were wrong wait for their answer. Try again in half a minute.", "wrong-busy");
  response.headers.emplace_back("Retry-After", "30");
  return response;
}

}  // namespace hotline::console
