#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "server/http/message.hpp"
#include "storage/arrivals.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <list>
#include <map>
#include <mutex>

namespace hotline::console {

/// A number for each desk that changes with it, and those who wait for that. Content-free: who hears of a change asks the API what it was.
/// Numbers of another run of the server are other ones, so that nobody waits for what has happened. Any thread; awaited on an
/// io_context that one thread runs.
class Changes final : public storage::ArrivalWatcher {
 public:
  Changes(storage::Arrivals& arrivals, const Clock& clock, const Limits& limits);
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;
  ~Changes() override;

  std::int64_t number(const DeskId& desk);
  /// The desk's number: at once when it is not `after`, else when it changes, or after Limits::changes_wait. Errc::busy: as many
  /// wait as may, of all or of this member.
  http::Awaitable<Result<std::int64_t>> wait(DeskId desk, MemberId member, std::int64_t after);
  /// Answers all who wait, and whoever comes later at once: the server stops.
  void end_waits() noexcept;

  void desk_changed(const DeskId& desk) noexcept override;

 private:
  struct Waiter {
    DeskId desk;
    MemberId member;
    std::shared_ptr<boost::asio::steady_timer> timer;
  };
  using Waiters = std::list<Waiter>;
  class Place;   ///< one in the list, given up at the end of the wait, however it ends

  std::int64_t number_of(const DeskId& desk) const;
  Result<Waiters::iterator> enter(const DeskId& desk, const MemberId& member, std::int64_t after, const boost::asio::any_io_executor& executor);
  void leave(Waiters::iterator place) noexcept;
  template <class Which>
  void wake(Which which) noexcept;

  storage::Arrivals& arrivals_;
  const Limits& limits_;
  const std::int64_t first_;
  std::mutex mutex_;
  std::map<DeskId, std::int64_t> counts_;
  Waiters waiters_;
  bool ended_ = false;
};

}  // namespace hotline::console
