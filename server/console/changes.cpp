#include "server/console/changes.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace hotline::console {

namespace asio = boost::asio;

class Changes::Place {
 public:
  Place(Changes& changes, Waiters::iterator place) : changes_(changes), place_(place) {}
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;
  ~Place() { changes_.leave(place_); }

 private:
  Changes& changes_;
  Waiters::iterator place_;
};

Changes::Changes(storage::Arrivals& arrivals, const Clock& clock, const Limits& limits)
    : arrivals_(arrivals), limits_(limits), first_(clock.now() * 1000) {
  arrivals_.watch(*this);
}

Changes::~Changes() { arrivals_.forget(*this); }

std::int64_t Changes::number_of(const DeskId& desk) const {
  const auto found = counts_.find(desk);
  return first_ + (found == counts_.end() ? 0 : found->second);
}

std::int64_t Changes::number(const DeskId& desk) {
  const std::lock_guard lock(mutex_);
  return number_of(desk);
}

Result<Changes::Waiters::iterator> Changes::enter(const DeskId& desk, const MemberId& member, std::int64_t after, const asio::any_io_executor& executor) {
  const std::lock_guard lock(mutex_);
  if (ended_ || number_of(desk) != after) return waiters_.end();
  const auto of_member = static_cast<std::size_t>(std::ranges::count(waiters_, member, &Waiter::member));
  if (waiters_.size() >= limits_.changes_waiters_max || of_member >= limits_.changes_waits_per_member_max) return Errc::busy;
  auto timer = std::make_shared<asio::steady_timer>(executor, limits_.changes_wait);
  return waiters_.insert(waiters_.end(), {desk, member, std::move(timer)});
}

void Changes::leave(Waiters::iterator place) noexcept {
  const std::lock_guard lock(mutex_);
  waiters_.erase(place);
}

http::Awaitable<Result<std::int64_t>> Changes::wait(DeskId desk, MemberId member, std::int64_t after) {
  const auto entered = enter(desk, member, after, co_await asio::this_coro::executor);
  if (!entered) co_return entered.error();
  if (*entered != waiters_.end()) {
    const Place place(*this, *entered);
    // Nothing between entering and this lets the timer's thread do anything else: a call that wakes comes behind it.
    const auto timer = (*entered)->timer;
    co_await timer->async_wait(asio::as_tuple(asio::use_awaitable));
  }
  co_return number(desk);
}

template <class Which>
void Changes::wake(Which which) noexcept {
  for (const Waiter& waiter : waiters_) {
    if (!which(waiter)) continue;
    try {
      asio::post(waiter.timer->get_executor(), [timer = waiter.timer] { timer->cancel(); });
    } catch (...) {
      // No memory to tell them: they hear of it when their time is over.
    }
  }
}

void Changes::desk_changed(const DeskId& desk) noexcept {
  const std::lock_guard lock(mutex_);
  try {
    ++counts_[desk];
  } catch (...) {
    return;
  }
  wake([&](const Waiter& waiter) { return waiter.desk == desk; });
}

void Changes::end_waits() noexcept {
  const std::lock_guard lock(mutex_);
  ended_ = true;
  wake([](const Waiter&) { return true; });
}

}  // namespace hotline::console
