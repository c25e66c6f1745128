#include "storage/sqlcipher/figures.hpp"

#include "storage/sqlcipher/desks.hpp"

namespace hotline::storage::sqlcipher {
namespace {

std::uint8_t small(std::int64_t number) { return static_cast<std::uint8_t>(number); }

std::vector<ReportCount> count_reports(Database& database, const FiguresQuery& asked, std::int64_t desk) {
  std::vector<ReportCount> counts;
  auto query = database.query(
      "SELECT month, priority, channel, state, CASE WHEN hours IS NULL THEN ? WHEN hours <= 1 THEN 0 WHEN hours <= 8 THEN 1 WHEN hours <= 24 THEN 2 "
      "WHEN hours <= 72 THEN 3 ELSE 4 END AS first_read, count(*) FROM ("
      "SELECT (strftime('%Y', received_hour * 3600, 'unixepoch') - 1970) * 12 + strftime('%m', received_hour * 3600, 'unixepoch') - 1 AS month, "
      "priority, channel, state, (SELECT min(v.recorded_hour) FROM report_view v WHERE v.report = r.number) - received_hour AS hours "
      "FROM report r INDEXED BY report_counted WHERE desk = ? AND received_hour >= ? AND received_hour < ?) GROUP BY 1, 2, 3, 4, 5",
      FirstRead::never, desk, asked.from_hour, asked.to_hour);
  while (query.next()) {
    counts.push_back({query.integer(0), small(query.integer(1)), small(query.integer(2)), small(query.integer(3)),
                      static_cast<FirstRead>(query.integer(4)), query.integer(5)});
  }
  return counts;
}

std::vector<CaseCount> count_cases(Database& database, const FiguresQuery& asked, std::int64_t desk) {
  std::vector<CaseCount> counts;
  auto query = database.query(
      "SELECT (strftime('%Y', created_hour * 3600, 'unixepoch') - 1970) * 12 + strftime('%m', created_hour * 3600, 'unixepoch') - 1 AS month, "
      "urgency, state, count(*) FROM case_file WHERE desk = ? AND created_hour >= ? AND created_hour < ? GROUP BY 1, 2, 3",
      desk, asked.from_hour, asked.to_hour);
  while (query.next()) counts.push_back({query.integer(0), small(query.integer(1)), small(query.integer(2)), query.integer(3)});
  return counts;
}

}  // namespace

Awaitable<Result<FigureCounts>> SqlcipherFigures::counts(FiguresQuery query) {
  return readers_.submit<FigureCounts>([query](Database& database) -> Result<FigureCounts> {
    const Result<std::int64_t> desk = desk_number(database, query.desk);
    if (!desk) return desk.error();
    return FigureCounts{count_reports(database, query, *desk), count_cases(database, query, *desk)};
  });
}

}  // namespace hotline::storage::sqlcipher
