#include "storage/sqlcipher/report_views.hpp"

#include "storage/inbox.hpp"
#include "storage/sqlcipher/log.hpp"

namespace hotline::storage::sqlcipher {
namespace {

Result<std::int64_t> report_number(Database& database, const DeskId& desk, const ReportId& report) {
  auto query = database.query("SELECT r.number FROM report r JOIN desk d ON d.number = r.desk WHERE r.id = ? AND d.id = ?", report, desk);
  if (!query.next()) return Errc::not_found;
  return query.integer(0);
}

}  // namespace

Awaitable<Result<void>> SqlcipherReportViews::add(DeskId desk, ReportId report, ReportView view, Activity activity) {
  const Result<void> added = co_await writer_.submit<void>([desk, report, view = std::move(view), activity](Database& database) -> Result<void> {
    const Result<std::int64_t> number = report_number(database, desk, report);
    if (!number) return number.error();
    const std::int64_t line = append_activity(database, activity);
    database.run("INSERT INTO report_view (id, report, author, recorded_hour, activity, sealed) VALUES (?, ?, ?, ?, ?, ?)", view.id, *number,
                 view.author, view.recorded_hour, line, view.sealed);
    database.run("UPDATE report SET state = ? WHERE number = ? AND state = ?", ReportState::seen, *number, ReportState::new_);
    return {};
  });
  if (added) arrivals_.desk_changed(desk);
  co_return added;
}

Awaitable<Result<std::vector<ReportView>>> SqlcipherReportViews::of(DeskId desk, ReportId report) {
  return readers_.submit<std::vector<ReportView>>([desk, report](Database& database) -> Result<std::vector<ReportView>> {
    const Result<std::int64_t> number = report_number(database, desk, report);
    if (!number) return number.error();
    std::vector<ReportView> views;
    auto query = database.query("SELECT id, author, recorded_hour, sealed FROM report_view WHERE report = ? ORDER BY number", *number);
    while (query.next()) views.push_back({query.id<EventId>(0), query.id<MemberId>(1), query.integer(2), query.bytes(3)});
    return views;
  });
}

}  // namespace hotline::storage::sqlcipher
