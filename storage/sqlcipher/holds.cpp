#include "storage/sqlcipher/holds.hpp"

#include "storage/inbox.hpp"

#include <array>

namespace hotline::storage::sqlcipher {
namespace {

struct Rule {
  HoldStep step;
  HoldState from;
  HoldState to;
  bool by_another;   ///< than the member who did the step before
};

constexpr std::array rules{
    Rule{HoldStep::propose, HoldState::none, HoldState::proposed, false},
    Rule{HoldStep::confirm, HoldState::proposed, HoldState::held, true},
    Rule{HoldStep::withdraw, HoldState::proposed, HoldState::none, false},
    Rule{HoldStep::lift, HoldState::held, HoldState::lifting, false},
    Rule{HoldStep::confirm_lift, HoldState::lifting, HoldState::none, true},
    Rule{HoldStep::keep, HoldState::lifting, HoldState::held, false},
};

}  // namespace

Result<void> take_hold_step(Database& database, const Case& now, HoldStep step, const MemberId& member, std::int64_t hour) {
  for (const Rule& rule : rules) {
    if (rule.step != step) continue;
    if (rule.from != now.hold.state) return Errc::conflict;
    if (rule.by_another && now.hold.by == member) return Errc::forbidden;
    database.run("UPDATE case_file SET hold = ?, hold_by = ?, hold_hour = ? WHERE number = ?", rule.to, member, hour, now.number);
    return {};
  }
  return Errc::malformed;
}

bool case_is_held(Database& database, std::int64_t case_number, const HoldHours& hours) {
  auto found = database.query("SELECT 1 FROM case_file WHERE number = ? AND (hold IN (2, 3) OR hold = 1 AND hold_hour > ?)", case_number,
                              hours.first_protecting());
  return found.next();
}

bool report_is_held(Database& database, std::int64_t report_number, const HoldHours& hours) {
  auto found = database.query(
      "SELECT 1 FROM case_report r JOIN case_file c ON c.number = r.case_file WHERE r.report = ? AND (c.hold IN (2, 3) OR c.hold = 1 AND c.hold_hour > ?)",
      report_number, hours.first_protecting());
  return found.next();
}

bool keeps_reports(Database& database, std::int64_t case_number) {
  auto query = database.query("SELECT 1 FROM case_report WHERE case_file = ? LIMIT 1", case_number);
  return query.next();
}

void file_what_waits(Database& database, std::int64_t case_number) {
  database.run("UPDATE report SET state = ? WHERE state = ? AND number IN (SELECT report FROM case_report WHERE case_file = ?)", ReportState::filed,
               ReportState::seen, case_number);
}

void take_what_waits_from_closed_cases(Database& database, std::int64_t case_number) {
  database.run("DELETE FROM case_report WHERE case_file <> ?1 AND case_file IN (SELECT number FROM case_file WHERE state = ?2 AND hold NOT IN (2, 3)) AND "
               "report IN (SELECT x.report FROM case_report x JOIN report r ON r.number = x.report WHERE x.case_file = ?1 AND r.state = ?3)",
               case_number, CaseState::closed, ReportState::seen);
}

bool take_from_closed_cases(Database& database, const ReportId& id) {
  const auto held = [&] {
    auto query = database.query("SELECT 1 FROM report r JOIN case_report x ON x.report = r.number JOIN case_file c ON c.number = x.case_file "
                                "WHERE r.id = ? AND c.state = ? AND c.hold IN (2, 3)",
                                id, CaseState::closed);
    return query.next();
  };
  if (held()) return false;
  database.run("DELETE FROM case_report WHERE report = (SELECT number FROM report WHERE id = ?) AND case_file IN (SELECT number FROM case_file WHERE state = ?)",
               id, CaseState::closed);
  return true;
}

Result<void> keep_reports_of_case(Database& database, std::int64_t desk, const Case& now, const std::vector<ReportId>& reports, std::int64_t hour) {
  // Of a closed case it was said when it was closed.
  if (now.state == CaseState::closed && keeps_reports(database, now.number)) return {};
  // What is held stays held, whatever is named now. What one member alone named in a proposal does not go with the case that somebody closes.
  const bool replaces = now.hold.state == HoldState::none || now.hold.state == HoldState::proposed;
  if (replaces) database.run("DELETE FROM case_report WHERE case_file = ?", now.number);
  if (now.state == CaseState::closed) database.run("UPDATE case_file SET closed_hour = ? WHERE number = ?", hour, now.number);
  for (const ReportId& id : reports) {
    database.run("INSERT INTO case_report (report, case_file) SELECT number, ? FROM report WHERE id = ? AND desk = ? ON CONFLICT DO NOTHING",
                 now.number, id, desk);
  }
  return keeps_reports(database, now.number) ? Result<void>() : Result<void>(Errc::not_found);
}

void forget_what_was_proposed(Database& database, const Case& then) {
  if (then.state != CaseState::closed || then.closed_hour != then.hold.hour) return;
  file_what_waits(database, then.number);
  database.run("DELETE FROM case_report WHERE case_file = ?", then.number);
}

void add_reports_of_case(Database& database, std::int64_t case_number, const std::vector<ReportId>& reports) {
  for (const ReportId& id : reports) {
    database.run("INSERT INTO case_report (report, case_file) SELECT number, ?1 FROM report WHERE id = ?2 AND EXISTS "
                 "(SELECT 1 FROM case_report WHERE case_file = ?1) ON CONFLICT DO NOTHING",
                 case_number, id);
  }
}

void forget_reports_of_case(Database& database, std::int64_t case_number) {
  database.run("DELETE FROM case_report WHERE case_file = ?1 AND EXISTS (SELECT 1 FROM case_file WHERE number = ?1 AND state <> ?2 AND hold = 0)",
               case_number, CaseState::closed);
}

}  // namespace hotline::storage::sqlcipher
