#include "storage/sqlcipher/retention.hpp"

#include "config/log.hpp"
#include "storage/inbox.hpp"
#include "storage/sqlcipher/deletion.hpp"
#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/holds.hpp"

#include <algorithm>
#include <limits>

namespace hotline::storage::sqlcipher {
namespace {

constexpr std::int64_t never = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t epoch_grace_hours = 30 * 24;
constexpr int reports_per_job = 32;
constexpr std::size_t held_max = 1000;

/// The last hour whose closed cases, or reports, are due at `now`; before all hours when nothing ever is.
std::int64_t due_up_to(std::int64_t now, std::int64_t days) { return days == 0 ? std::numeric_limits<std::int64_t>::min() : now - days * 24; }

Result<std::int64_t> advance_clock(Database& database, std::int64_t now, bool at_start) {
  const std::int64_t kept = database.number("SELECT hour FROM retention_clock");
  // Also at a start: the clock is wrong, or was when this was kept. One hour is a clock that was corrected at the turn of one.
  if (kept > now + 1) log_event(LogLevel::warning, "clock_behind", {{"hours", kept - now}});
  if (at_start && kept != 0 && now > kept + clock_step_hours) return kept;
  // Never back: what is closed under a clock that is behind is held to what was seen of time.
  const std::int64_t hour = next_clock_hour(kept, now);
  database.run("UPDATE retention_clock SET hour = ?", std::max(kept, hour));
  return hour;
}

/// Its reports go with it, so it waits for the youngest: what came after the closing is not to be destroyed a day later.
/// Where only a proposal of a hold said what it is about (keep_reports_of_case), nothing goes, though it protects no more. True when none is left.
bool case_step(Database& database, std::int64_t up_to, const HoldHours& hours) {
  std::int64_t number = 0;
  CaseId id;
  Deletion deletion;
  {
    auto due = database.query(
        "SELECT c.number, c.id, d.id FROM case_file c JOIN desk d ON d.number = c.desk WHERE c.state = 2 AND c.closed_hour <= ?1 AND "
        "NOT (c.hold IN (2, 3) OR c.hold = 1 AND (c.hold_hour > ?2 OR c.hold_hour = c.closed_hour)) AND EXISTS (SELECT 1 FROM case_report r WHERE r.case_file = c.number) AND "
        "NOT EXISTS (SELECT 1 FROM case_report y JOIN report r ON r.number = y.report WHERE y.case_file = c.number AND r.received_hour > ?1) LIMIT 1",
        up_to, hours.first_protecting());
    if (!due.next()) return true;
    number = due.integer(0);
    id = due.id<CaseId>(1);
    deletion = {due.id<DeskId>(2), {}, hours.now};
  }
  std::vector<std::pair<std::int64_t, ReportId>> reports;
  {
    // What another case is about too goes with the last of them. What was put into it when it was closed is only `seen`.
    auto its = database.query(
        "SELECT r.number, r.id FROM case_report c JOIN report r ON r.number = c.report WHERE c.case_file = ?1 AND r.state <> ?2 AND "
        "NOT EXISTS (SELECT 1 FROM case_report o WHERE o.report = c.report AND o.case_file <> ?1)",
        number, ReportState::new_);
    while (its.next()) reports.emplace_back(its.integer(0), its.id<ReportId>(1));
  }
  delete_case(database, deletion, number, id);
  std::vector<std::int64_t> files;
  for (const auto& [report, report_id] : reports) delete_report(database, deletion, report, report_id, files);
  return false;
}

/// True when none is left.
bool unfiled_step(Database& database, std::int64_t up_to, const HoldHours& hours) {
  struct Due {
    std::int64_t number;
    ReportId id;
    DeskId desk;
  };
  std::vector<Due> reports;
  {
    auto due = database.query(
        "SELECT r.number, r.id, d.id FROM report r INDEXED BY report_unfiled JOIN desk d ON d.number = r.desk WHERE r.state = 2 AND r.received_hour <= ? AND "
        "NOT EXISTS (SELECT 1 FROM case_report c WHERE c.report = r.number) LIMIT ?",
        up_to, reports_per_job);
    while (due.next()) reports.push_back({due.integer(0), due.id<ReportId>(1), due.id<DeskId>(2)});
  }
  std::vector<std::int64_t> files;
  for (const Due& report : reports) delete_report(database, {report.desk, {}, hours.now}, report.number, report.id, files);
  return reports.empty();
}

/// An epoch that is over, of which no report is left, and behind which another has been in use for long enough that nobody seals to it any more. A
/// report that came without its epoch counts for the one of when it came: while one of that time is left, which may be sealed to either, both stay.
bool epoch_step(Database& database, std::int64_t before_hour) {
  std::int64_t number = 0;
  ByteArray<16> id{};
  {
    auto over = database.query(
        "SELECT e.number, e.id FROM epoch e JOIN epoch n ON n.number = (SELECT later.number FROM epoch later "
        "WHERE later.desk = e.desk AND later.not_before > e.not_before ORDER BY later.not_before LIMIT 1) "
        "WHERE e.not_after < ?1 AND n.not_before < ?1 AND NOT EXISTS (SELECT 1 FROM report r WHERE r.epoch = e.number) AND "
        "NOT EXISTS (SELECT 1 FROM report r WHERE r.desk = e.desk AND r.received_hour >= e.not_before / 3600 AND "
        "r.received_hour <= max(e.not_after, n.not_before) / 3600 + ?2) LIMIT 1",
        before_hour * 3600, epoch_grace_hours);
    if (!over.next()) return true;
    number = over.integer(0);
    id = over.fixed<16>(1);
  }
  database.run("DELETE FROM access_grant WHERE kind = ? AND scope = ?", ScopeKind::epoch, id);
  database.run("DELETE FROM epoch WHERE number = ?", number);
  return false;
}

/// Job after job, until `step`, a `bool(Database&) const`, says that none is left.
template <class Step>
Awaitable<Result<void>> repeat(Writer& writer, Step step) {
  for (;;) {
    const Result<bool> done = co_await writer.submit<bool>([step](Database& database) -> Result<bool> { return step(database); });
    if (!done) co_return done.error();
    if (*done) co_return Result<void>();
  }
}

RetentionView read_view(Database& database, std::int64_t desk, const HoldHours& hours, const Limits& limits, std::int64_t days) {
  RetentionView view;
  {
    auto unread = database.query("SELECT count(*), min(received_hour) FROM report WHERE desk = ? AND state = 1", desk);
    unread.next();
    view.unread = unread.integer(0);
    if (!unread.null(1)) view.oldest_unread_hour = unread.integer(1);
  }
  std::int64_t next = never;
  {
    const std::int64_t up_to = due_up_to(hours.now + days * 24, limits.closed_case_days);
    auto closed = database.query(
        "SELECT count(*) FILTER (WHERE links > 0 AND hour <= ?3), coalesce(sum(links) FILTER (WHERE hour <= ?3), 0), "
        "count(*) FILTER (WHERE links = 0), min(hour) FILTER (WHERE links > 0) "
        "FROM (SELECT max(c.closed_hour, coalesce(max(r.received_hour), 0)) AS hour, CASE WHEN c.hold = 1 AND c.hold_hour = c.closed_hour THEN 0 "
        "ELSE count(x.report) END AS links FROM case_file c "
        "LEFT JOIN case_report x ON x.case_file = c.number LEFT JOIN report r ON r.number = x.report "
        "WHERE c.desk = ?1 AND c.state = 2 AND NOT (c.hold IN (2, 3) OR c.hold = 1 AND c.hold_hour > ?2) GROUP BY c.number)",
        desk, hours.first_protecting(), up_to);
    closed.next();
    view.due_cases = closed.integer(0);
    view.due_reports = closed.integer(1);
    view.unknown_cases = closed.integer(2);
    if (!closed.null(3) && limits.closed_case_days != 0) next = closed.integer(3) + limits.closed_case_days * 24;
  }
  {
    auto unfiled = database.query("SELECT count(*) FILTER (WHERE received_hour <= ?2), min(received_hour) FROM report WHERE desk = ?1 AND state = 2 AND "
                                  "NOT EXISTS (SELECT 1 FROM case_report c WHERE c.report = report.number)",
                                  desk, due_up_to(hours.now + days * 24, limits.unfiled_report_days));
    unfiled.next();
    view.due_reports += unfiled.integer(0);
    if (!unfiled.null(1) && limits.unfiled_report_days != 0) next = std::min(next, unfiled.integer(1) + limits.unfiled_report_days * 24);
  }
  if (next != never) view.next_hour = next;
  auto held = database.query("SELECT id, hold, hold_by, hold_hour FROM case_file WHERE desk = ? AND hold <> 0 ORDER BY number LIMIT ?", desk, held_max);
  while (held.next()) {
    view.held.push_back({held.id<CaseId>(0), {static_cast<HoldState>(held.integer(1)), held.id<MemberId>(2), held.integer(3)}});
  }
  return view;
}

}  // namespace

std::int64_t not_before_seen(Database& database, std::int64_t hour) { return std::max(hour, database.number("SELECT hour FROM retention_clock")); }

Awaitable<Result<void>> destroy_what_is_due(Writer& writer, const Limits& limits, std::int64_t now_hours, bool at_start) {
  const Result<std::int64_t> hour =
      co_await writer.submit<std::int64_t>([=](Database& database) -> Result<std::int64_t> { return advance_clock(database, now_hours, at_start); });
  if (!hour) co_return hour.error();
  if (*hour < now_hours) log_event(LogLevel::warning, "retention_behind_clock", {{"hours", now_hours - *hour}});
  // Whether a proposal still protects is asked at the same hour.
  const HoldHours hours{*hour, limits.hold_proposal_days};
  const std::int64_t cases_up_to = due_up_to(*hour, limits.closed_case_days);
  const std::int64_t reports_up_to = due_up_to(*hour, limits.unfiled_report_days);
  if (auto done = co_await repeat(writer, [=](Database& database) { return case_step(database, cases_up_to, hours); }); !done) co_return done;
  if (auto done = co_await repeat(writer, [=](Database& database) { return unfiled_step(database, reports_up_to, hours); }); !done) co_return done;
  const std::int64_t epochs_before = *hour - epoch_grace_hours;
  co_return co_await repeat(writer, [=](Database& database) { return epoch_step(database, epochs_before); });
}

Awaitable<Result<RetentionView>> SqlcipherRetention::view(DeskId desk, std::int64_t now_hour, std::int64_t days) {
  const Limits& limits = limits_;
  return readers_.submit<RetentionView>([desk, now_hour, days, &limits](Database& database) -> Result<RetentionView> {
    const Result<std::int64_t> number = desk_number(database, desk);
    if (!number) return number.error();
    return read_view(database, *number, {now_hour, limits.hold_proposal_days}, limits, days);
  });
}

}  // namespace hotline::storage::sqlcipher
