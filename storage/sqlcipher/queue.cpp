#include "storage/sqlcipher/queue.hpp"

#include "storage/sqlcipher/cases.hpp"
#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/inbox.hpp"

#include <algorithm>
#include <limits>
#include <tuple>

namespace hotline::storage::sqlcipher {
namespace {

constexpr std::size_t page_count_max = 100;
constexpr std::int64_t number_max = std::numeric_limits<std::int64_t>::max();

/// A point in the order of one of the two tables.
struct Bound {
  std::int64_t urgency = -1;
  std::int64_t hour = 0;
  std::int64_t number = 0;
};

/// Reports stand before cases of the same urgency and hour: behind a case, no such report is left; behind a report, all such cases are.
Bound report_bound(const std::optional<QueuePlace>& after) {
  if (!after) return {};
  return {after->urgency, after->hour, after->case_ ? number_max : after->number};
}
Bound case_bound(const std::optional<QueuePlace>& after) {
  if (!after) return {};
  return {after->urgency, after->hour, after->case_ ? after->number : 0};
}

void take(std::vector<QueuePlace>& places, Database::Run query, bool cases) {
  while (query.next()) places.push_back({query.integer(0), query.integer(1), cases, query.integer(2)});
}

void take_reports(Database& database, const QueueQuery& asked, std::int64_t desk, std::size_t count, std::vector<QueuePlace>& places) {
  const Bound after = report_bound(asked.after);
  switch (asked.view) {
    case QueueView::unread:
      take(places, database.query("SELECT priority, due_hour, number FROM report INDEXED BY report_new WHERE desk = ? AND state = 1 AND "
                                  "(priority, due_hour, number) > (?, ?, ?) ORDER BY priority, due_hour, number LIMIT ?",
                                  desk, after.urgency, after.hour, after.number, count), false);
      return;
    case QueueView::all:
    case QueueView::unassigned:
    case QueueView::overdue: {
      const std::int64_t due_before = asked.view == QueueView::overdue ? asked.now_hour : number_max;
      take(places, database.query("SELECT priority, due_hour, number FROM report INDEXED BY report_waiting WHERE desk = ? AND state < 3 AND "
                                  "(priority, due_hour, number) > (?, ?, ?) AND due_hour < ? ORDER BY priority, due_hour, number LIMIT ?",
                                  desk, after.urgency, after.hour, after.number, due_before, count), false);
      return;
    }
    case QueueView::mine:
    case QueueView::closed: return;
  }
}

void take_cases(Database& database, const QueueQuery& asked, std::int64_t desk, std::size_t count, std::vector<QueuePlace>& places) {
  if (asked.view == QueueView::unread) return;
  if (asked.view == QueueView::closed) {
    const std::int64_t hour = asked.after ? asked.after->hour : number_max;
    const std::int64_t number = asked.after ? asked.after->number : number_max;
    take(places, database.query("SELECT 0, closed_hour, number FROM case_file INDEXED BY case_closed WHERE desk = ? AND state = 2 AND "
                                "(closed_hour, number) < (?, ?) AND (? OR assignee IS NULL OR assignee = ?) ORDER BY closed_hour DESC, number DESC LIMIT ?",
                                desk, hour, number, asked.others_too, asked.member, count), true);
    return;
  }
  const Bound after = case_bound(asked.after);
  const bool nobodys = asked.view != QueueView::mine;
  const bool mine = asked.view != QueueView::unassigned;
  const bool others = asked.others_too && nobodys && mine;
  // What has no hour is not late: its number is the largest there is.
  const std::int64_t due_before = asked.view == QueueView::overdue ? asked.now_hour : number_max;
  take(places, database.query("SELECT urgency, due_hour, number FROM case_file INDEXED BY case_waiting WHERE desk = ? AND state <> 2 AND "
                              "(urgency, due_hour, number) > (?, ?, ?) AND (? OR (? AND assignee IS NULL) OR (? AND assignee = ?)) "
                              "AND (due_hour < ? OR ?) ORDER BY urgency, due_hour, number LIMIT ?",
                              desk, after.urgency, after.hour, after.number, others, nobodys, mine, asked.member, due_before,
                              asked.view != QueueView::overdue, count), true);
}

QueuePage read_page(Database& database, const QueueQuery& asked, std::int64_t desk) {
  const std::size_t count = std::clamp<std::size_t>(asked.count_max, 1, page_count_max);
  std::vector<QueuePlace> places;
  // One more than fits, from each: that tells whether there is a next page.
  take_reports(database, asked, desk, count + 1, places);
  take_cases(database, asked, desk, count + 1, places);
  if (asked.view != QueueView::closed) {
    std::ranges::sort(places, {}, [](const QueuePlace& place) { return std::tuple(place.urgency, place.hour, place.case_, place.number); });
  }
  QueuePage page;
  if (places.size() > count) {
    places.resize(count);
    page.next = places.back();
  }
  for (const QueuePlace& place : places) {
    QueueItem item;
    if (place.case_) {
      item.file = read_case(database, place.number, asked.member);
    } else {
      item.report = read_report(database, place.number);
    }
    page.items.push_back(std::move(item));
  }
  return page;
}

QueueCounts read_counts(Database& database, const QueueQuery& asked, std::int64_t desk) {
  QueueCounts counts;
  std::int64_t reports = 0;
  {
    auto query = database.query(
        "SELECT count(*), coalesce(sum(state = 1), 0), coalesce(sum(due_hour < ?), 0), coalesce(sum(priority = 0), 0), "
        "min(CASE state WHEN 1 THEN due_hour END) FROM report INDEXED BY report_waiting WHERE desk = ? AND state < 3",
        asked.now_hour, desk);
    if (!query.next()) throw Fault(SQLITE_CORRUPT);
    reports = query.integer(0);
    counts.unread = query.integer(1);
    counts.overdue = query.integer(2);
    counts.danger = query.integer(3);
    if (!query.null(4)) counts.oldest_unread_due_hour = query.integer(4);
  }
  auto query = database.query(
      "SELECT count(*), coalesce(sum(assignee = ?1), 0), coalesce(sum(assignee IS NULL), 0), coalesce(sum(due_hour < ?2), 0), "
      "coalesce(sum(urgency = 0), 0) FROM case_file INDEXED BY case_waiting WHERE desk = ?3 AND state <> 2 AND (?4 OR assignee IS NULL OR assignee = ?1)",
      asked.member, asked.now_hour, desk, asked.others_too);
  if (!query.next()) throw Fault(SQLITE_CORRUPT);
  counts.all = reports + query.integer(0);
  counts.mine = query.integer(1);
  counts.unassigned = reports + query.integer(2);
  counts.overdue += query.integer(3);
  counts.danger += query.integer(4);
  counts.closed = database.number(
      "SELECT count(*) FROM case_file INDEXED BY case_closed WHERE desk = ? AND state = 2 AND (? OR assignee IS NULL OR assignee = ?)", desk,
      asked.others_too, asked.member);
  return counts;
}

}  // namespace

Awaitable<Result<QueuePage>> SqlcipherQueue::page(QueueQuery query) {
  return readers_.submit<QueuePage>([query](Database& database) -> Result<QueuePage> {
    const Result<std::int64_t> desk = desk_number(database, query.desk);
    if (!desk) return desk.error();
    return read_page(database, query, *desk);
  });
}

Awaitable<Result<QueueCounts>> SqlcipherQueue::counts(QueueQuery query) {
  return readers_.submit<QueueCounts>([query](Database& database) -> Result<QueueCounts> {
    const Result<std::int64_t> desk = desk_number(database, query.desk);
    if (!desk) return desk.error();
    return read_counts(database, query, *desk);
  });
}

}  // namespace hotline::storage::sqlcipher
