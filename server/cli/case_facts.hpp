#pragma once

#include "config/ids.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::cli {

struct DeskView;
struct Thread;

/// Something to be done in a case. Hours since 1970.
struct CaseTask {
  std::string task;                   ///< its id, 32 hex digits
  std::string text;
  std::int64_t due_hour = 0;          ///< the hour in which it is to be done
  std::optional<MemberId> for_;       ///< nobody in particular when there is none
  std::string author;                 ///< name of who set it last
  bool done = false;
};
/// Not done, and its hour is over.
inline bool is_overdue(const CaseTask& task, std::int64_t now_hour) { return !task.done && task.due_hour < now_hour; }

/// Why a case is as urgent as it is.
struct UrgencyReason {
  int urgency = 4;
  std::string reason;                 ///< empty for a message: the desk's rules rated it as it came
  bool by_machine = false;
  std::string author;                 ///< a member's name; empty for a message
  std::int64_t hour = 0;
};

/// How a case was closed, or how somebody asks for it to be.
struct Closing {
  std::string type;                   ///< a key of the vocabulary's close_types
  std::string reason;
  std::vector<std::pair<std::string, std::string>> police;   ///< what the record for the police says, by key; empty when there is none
  std::string author;
  std::int64_t hour = 0;
};

/// That a member saw the case, or a part of it.
struct Sighting {
  std::string author;
  std::string what;                   ///< case, report, file, number
  std::string subject;                ///< id of report or file, or empty
  std::string reason;
  std::int64_t hour = 0;
};

struct Translation {
  std::string report;                 ///< its id
  std::string language;
  std::string text;
  std::string author;                 ///< who translated
};

/// What the events of a case, and the messages of all whom it is about, say of it: docs/formats.md, section 9. No input and output.
struct CaseFacts {
  enum class State : std::uint8_t { open, close_asked, closed };

  State state = State::open;
  bool state_told = false;            ///< false: no event says anything of the state
  int urgency = 4;
  std::vector<UrgencyReason> reasons; ///< those that hold now, the most urgent first
  std::vector<std::string> labels;    ///< keys, in the order in which they were added
  bool child = false;
  std::optional<MemberId> assignee;
  std::vector<CaseTask> tasks;        ///< by due hour
  std::optional<Closing> closing;
  std::string status;                 ///< a key of the vocabulary's statuses, or empty
  std::string decided_by;
  std::vector<Sighting> views;        ///< in order
  std::vector<Translation> translations;
  std::int64_t closed_seen = 0;       ///< number of the last report that whoever closed it had seen; 0 when the event does not say

  /// Of the tasks; none when nothing is to be done, or when the case is closed.
  std::optional<std::int64_t> due_hour() const;
};

/// From what stands in the thread, its reports and events in the order of their numbers.
CaseFacts facts_of(const Thread& thread);

/// "open", "close_asked" or "closed", as in the console's API.
std::string_view state_name(CaseFacts::State state);

/// The name of a member, also of one who has left; "somebody unknown" when the desk has never had one of that id.
std::string name_of(const DeskView& desk, MemberId id);

}  // namespace hotline::cli
