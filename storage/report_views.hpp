#pragma once

#include "config/ids.hpp"
#include "storage/activity.hpp"
#include "storage/awaitable.hpp"

#include <vector>

namespace hotline::storage {

/// That somebody opened a report: an event of kind `view`, signed inside by its author and sealed to the report's epoch.
struct ReportView {
  EventId id;
  MemberId author;
  std::int64_t recorded_hour = 0;
  ByteVector sealed;
};

class ReportViews {
 public:
  virtual ~ReportViews() = default;
  /// The view, its line of activity, and a new report becomes a seen one, in one commit. Errc::not_found: no such report at that
  /// desk. Errc::conflict: the id is taken.
  virtual Awaitable<Result<void>> add(DeskId desk, ReportId report, ReportView view, Activity activity) = 0;
  /// In order of recording; Errc::not_found: no such report at that desk.
  virtual Awaitable<Result<std::vector<ReportView>>> of(DeskId desk, ReportId report) = 0;
};

}  // namespace hotline::storage
