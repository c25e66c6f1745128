#pragma once

#include "config/ids.hpp"
#include "storage/activity.hpp"
#include "storage/awaitable.hpp"
#include "storage/grants.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace hotline::storage {

/// Kept as the number. close_asked: somebody who may not close it asks a supervisor to.
enum class CaseState : std::uint8_t { open = 1, closed = 2, close_asked = 3 };

/// A legal hold: what it is on is not deleted, by nobody and by no time. It takes two members to place it and two to lift it. Kept as the number.
enum class HoldState : std::uint8_t {
  none = 0,
  proposed = 1,   ///< one member asked for it: protects for Limits::hold_proposal_days
  held = 2,
  lifting = 3,    ///< one member asked to lift it: still protects
};

/// What a member does about a hold.
enum class HoldStep : std::uint8_t {
  propose,        ///< none → proposed
  confirm,        ///< proposed → held, by another member
  withdraw,       ///< proposed → none
  lift,           ///< held → lifting
  confirm_lift,   ///< lifting → none, by another member
  keep,           ///< lifting → held
};

struct Hold {
  HoldState state = HoldState::none;
  MemberId by{};                    ///< who did the last step
  std::int64_t hour = 0;            ///< and when; both mean nothing with `none`
};

/// What the server sees of a case. Which reports belong to it is written in its sealed events; the server is told when it is closed or held,
/// so that they end or stay together, and forgets it when that is over.
struct Case {
  CaseId id;
  DeskId desk;
  ByteVector recipient;             ///< what its events are sealed to; 1,216 bytes
  CaseState state = CaseState::open;
  std::uint8_t urgency = 4;
  std::int64_t created_hour = 0;
  std::optional<MemberId> assignee{};
  std::optional<std::int64_t> due_hour{};      ///< by when something is to be done, hours since 1970
  std::optional<std::int64_t> closed_hour{};   ///< set by the store while it is closed
  std::int64_t last_event = 0;                 ///< number of its last event, set by the store; 0: none
  std::int64_t number = 0;                     ///< order of creation, set by the store
  Hold hold{};
  bool key_known_outside = false;              ///< somebody who held its key has left since: it wants a new one. Set by the store
};

struct Event {
  std::int64_t number = 0;          ///< order of recording, set by the store
  EventId id;
  CaseId case_id;
  MemberId author;
  std::int64_t recorded_hour = 0;
  ByteVector sealed;                ///< age file of an `event` object, signed inside by its author
};

/// What lists show of a case: sealed to it, made of its events by a client, replaced whole. Its envelope is an event's.
struct Summary {
  EventId id;
  MemberId author;
  std::int64_t recorded_hour = 0;
  ByteVector sealed;
};

/// A case as one member has it.
struct CaseView {
  Case file;
  std::optional<Summary> summary;
  std::optional<ByteVector> grant;  ///< the case's identity, sealed to that member
};

/// A new case and all that comes with it.
struct NewCase {
  Case opened;
  std::vector<Grant> grants;
  std::vector<Event> events;
  std::vector<ReportId> files{};               ///< become `filed`
  std::optional<Summary> summary{};
  std::optional<Activity> activity{};
};

/// What changes in a case, all in one commit or nothing of it.
struct CaseChange {
  struct Set {
    std::optional<CaseState> state{};
    std::optional<std::uint8_t> urgency{};
    std::optional<std::optional<MemberId>> assignee{};
    std::optional<std::optional<std::int64_t>> due_hour{};
    std::optional<Summary> summary{};
    /// A new key: what is written from now on is sealed to it. The change's grants then take the place of all that were there.
    std::optional<ByteVector> recipient{};
  };
  /// What must still be so.
  struct Expected {
    std::optional<CaseState> state{};
    std::optional<std::optional<MemberId>> assignee{};
    std::optional<std::int64_t> last_event{};  ///< no event of a higher number is there
    std::optional<ByteArray<16>> key{};        ///< key_id() of the case's recipient: what comes along is sealed to it
  };
  DeskId desk;
  CaseId id;
  std::int64_t hour = 0;                       ///< now
  std::vector<Event> events{};
  Set set{};
  Expected expected{};
  /// Become `filed`; in a case that stays closed `seen`, for as long as it is: they wait in the queue until it is open again.
  std::vector<ReportId> files{};
  std::vector<Grant> grants{};
  std::optional<Activity> activity{};
  struct HoldChange {
    HoldStep step;
    MemberId by;
  };
  std::optional<HoldChange> hold{};
  /// All reports that the case is about; those that are not there any more are passed over. Needed by who proposes a hold, and by who closes:
  /// a closed case without is never destroyed by time.
  std::vector<ReportId> about{};
  /// Asked within the commit, of the case as it stands there, on the writer's thread. Empty: allowed.
  std::function<bool(const Case&)> allowed{};
};

/// A page of a desk's cases in order of creation.
struct CasePage {
  DeskId desk;
  MemberId member;                             ///< whose grants come along
  bool others_too = true;                      ///< false: only those of nobody and of this member
  std::int64_t after = 0;                      ///< only of a higher number
  std::size_t count_max = 200;                 ///< at most 200
  std::optional<CaseState> state{};
  bool key_known_outside = false;              ///< only those that want a new key
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

/// Names a recipient briefly: first 16 bytes of BLAKE2b-256 of it.
ByteArray<16> key_id(Bytes recipient) noexcept;

/// Cases and their append-only events.
class Cases {
 public:
  virtual ~Cases() = default;
  /// The case, its grants and first events in one commit; Errc::conflict when the id is taken.
  /// Errc::duplicate: one of its reports is filed already. Errc::not_found: one of them is not there.
  virtual Awaitable<Result<void>> open(NewCase opened) = 0;
  Awaitable<Result<void>> open(Case opened, std::vector<Grant> grants, std::vector<Event> events) {
    return open(NewCase{std::move(opened), std::move(grants), std::move(events)});
  }
  /// Errc::not_found: no such case at that desk, or not one of the reports. Errc::forbidden: not allowed, or the same member would do both
  /// steps of a hold. Errc::conflict: something that was expected is not so (any more), an event's id is taken, or the step does not follow
  /// from where the hold stands. Errc::duplicate: a report is filed already.
  virtual Awaitable<Result<void>> change(CaseChange change) = 0;
  /// All or none. With `last_seen`, Errc::conflict when the case has an event of a higher number: someone was quicker.
  virtual Awaitable<Result<void>> append(std::vector<Event> events, std::optional<std::int64_t> last_seen) = 0;
  virtual Awaitable<Result<std::vector<Case>>> list(DeskId desk) = 0;
  /// As `member` has it; Errc::not_found when it is not at this desk.
  virtual Awaitable<Result<CaseView>> find(DeskId desk, CaseId id, MemberId member) = 0;
  virtual Awaitable<Result<std::vector<CaseView>>> page(CasePage page) = 0;
  virtual Awaitable<Result<std::vector<Event>>> events(CaseId id) = 0;
  /// Deletes cases with their events and grants, and reports with their files: in one commit nobody sees them any more, and when
  /// this completes their bytes are overwritten in the file and its log. A crash in between leaves that to Stores::expire().
  /// What is not there (any more) is passed over; Errc::not_found when nothing of it is at this desk. Errc::forbidden, and
  /// nothing is deleted, when the member holds no grant for a part of it. Errc::conflict: a part of it is under a legal hold.
  virtual Awaitable<Result<Removed>> remove(Removal removal) = 0;
};

}  // namespace hotline::storage
