#include "server/cli/case_people.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

bool is_about(const Thread& one, const Thread& other) {
  return std::ranges::any_of(other.reports, [&](const OpenedReport& report) { return std::ranges::find(one.linked, to_text(report.row.id)) != one.linked.end(); });
}

}  // namespace

std::vector<const Thread*> people_of(const std::vector<Thread>& threads, const Thread& thread) {
  const Thread* home = &thread;
  if (!thread.case_) {
    const auto other = std::ranges::find_if(threads, [&](const Thread& one) { return one.case_ && is_about(one, thread); });
    if (other != threads.end()) home = &*other;
  }
  std::vector<const Thread*> people{home};
  for (const Thread& other : threads) {
    if (&other != home && is_about(*home, other)) people.push_back(&other);
  }
  return people;
}

Outcome<const Thread*> addressee(const std::vector<const Thread*>& people, const std::string& to) {
  if (to.empty() && people.size() == 1) return people.front();
  std::string choices;
  for (const Thread* one : people) choices += (choices.empty() ? "" : ", ") + one->id().substr(0, 8);
  if (to.empty()) {
    return Problem{"this case is about several reporters, and an answer cannot be taken back: say whom you answer with --to and the id of one of their reports (" +
                   choices + "); hotline case show tells each"};
  }
  if (to.size() < 4) return Problem{"give at least four digits of the report's id after --to"};
  const Thread* found = nullptr;
  for (const Thread* one : people) {
    if (!std::ranges::any_of(one->reports, [&](const OpenedReport& report) { return to_text(report.row.id).starts_with(to); })) continue;
    if (found != nullptr) return Problem{"more than one report begins so; give more digits after --to"};
    found = one;
  }
  if (found == nullptr) return Problem{"this case has no report of that id; after --to give one of: " + choices};
  return found;
}

}  // namespace hotline::cli
