#pragma once

#include "storage/cases.hpp"
#include "storage/members.hpp"

namespace hotline::console {

/// What a role at a desk includes. Keys are another matter: who holds no grant opens nothing, whatever the role (docs/decisions/0028-casework.md).
enum class Right : std::uint8_t {
  report_work,      ///< queue, reports, answers, cases that are theirs or nobody's; only such a member may be given keys
  all_cases,        ///< also those that a colleague has
  supervision,      ///< closes, reopens, lowers without a word, assigns anybody's case, deletes
  counts,           ///< how much waits, exactly
  activity,         ///< who did what at the desk, without content
  administration,   ///< members, epochs, grants
  figures,          ///< how many came, month by month; small numbers are suppressed
  exact_figures,    ///< the same as they are
};

/// The whole of it in one table (roles.cpp).
bool may(storage::Role role, Right right) noexcept;

/// Whether a member may see a case and write in it.
bool may_work_on(storage::Role role, MemberId member, const storage::Case& file) noexcept;
/// Whether a member may make this change of a case that stands as `now`: who may not supervise asks to close but does not close,
/// does not reopen, and lowers the urgency only with an event that says why. New keys are for who administers the desk.
bool may_change(storage::Role role, MemberId member, const storage::Case& now, const storage::CaseChange::Set& set, bool with_events) noexcept;
/// Whether a member may take a step of a case's legal hold: whoever works on the case asks, for it and for its end, and takes back what they
/// themselves asked for; who supervises decides. That it is another member is the store's rule.
bool may_hold(storage::Role role, MemberId member, const storage::Case& now, storage::HoldStep step) noexcept;
/// Whether a new case may begin in that state.
bool may_open_as(storage::Role role, storage::CaseState state) noexcept;

}  // namespace hotline::console
