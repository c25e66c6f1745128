#pragma once

#include "server/cli/casebook.hpp"

#include <boost/json.hpp>

#include <string>
#include <vector>

namespace hotline::cli {

/// How what the desk says of a case looks on the command line.

/// What is shown of it besides the thread itself.
struct FactsFrame {
  const DeskView& desk;                  ///< for the members' names
  std::int64_t now_hour = 0;
  std::vector<Sighting> report_views;    ///< that stand beside the reports
};

/// Adds: assignee (name or null), labels, child, tasks, overdue, reasons (of the urgency), views, closing, status, translations, unread (how many
/// reports nobody has opened yet).
void add_facts(boost::json::object& object, const Thread& thread, const CaseFacts& facts, const FactsFrame& frame);
/// The same in lines for a terminal; not yet printable().
std::string facts_lines(const Thread& thread, const CaseFacts& facts, const FactsFrame& frame);
/// What a line of a list shows before the words: "[overdue] [ana] [child] ".
std::string facts_marks(const Thread& thread, const CaseFacts& facts, const FactsFrame& frame);

/// Something is to be done and its hour is over, or nobody has opened a message within the time that its urgency allows.
bool is_late(const Thread& thread, const CaseFacts& facts, std::int64_t now_hour);
std::size_t unread_of(const Thread& thread);
/// The case is closed, and what the reporter wrote since waits in the queue until it is open again, or in another case.
bool wrote_after_closing(const Thread& thread, const CaseFacts& facts);

/// What an event did, for those whose body is more than a text; empty for others. `desk` may be null: then members are named by their ids.
std::string event_words(const OpenedEvent& event, const DeskView* desk);

}  // namespace hotline::cli
