#pragma once

#include "config/limits.hpp"
#include "server/calling/sender.hpp"
#include "storage/calls.hpp"

#include <cstdint>
#include <vector>

namespace hotline::calling {

/// A moment, in seconds: by a clock that only goes forward, and by the one on the wall (since 1970), which people set.
struct Moment {
  std::int64_t steady = 0;
  std::int64_t wall = 0;

  std::int64_t hour() const { return wall / 3600; }
};

/// Why a call is to be made. A greater one takes the place of a lesser. Kept as the number.
enum class Cause : std::uint8_t {
  none = 0,
  arrival = 1,      ///< something urgent enough for the entry has come
  overdue = 2,      ///< the oldest unopened report is past its target
  danger = 3,       ///< danger now has come, or is still unopened
};

/// What the settings say of somebody who is called for a desk.
struct EntryRules {
  ByteArray<32> id{};          ///< as CallRow::entry
  std::uint8_t urgency = 1;    ///< calls for reports of this priority, and of any more urgent
  std::int64_t minutes = 10;   ///< at most one call in so many
  bool overdue = true;
};

/// Who is to be called when, for one desk: no clock, no thread, no disk. What it decides from are Moments and what the store says.
///
/// An arrival calls at once. After a call the entry has quiet; what comes meanwhile is held back, and called for when the quiet is over, if
/// it still holds: if nobody has opened it. Danger is held back only by a call for danger, for at most ten minutes, and is called for again
/// ten minutes after it came if it is still unopened. A target that passes is called for, then again after 1, 2, 4 … 24 hours while the same
/// report is the oldest. All waiting goes by the steady clock: a wall clock that is set, in whichever direction, makes no call.
class DeskSchedule {
 public:
  static constexpr std::int64_t danger_minutes = 10;

  /// `stored`: what an earlier process kept; nothing when there was none. `limits` outlives it.
  DeskSchedule(DeskId desk, std::vector<EntryRules> entries, const std::optional<storage::DeskCalls>& stored, Moment now, const Limits& limits);

  /// The number after which arrivals are news: for Calls::unopened.
  std::int64_t seen() const { return state_.seen; }
  /// Takes in what stands at the desk. True when something is to be saved.
  bool look(const storage::Unopened& unopened, Moment now);

  struct Due {
    std::size_t entry = 0;     ///< position among the rules
    Cause cause = Cause::none;
    int tries = 0;             ///< before this one
  };
  /// Calls to be made now. Each is then under way until settled().
  std::vector<Due> due(Moment now);
  void settled(const Due& call, Delivery::Kind outcome, Moment now);

  /// The steady second at which something may be due; at most a minute ahead, as targets pass by the wall clock.
  std::int64_t next(Moment now) const;
  /// To be saved.
  storage::DeskCalls stored(Moment now) const;

 private:
  struct Entry {
    EntryRules rules;
    Cause cause = Cause::none;
    bool fresh = false;              ///< wanted by what was just seen: it holds
    bool held = false;               ///< held back, and said so
    bool under_way = false;
    std::int64_t since = 0;          ///< steady seconds, as all that follow
    int tries = 0;
    std::int64_t next = 0;
    std::int64_t quiet = 0;          ///< end of it
    std::int64_t quiet_danger = 0;
  };
  struct State {
    std::int64_t seen = 0;
    std::int64_t danger_at = 0;      ///< 0: never
    std::int64_t danger_last = 0;    ///< when danger came last
    std::int64_t overdue_hour = 0;
    int overdue_calls = 0;
    std::int64_t overdue_at = 0;
  };

  bool notice_arrivals(const storage::Unopened& unopened, Moment now);
  bool notice_danger(const storage::Unopened& unopened, Moment now);
  bool notice_overdue(const storage::Unopened& unopened, Moment now);
  bool drop_what_holds_no_more(const storage::Unopened& unopened);
  Cause what_holds(const Entry& entry, const storage::Unopened& unopened) const;
  bool want(Entry& entry, Cause cause, Moment now);
  static std::int64_t quiet_of(const Entry& entry) { return entry.cause == Cause::danger ? entry.quiet_danger : entry.quiet; }

  const DeskId desk_;
  const Limits& limits_;
  std::vector<Entry> entries_;
  State state_;
};

}  // namespace hotline::calling
