#include "server/console/roles.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace hotline::console {
namespace {

using storage::CaseState;
using storage::Role;

constexpr std::uint8_t bits(std::initializer_list<Right> rights) {
  std::uint8_t set = 0;
  for (const Right right : rights) set = static_cast<std::uint8_t>(set | (1u << static_cast<unsigned>(right)));
  return set;
}

struct Row {
  Role role;
  std::uint8_t rights;
};

constexpr std::array table{
    Row{Role::caseworker, bits({Right::report_work, Right::counts})},
    Row{Role::supervisor, bits({Right::report_work, Right::all_cases, Right::supervision, Right::counts, Right::activity, Right::figures, Right::exact_figures})},
    Row{Role::admin, bits({Right::report_work, Right::all_cases, Right::supervision, Right::counts, Right::activity, Right::administration, Right::figures,
                           Right::exact_figures})},
    Row{Role::auditor, bits({Right::counts, Right::activity, Right::figures, Right::exact_figures})},
    Row{Role::analyst, bits({Right::figures})},
    Row{Role::partner, bits({})},
};

}  // namespace

bool may(Role role, Right right) noexcept {
  const auto row = std::ranges::find(table, role, &Row::role);
  return row != table.end() && (row->rights & bits({right})) != 0;
}

bool may_work_on(Role role, MemberId member, const storage::Case& file) noexcept {
  return may(role, Right::report_work) && (may(role, Right::all_cases) || !file.assignee || *file.assignee == member);
}

bool may_change(Role role, MemberId member, const storage::Case& now, const storage::CaseChange::Set& set, bool with_events) noexcept {
  if (!may_work_on(role, member, now)) return false;
  if (set.recipient && !may(role, Right::administration)) return false;
  if (may(role, Right::supervision)) return true;
  if (set.state && (*set.state == CaseState::closed) != (now.state == CaseState::closed)) return false;
  if (set.urgency && *set.urgency > now.urgency && !with_events) return false;   // 0 is the most urgent
  return true;
}

bool may_hold(Role role, MemberId member, const storage::Case& now, storage::HoldStep step) noexcept {
  if (!may_work_on(role, member, now)) return false;
  if (may(role, Right::supervision) || step == storage::HoldStep::propose || step == storage::HoldStep::lift) return true;
  return (step == storage::HoldStep::withdraw || step == storage::HoldStep::keep) && now.hold.by == member;
}

bool may_open_as(Role role, CaseState state) noexcept { return may(role, Right::supervision) || state != CaseState::closed; }

}  // namespace hotline::console
