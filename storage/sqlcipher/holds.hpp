#pragma once

#include "storage/cases.hpp"
#include "storage/sqlcipher/database.hpp"

#include <vector>

namespace hotline::storage::sqlcipher {

/// Now, and how long a hold protects that nobody has confirmed.
struct HoldHours {
  std::int64_t now = 0;
  std::int64_t proposal_days = 0;

  /// A proposal of this hour or later still protects.
  std::int64_t first_protecting() const noexcept { return now - proposal_days * 24; }
};

// All within a job of the writer, or on a reader.

/// The step of a case that stands as `now`. Errc::conflict: it does not follow; Errc::forbidden: the second step by the one who did the first.
Result<void> take_hold_step(Database& database, const Case& now, HoldStep step, const MemberId& member, std::int64_t hour);

bool case_is_held(Database& database, std::int64_t case_number, const HoldHours& hours);
/// By any of the cases that are known to be about it.
bool report_is_held(Database& database, std::int64_t report_number, const HoldHours& hours);

/// Keeps which reports the case is about, which stands as `now`: in place of what was kept, besides it while a hold is confirmed, and not at all
/// when it is closed and they are kept already. Those that are not at this desk (any more) are passed over; Errc::not_found when none is kept.
/// Of a closed case of which nobody had said it, a proposal of `hour` says it: its time counts from then, by which it is told whence they come.
Result<void> keep_reports_of_case(Database& database, std::int64_t desk, const Case& now, const std::vector<ReportId>& reports, std::int64_t hour);
/// What the withdrawn proposal of a closed case said of it, which stood as `then`, goes with it: nobody said it with the closing.
void forget_what_was_proposed(Database& database, const Case& then);
bool keeps_reports(Database& database, std::int64_t case_number);
/// Files what was put into a closed case and waits in the queue until it is open again.
void file_what_waits(Database& database, std::int64_t case_number);
/// What waits in a case that is opened again is not to go with another closed one in which it waits too; where it is held, it stays held.
void take_what_waits_from_closed_cases(Database& database, std::int64_t case_number);
/// A report that is put into an open case now: it is not to go with a closed one in which it waited. False: it is held there.
bool take_from_closed_cases(Database& database, const ReportId& id);
/// Adds some, where the case's are kept.
void add_reports_of_case(Database& database, std::int64_t case_number, const std::vector<ReportId>& reports);
/// Forgets it, unless the case is closed or held.
void forget_reports_of_case(Database& database, std::int64_t case_number);

}  // namespace hotline::storage::sqlcipher
