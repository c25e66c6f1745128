#pragma once

#include "server/cli/casebook.hpp"
#include "server/cli/connection.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hotline::cli {

/// What came of a wish to delete. Both ways the answer is recorded first, with its sealed parts, then put into the reporter's
/// mailbox, and a deletion comes last: whoever finds it half done repeats the same command, which goes on where it stopped.

inline constexpr std::size_t outcome_text_bytes_max = 8 * 1024;

/// Refuses the wish of a thread and tells the reporter why. Done again, it makes sure that the answer is stored, and stores no other.
/// The line says when nobody asked, or when deletion was begun already.
Outcome<void> keep(Connection& connection, const Casebook& book, const Thread& thread, std::string_view why);

/// All that goes when a thread is deleted.
struct Deletion {
  std::vector<const Thread*> threads;       ///< the one that was named, then those of other reporters in the same case
  std::vector<CaseId> cases;
  std::vector<ReportId> reports;
  std::size_t files = 0;
  std::size_t told = 0;                     ///< reporters who have a mailbox to be told in
};
Deletion deletion_of(const Casebook& book, const Thread& thread);

/// Tells the reporters (with `text`, or else with the built-in one in each one's language), then deletes. The line says what was done
/// when it stops half way, and when a colleague was quicker.
Outcome<storage::Removed> delete_for_good(Connection& connection, const Casebook& book, const Deletion& deletion, std::string_view text);

}  // namespace hotline::cli
