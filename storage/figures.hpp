#pragma once

#include "config/ids.hpp"
#include "storage/awaitable.hpp"

#include <cstdint>
#include <vector>

namespace hotline::storage {

/// How long after its arrival somebody first opened a report.
enum class FirstRead : std::uint8_t {
  within_1_hour,
  within_8_hours,
  within_24_hours,
  within_72_hours,
  later,
  never,          ///< nobody yet, as far as is written down
};

/// Reports that came in one month (UTC) and are alike in all that figures count.
struct ReportCount {
  std::int64_t month = 0;           ///< since January 1970, which is 0
  std::uint8_t urgency = 4;
  std::uint8_t channel = 1;         ///< Channel
  std::uint8_t state = 1;           ///< ReportState
  FirstRead first_read = FirstRead::never;
  std::int64_t count = 0;
};

/// The same of cases, by the month in which they were opened.
struct CaseCount {
  std::int64_t month = 0;
  std::uint8_t urgency = 4;
  std::uint8_t state = 1;           ///< CaseState
  std::int64_t count = 0;
};

/// Whole hours since 1970, the first one in, the last one out.
struct FiguresQuery {
  DeskId desk;
  std::int64_t from_hour = 0;
  std::int64_t to_hour = 0;
};

struct FigureCounts {
  std::vector<ReportCount> reports;
  std::vector<CaseCount> cases;
};

/// How many there were, of what the server sees anyway. Exact: who shows them to others suppresses small ones
/// (server/console/suppression.hpp). What was deleted is not counted.
class Figures {
 public:
  virtual ~Figures() = default;
  virtual Awaitable<Result<FigureCounts>> counts(FiguresQuery query) = 0;
};

}  // namespace hotline::storage
