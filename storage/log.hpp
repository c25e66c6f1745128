#pragma once

#include "storage/activity.hpp"
#include "storage/awaitable.hpp"

#include <optional>
#include <vector>

namespace hotline::storage {

/// Which rows of a desk, newest first.
struct ActivityQuery {
  DeskId desk;
  std::optional<std::int64_t> before = std::nullopt;   ///< only numbers below it
  std::size_t count_max = 200;          ///< at most 200
  std::optional<Subject> subject = std::nullopt;       ///< only of that
  std::optional<MemberId> member = std::nullopt;       ///< only by that member
};

/// What members did, append-only and chained (docs/formats.md section 8; docs/decisions/0031-activity-chain.md). Stores that change
/// something take its Activity along and write it in their own commit; this is for what changes nothing else.
class Log {
 public:
  virtual ~Log() = default;
  /// Committed when it succeeds.
  virtual Awaitable<Result<void>> append(Activity activity) = 0;
  /// The same, unless this member did this to this subject in the same hour already: for what is only looked at.
  virtual Awaitable<Result<void>> append_once_an_hour(Activity activity) = 0;
  virtual Awaitable<Result<std::vector<ActivityRow>>> list(ActivityQuery query) = 0;
  virtual Awaitable<Result<ActivityHead>> head() = 0;
};

}  // namespace hotline::storage
