#include "storage/sqlcipher/calls.hpp"

#include "storage/sqlcipher/desks.hpp"

namespace hotline::storage::sqlcipher {
namespace {

constexpr std::uint8_t priority_last = 4;

Unopened look(Database& database, std::int64_t desk, std::int64_t after) {
  Unopened found;
  {
    auto query = database.query("SELECT coalesce(max(number), 0) FROM report INDEXED BY report_by_desk WHERE desk = ?", desk);
    if (query.next()) found.newest = query.integer(0);
  }
  {
    // Up to that number and no further: what comes meanwhile is news the next time.
    auto query = database.query(
        "SELECT min(priority) FROM report INDEXED BY report_by_desk WHERE desk = ? AND number > ? AND number <= ? AND state = 1", desk, after, found.newest);
    if (query.next() && !query.null(0)) found.arrived = static_cast<std::uint8_t>(query.integer(0));
  }
  // One step down the index for each priority, however many reports wait.
  for (std::uint8_t priority = 0; priority <= priority_last; ++priority) {
    auto query = database.query("SELECT min(due_hour) FROM report INDEXED BY report_new WHERE desk = ? AND priority = ? AND state = 1", desk, priority);
    if (!query.next() || query.null(0)) continue;
    if (!found.urgency) found.urgency = priority;
    if (!found.due_hour || query.integer(0) < *found.due_hour) found.due_hour = query.integer(0);
  }
  return found;
}

}  // namespace

Awaitable<Result<Unopened>> SqlcipherCalls::unopened(DeskId desk, std::int64_t after) {
  return readers_.submit<Unopened>([desk, after](Database& database) -> Result<Unopened> {
    const Result<std::int64_t> number = desk_number(database, desk);
    if (!number) return number.error();
    return look(database, *number, after);
  });
}

Awaitable<Result<std::optional<DeskCalls>>> SqlcipherCalls::load(DeskId desk) {
  return readers_.submit<std::optional<DeskCalls>>([desk](Database& database) -> Result<std::optional<DeskCalls>> {
    const Result<std::int64_t> number = desk_number(database, desk);
    if (!number) return number.error();
    DeskCalls kept;
    kept.desk = desk;
    {
      auto query = database.query("SELECT seen, danger_minute, overdue_hour, overdue_calls, overdue_minute FROM call_watch WHERE desk = ?", *number);
      if (!query.next()) return std::optional<DeskCalls>();
      kept.seen = query.integer(0);
      kept.danger_minute = query.integer(1);
      kept.overdue_hour = query.integer(2);
      kept.overdue_calls = static_cast<int>(query.integer(3));
      kept.overdue_minute = query.integer(4);
    }
    auto query = database.query("SELECT entry, cause, since_minute, tries, next_minute, quiet_minute, quiet_danger_minute FROM call WHERE desk = ?", *number);
    while (query.next()) {
      kept.calls.push_back({query.fixed<32>(0), static_cast<std::uint8_t>(query.integer(1)), query.integer(2), static_cast<int>(query.integer(3)),
                            query.integer(4), query.integer(5), query.integer(6)});
    }
    return std::optional(std::move(kept));
  });
}

Awaitable<Result<void>> SqlcipherCalls::save(DeskCalls calls) {
  return writer_.submit<void>([calls = std::move(calls)](Database& database) -> Result<void> {
    const Result<std::int64_t> number = desk_number(database, calls.desk);
    if (!number) return number.error();
    database.run("INSERT OR REPLACE INTO call_watch (desk, seen, danger_minute, overdue_hour, overdue_calls, overdue_minute) VALUES (?, ?, ?, ?, ?, ?)",
                 *number, calls.seen, calls.danger_minute, calls.overdue_hour, calls.overdue_calls, calls.overdue_minute);
    database.run("DELETE FROM call WHERE desk = ?", *number);
    for (const CallRow& row : calls.calls) {
      database.run("INSERT INTO call (desk, entry, cause, since_minute, tries, next_minute, quiet_minute, quiet_danger_minute) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                   *number, row.entry, row.cause, row.since_minute, row.tries, row.next_minute, row.quiet_minute, row.quiet_danger_minute);
    }
    return {};
  });
}

}  // namespace hotline::storage::sqlcipher
