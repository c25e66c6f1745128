#pragma once

#include "config/ids.hpp"
#include "storage/awaitable.hpp"
#include "storage/grants.hpp"

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

/// Cases and their append-only events.
class Cases {
 public:
  virtual ~Cases() = default;
  /// The case, its grants and first events in one commit; Errc::conflict when the id is taken.
  virtual Awaitable<Result<void>> open(Case opened, std::vector<Grant> grants, std::vector<Event> events) = 0;
  virtual Awaitable<Result<void>> append(std::vector<Event> events) = 0;
  virtual Awaitable<Result<std::vector<Case>>> list(DeskId desk) = 0;
  virtual Awaitable<Result<std::vector<Event>>> events(CaseId id) = 0;
  virtual Awaitable<Result<void>> set_state(CaseId id, CaseState state, std::uint8_t urgency) = 0;
};

}  // namespace hotline::storage
