#pragma once

#include "config/ids.hpp"
#include "storage/awaitable.hpp"
#include "storage/cases.hpp"

#include <optional>
#include <vector>

namespace hotline::storage {

/// What time destroys, and what it leaves alone. Destroyed, with files, events, notes, texts, views and keys:
/// - a closed case and the reports it was about, `Limits::closed_case_days` after it was closed, or after the last of them came;
/// - a report that was read and put into no case, `Limits::unfiled_report_days` after it came;
/// - an epoch with its keys, once it is over and no report of it is left.
/// Left alone: a report that nobody has read, an open case and its reports, what is under a legal hold, and a closed case of which the server
/// was not told what it is about.
struct RetentionView {
  std::int64_t unread = 0;                     ///< reports that wait for a reader, however old
  std::optional<std::int64_t> oldest_unread_hour;
  std::int64_t due_cases = 0;                  ///< cases that go within the days asked for
  std::int64_t due_reports = 0;                ///< reports that go within them, with those of the cases
  std::optional<std::int64_t> next_hour;       ///< the first hour in which something goes, however far
  std::int64_t unknown_cases = 0;              ///< closed, but the server was not told what they are about
  struct Held {
    CaseId id;
    Hold hold;
  };
  std::vector<Held> held;                      ///< at most 1,000, in order of creation
};

class Retention {
 public:
  virtual ~Retention() = default;
  /// What stands before a desk; `days`: how far to look. Errc::not_found: no such desk.
  virtual Awaitable<Result<RetentionView>> view(DeskId desk, std::int64_t now_hour, std::int64_t days) = 0;
};

}  // namespace hotline::storage
