#pragma once

#include "server/cli/console_client.hpp"

#include <optional>
#include <vector>

namespace hotline::cli {

/// Whether a role works on reports and cases, and so holds keys: caseworker, supervisor, admin. To the others no client seals anything.
bool holds_keys(storage::Role role);
/// Whether a role sees, assigns and closes every case of its desk: supervisor, admin.
bool leads_desk(storage::Role role);

/// Those of the vouched members whose role holds keys: a new epoch is sealed to them.
std::vector<storage::Member> key_holders(const DeskView& desk);
/// Those of them who are to read a case: its assignee, supervisors and admins; every one while nobody has it.
std::vector<storage::Member> case_readers(const DeskView& desk, const std::optional<MemberId>& assignee);

}  // namespace hotline::cli
