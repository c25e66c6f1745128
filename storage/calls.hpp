#pragma once

#include "config/ids.hpp"
#include "storage/awaitable.hpp"

#include <optional>
#include <vector>

namespace hotline::storage {

/// What stands at a desk that somebody may have to be called for: of reports that nobody has opened, and nothing of what they say.
struct Unopened {
  std::int64_t newest = 0;                    ///< number of the desk's newest report, opened or not; 0: there is none
  std::optional<std::uint8_t> arrived;        ///< priority of the most urgent with a number over the one that was asked for
  std::optional<std::uint8_t> urgency;        ///< priority of the most urgent
  std::optional<std::int64_t> due_hour;       ///< the earliest target, hours since 1970
};

/// A call that is to be made, or the quiet after one. Times are minutes since 1970; 0: none.
struct CallRow {
  ByteArray<32> entry{};                      ///< a hash of whom the settings name: no address is kept
  std::uint8_t cause = 0;                     ///< of server/calling; 0: nothing is to be made
  std::int64_t since_minute = 0;              ///< since when it is to be made
  int tries = 0;
  std::int64_t next_minute = 0;               ///< of the next try
  std::int64_t quiet_minute = 0;              ///< until then no other call
  std::int64_t quiet_danger_minute = 0;       ///< until then no other call for danger
};

/// All that is remembered of a desk's calls.
struct DeskCalls {
  DeskId desk;
  std::int64_t seen = 0;                      ///< number of the newest report that was looked at
  std::int64_t danger_minute = 0;             ///< when it is looked whether danger is still unopened; 0: never
  std::int64_t overdue_hour = 0;              ///< the target that was called for last; 0: none
  int overdue_calls = 0;                      ///< how often
  std::int64_t overdue_minute = 0;            ///< when it is called for again
  std::vector<CallRow> calls;
};

/// What server/calling keeps, so that a call outlives the process that was to make it.
class Calls {
 public:
  virtual ~Calls() = default;
  /// `after`: a number of Unopened::newest, or 0.
  virtual Awaitable<Result<Unopened>> unopened(DeskId desk, std::int64_t after) = 0;
  /// Nothing when nothing is remembered of that desk.
  virtual Awaitable<Result<std::optional<DeskCalls>>> load(DeskId desk) = 0;
  /// In place of what was remembered. Errc::not_found: no such desk.
  virtual Awaitable<Result<void>> save(DeskCalls calls) = 0;
};

}  // namespace hotline::storage
