#pragma once

#include "config/ids.hpp"
#include "storage/awaitable.hpp"
#include "storage/grants.hpp"

#include <optional>
#include <vector>

namespace hotline::storage {

enum class CaseState : std::uint8_t { open = 1, closed = 2 };

/// What the server sees of a case. Which reports belong to it is written in its sealed events, not here.
struct Case {
  CaseId id;
  DeskId desk;
  ByteVector recipient;             ///< what its events are sealed to; 1,216 bytes
  CaseState state = CaseState::open;
  std::uint8_t urgency = 4;
  std::int64_t created_hour = 0;
};

struct Event {
  std::int64_t number = 0;          ///< order of recording, set by the store
  EventId id;
  CaseId case_id;
  MemberId author;
  std::int64_t recorded_hour = 0;
  ByteVector sealed;                ///< age file of an `event` object, signed inside by its author
};

/// What a member of a desk asks to be deleted for good.
struct Removal {
  DeskId desk;
  MemberId member;                  ///< must hold a grant for each case, and for the epoch of each report
  std::vector<CaseId> cases;
  std::vector<ReportId> reports;
  std::int64_t hour = 0;            ///< now: each case and report that goes leaves a line of activity
};
/// How much of it was there.
struct Removed {
  std::size_t cases = 0;
  std::size_t reports = 0;
  std::size_t files = 0;
};

/// Cases and their append-only events.
class Cases {
 public:
  virtual ~Cases() = default;
  /// The case, its grants and first events in one commit; Errc::conflict when the id is taken.
  virtual Awaitable<Result<void>> open(Case opened, std::vector<Grant> grants, std::vector<Event> events) = 0;
  /// All or none. With `last_seen`, Errc::conflict when the case has an event of a higher number: someone was quicker.
  virtual Awaitable<Result<void>> append(std::vector<Event> events, std::optional<std::int64_t> last_seen) = 0;
  virtual Awaitable<Result<std::vector<Case>>> list(DeskId desk) = 0;
  virtual Awaitable<Result<std::vector<Event>>> events(CaseId id) = 0;
  virtual Awaitable<Result<void>> set_state(CaseId id, CaseState state, std::uint8_t urgency) = 0;
  /// Deletes cases with their events and grants, and reports with their files: in one commit nobody sees them any more, and when
  /// this completes their bytes are overwritten in the file and its log. A crash in between leaves that to Stores::expire().
  /// What is not there (any more) is passed over; Errc::not_found when nothing of it is at this desk. Errc::forbidden, and
  /// nothing is deleted, when the member holds no grant for a part of it.
  virtual Awaitable<Result<Removed>> remove(Removal removal) = 0;
};

}  // namespace hotline::storage
