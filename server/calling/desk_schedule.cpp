#include "server/calling/desk_schedule.hpp"

#include "config/log.hpp"

#include <algorithm>

namespace hotline::calling {
namespace {

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 3600;
constexpr std::int64_t look_again = minute;
constexpr std::int64_t reminder_max = 24 * hour;
constexpr std::int64_t danger_wait = DeskSchedule::danger_minutes * minute;

/// What is stored is a time on the wall; what it comes to is a wait, of at most `longest`, however the wall clock was set meanwhile.
std::int64_t steady_of(std::int64_t stored_minute, std::int64_t longest, Moment now) {
  if (stored_minute == 0) return 0;
  return now.steady + std::clamp<std::int64_t>(stored_minute * minute - now.wall, 0, longest);
}

/// Rounded up; 0 for what is over.
std::int64_t minute_of(std::int64_t steady, Moment now) {
  return steady <= now.steady ? 0 : (now.wall + steady - now.steady + minute - 1) / minute;
}

std::int64_t seconds_of(std::chrono::milliseconds time) { return std::chrono::duration_cast<std::chrono::seconds>(time).count(); }

std::int64_t danger_quiet(const EntryRules& rules) { return std::min(rules.minutes, DeskSchedule::danger_minutes) * minute; }

}  // namespace

DeskSchedule::DeskSchedule(DeskId desk, std::vector<EntryRules> entries, const std::optional<storage::DeskCalls>& stored, Moment now,
                           const Limits& limits)
    : desk_(desk), limits_(limits) {
  // Without a memory, what has been there before is no news; its targets call all the same.
  constexpr std::int64_t unknown = -1;
  state_.seen = unknown;
  if (stored) {
    state_.seen = stored->seen;
    state_.danger_at = steady_of(stored->danger_minute, danger_wait, now);
    state_.overdue_hour = stored->overdue_hour;
    state_.overdue_calls = stored->overdue_calls;
    state_.overdue_at = steady_of(stored->overdue_minute, reminder_max, now);
  }
  for (EntryRules& rules : entries) {
    Entry entry;
    entry.rules = rules;
    const auto known = [&rules](const storage::CallRow& row) { return row.entry == rules.id; };
    if (stored) {
      if (const auto row = std::find_if(stored->calls.begin(), stored->calls.end(), known); row != stored->calls.end()) {
        entry.cause = static_cast<Cause>(row->cause);
        entry.since = now.steady - std::clamp<std::int64_t>(now.wall - row->since_minute * minute, 0, limits_.call_hours * hour);
        entry.tries = row->tries;
        entry.next = steady_of(row->next_minute, seconds_of(limits_.call_retry_max), now);
        entry.quiet = steady_of(row->quiet_minute, rules.minutes * minute, now);
        entry.quiet_danger = steady_of(row->quiet_danger_minute, danger_quiet(rules), now);
      }
    }
    entries_.push_back(entry);
  }
}

bool DeskSchedule::look(const storage::Unopened& unopened, Moment now) {
  const bool first = state_.seen < 0;
  if (first) state_.seen = unopened.newest;
  for (Entry& entry : entries_) entry.fresh = false;
  bool changed = notice_arrivals(unopened, now);
  changed = notice_danger(unopened, now) || changed;
  changed = notice_overdue(unopened, now) || changed;
  changed = drop_what_holds_no_more(unopened) || changed;
  return changed || first;
}

bool DeskSchedule::notice_arrivals(const storage::Unopened& unopened, Moment now) {
  if (unopened.newest <= state_.seen) return false;
  // The number alone is worth no commit: whoever looks from an older one finds nothing that calls.
  state_.seen = unopened.newest;
  if (!unopened.arrived) return false;
  const bool danger = *unopened.arrived == 0;
  bool changed = false;
  for (Entry& entry : entries_) {
    if (*unopened.arrived <= entry.rules.urgency) changed = want(entry, danger ? Cause::danger : Cause::arrival, now) || changed;
  }
  if (danger) {
    state_.danger_last = now.steady;
    changed = changed || state_.danger_at == 0;
    if (state_.danger_at == 0) state_.danger_at = now.steady + danger_wait;
  }
  return changed;
}

bool DeskSchedule::notice_danger(const storage::Unopened& unopened, Moment now) {
  if (state_.danger_at == 0 || now.steady < state_.danger_at) return false;
  // Danger that came in between has ten minutes of its own.
  state_.danger_at = state_.danger_last + danger_wait > now.steady && state_.danger_last != 0 ? state_.danger_last + danger_wait : 0;
  if (unopened.urgency == std::uint8_t{0}) {
    for (Entry& entry : entries_) want(entry, Cause::danger, now);
  }
  return true;
}

bool DeskSchedule::notice_overdue(const storage::Unopened& unopened, Moment now) {
  if (unopened.due_hour && *unopened.due_hour == state_.overdue_hour) {
    if (now.steady < state_.overdue_at) return false;
  } else if (unopened.due_hour && *unopened.due_hour < now.hour()) {
    state_.overdue_hour = *unopened.due_hour;
    state_.overdue_calls = 0;
  } else {
    const bool forgotten = state_.overdue_hour != 0;
    state_.overdue_hour = 0;
    state_.overdue_calls = 0;
    state_.overdue_at = 0;
    return forgotten;
  }
  constexpr int doublings_max = 5;   // 32 hours, and so the longest
  state_.overdue_at = now.steady + std::min(hour << std::min(state_.overdue_calls, doublings_max), reminder_max);
  state_.overdue_calls = std::min(state_.overdue_calls + 1, doublings_max);
  const bool danger = unopened.urgency == std::uint8_t{0};
  for (Entry& entry : entries_) {
    if (entry.rules.overdue) want(entry, danger ? Cause::danger : Cause::overdue, now);
  }
  return true;
}

Cause DeskSchedule::what_holds(const Entry& entry, const storage::Unopened& unopened) const {
  const auto held = [&](Cause cause) {
    switch (cause) {
      case Cause::danger: return unopened.urgency == std::uint8_t{0};
      case Cause::overdue: return entry.rules.overdue && unopened.due_hour && *unopened.due_hour == state_.overdue_hour;
      case Cause::arrival: return unopened.urgency && *unopened.urgency <= entry.rules.urgency;
      case Cause::none: break;
    }
    return true;
  };
  if (entry.fresh || entry.cause == Cause::none) return entry.cause;
  for (const Cause cause : {Cause::danger, Cause::overdue, Cause::arrival}) {
    if (cause <= entry.cause && held(cause)) return cause;
  }
  return Cause::none;
}

bool DeskSchedule::drop_what_holds_no_more(const storage::Unopened& unopened) {
  bool changed = false;
  for (Entry& entry : entries_) {
    const Cause holds = what_holds(entry, unopened);
    if (holds == entry.cause) continue;
    if (holds == Cause::none) log_event(LogLevel::debug, "call_not_needed_any_more");
    entry.cause = holds;
    changed = true;
  }
  return changed;
}

bool DeskSchedule::want(Entry& entry, Cause cause, Moment now) {
  entry.fresh = true;
  if (entry.cause >= cause) return false;
  // Danger does not wait behind the tries of what is less.
  if (entry.cause == Cause::none || cause == Cause::danger) {
    entry.since = now.steady;
    entry.tries = 0;
    entry.next = now.steady;
    entry.held = false;
  }
  entry.cause = cause;
  return true;
}

std::vector<DeskSchedule::Due> DeskSchedule::due(Moment now) {
  std::vector<Due> calls;
  calls.reserve(entries_.size());   // none is marked as under way and then not given
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    Entry& entry = entries_[i];
    if (entry.cause == Cause::none || entry.under_way) continue;
    if (now.steady < quiet_of(entry)) {
      if (!entry.held) log_event(LogLevel::debug, "call_held_back");
      entry.held = true;
      continue;
    }
    if (now.steady < entry.next) continue;
    entry.under_way = true;
    calls.push_back({i, entry.cause, entry.tries});
  }
  return calls;
}

void DeskSchedule::settled(const Due& call, Delivery::Kind outcome, Moment now) {
  Entry& entry = entries_.at(call.entry);
  entry.under_way = false;
  if (outcome != Delivery::Kind::failed) {
    // Perhaps it rang: then the next try keeps the same distance as a next call.
    entry.quiet = now.steady + entry.rules.minutes * minute;
    if (call.cause == Cause::danger) entry.quiet_danger = now.steady + danger_quiet(entry.rules);
    entry.held = false;
  }
  // Something more urgent came meanwhile, or nothing holds any more.
  if (entry.cause != call.cause) return;
  if (outcome == Delivery::Kind::sent) {
    entry.cause = Cause::none;
    return;
  }
  ++entry.tries;
  if (now.steady - entry.since >= limits_.call_hours * hour) {
    log_event(LogLevel::error, "call_given_up", {{"tries", entry.tries}});
    entry.cause = Cause::none;
    return;
  }
  std::chrono::milliseconds wait = limits_.call_retry_min;
  for (int i = 1; i < entry.tries && wait < limits_.call_retry_max; ++i) wait *= 2;
  entry.next = now.steady + seconds_of(std::min(wait, limits_.call_retry_max));
}

std::int64_t DeskSchedule::next(Moment now) const {
  std::int64_t at = now.steady + look_again;
  if (state_.danger_at != 0) at = std::min(at, state_.danger_at);
  for (const Entry& entry : entries_) {
    if (entry.cause != Cause::none && !entry.under_way) at = std::min(at, std::max(entry.next, quiet_of(entry)));
  }
  return std::max(at, now.steady);
}

storage::DeskCalls DeskSchedule::stored(Moment now) const {
  storage::DeskCalls kept;
  kept.desk = desk_;
  kept.seen = std::max<std::int64_t>(state_.seen, 0);
  kept.danger_minute = state_.danger_at == 0 ? 0 : std::max<std::int64_t>(minute_of(state_.danger_at, now), 1);
  kept.overdue_hour = state_.overdue_hour;
  kept.overdue_calls = state_.overdue_calls;
  kept.overdue_minute = minute_of(state_.overdue_at, now);
  for (const Entry& entry : entries_) {
    const bool wanted = entry.cause != Cause::none;
    storage::CallRow row{entry.rules.id,
                         static_cast<std::uint8_t>(entry.cause),
                         wanted ? (now.wall - (now.steady - entry.since)) / minute : 0,
                         wanted ? entry.tries : 0,
                         wanted ? minute_of(entry.next, now) : 0,
                         minute_of(entry.quiet, now),
                         minute_of(entry.quiet_danger, now)};
    if (wanted || row.quiet_minute != 0 || row.quiet_danger_minute != 0) kept.calls.push_back(row);
  }
  return kept;
}

}  // namespace hotline::calling
