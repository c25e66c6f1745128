#pragma once

#include "config/limits.hpp"
#include "storage/retention.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

#include <algorithm>
#include <cstdint>

namespace hotline::storage::sqlcipher {

inline constexpr std::int64_t clock_step_hours = 24;
/// The hour to go by at `now`, after `last`; zero: there was none.
constexpr std::int64_t next_clock_hour(std::int64_t last, std::int64_t now) { return last == 0 ? now : std::min(now, last + clock_step_hours); }

/// Destroys what storage/retention.hpp says, a case or some reports a job. Files are left to the sweep of uploads, their pages to the emptying of
/// the log. Stops at the first failure; calling again goes on.
///
/// What is destroyed cannot be had back, so a clock that is suddenly far ahead is not believed at once: the hour by which destruction goes is
/// kept in the database and moves a day at most with each call. Called hourly, it catches up with a month of standstill in 30 hours, and with a
/// clock that is wrong by ten years in five months. A call `at_start` does not move it when it is further behind than a day: a service that falls
/// over and is started again and again must not hurry it. It is never moved back; while the clock is behind it, destruction goes by the clock.
Awaitable<Result<void>> destroy_what_is_due(Writer& writer, const Limits& limits, std::int64_t now_hours, bool at_start);

/// `hour`, now, by which something is to be kept for a time: not before the kept hour, since a clock that is behind would end it early once it is right.
std::int64_t not_before_seen(Database& database, std::int64_t hour);

class SqlcipherRetention final : public Retention {
 public:
  SqlcipherRetention(Readers& readers, const Limits& limits) : readers_(readers), limits_(limits) {}
  Awaitable<Result<RetentionView>> view(DeskId desk, std::int64_t now_hour, std::int64_t days) override;

 private:
  Readers& readers_;
  const Limits& limits_;
};

}  // namespace hotline::storage::sqlcipher
