#include "server/cli/case_rights.hpp"

#include "server/cli/trust.hpp"

#include <utility>

namespace hotline::cli {

bool leads_desk(storage::Role role) { return role == storage::Role::supervisor || role == storage::Role::admin; }

bool holds_keys(storage::Role role) { return role == storage::Role::caseworker || leads_desk(role); }

std::vector<storage::Member> key_holders(const DeskView& desk) {
  auto members = vouched_members(desk);
  std::erase_if(members, [](const storage::Member& member) { return !holds_keys(member.role); });
  return members;
}

std::vector<storage::Member> case_readers(const DeskView& desk, const std::optional<MemberId>& assignee) {
  auto members = key_holders(desk);
  if (assignee) std::erase_if(members, [&](const storage::Member& member) { return !leads_desk(member.role) && member.id != *assignee; });
  return members;
}

}  // namespace hotline::cli
