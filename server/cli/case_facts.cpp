#include "server/cli/case_facts.hpp"

#include "server/cli/case_rights.hpp"
#include "server/cli/casebook.hpp"
#include "server/cli/text_parts.hpp"
#include "server/cli/vocabulary.hpp"

#include <algorithm>
#include <functional>
#include <iterator>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view child_label = "child";

std::optional<std::int64_t> number_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}

/// Texts of a list; nothing when it is no list of texts. One that is missing is empty.
std::optional<std::vector<std::string>> list_of(const json::object& object, std::string_view name) {
  std::vector<std::string> texts;
  const json::value* list = object.if_contains(name);
  if (list == nullptr) return texts;
  if (!list->is_array()) return std::nullopt;
  for (const json::value& entry : list->get_array()) {
    if (!entry.is_string()) return std::nullopt;
    texts.emplace_back(entry.get_string());
  }
  return texts;
}

/// By a number; what is equal stays in its order.
template <class List, class Key>
void sort_by(List& list, Key key) {
  for (auto at = list.begin(); at != list.end(); ++at) {
    std::rotate(std::ranges::upper_bound(list.begin(), at, std::invoke(key, *at), {}, key), at, std::next(at));
  }
}

bool tells_of_a_child(const OpenedReport& report) {
  const json::value* answers = report.content.if_contains("answers");
  return answers != nullptr && answers->is_object() && string_of(answers->get_object(), "q_child") == "yes";
}

/// Closing and reopening are for those who lead. The server holds its column to that and cannot read events, so an event by hand could say it all the
/// same.
bool is_theirs_to_decide(const OpenedEvent& event) { return event.author_role && leads_desk(*event.author_role); }

/// Puts the facts together, event after event.
class Reading {
 public:
  explicit Reading(const Thread& thread) : thread_(thread), people_{&thread} { people_.insert(people_.end(), thread.others.begin(), thread.others.end()); }

  CaseFacts read() {
    for (const OpenedEvent& event : thread_.events) {
      const json::value* body = event.content.if_contains("body");
      if (event.counts() && body != nullptr && body->is_object()) take(event, body->get_object());
    }
    take_server_word();
    sort_by(facts_.tasks, &CaseTask::due_hour);
    rate();
    facts_.child = std::ranges::find(facts_.labels, child_label) != facts_.labels.end() ||
                   std::ranges::any_of(people_, [](const Thread* one) { return std::ranges::any_of(one->reports, tells_of_a_child); });
    return std::move(facts_);
  }

 private:
  void take(const OpenedEvent& event, const json::object& body) {
    const std::string kind = string_of(event.content, "kind");
    if (kind == "labels") return take_labels(body);
    if (kind == "urgency") return take_urgency(event, body);
    if (kind == "assign") return take_assignee(body);
    if (kind == "task") return take_task(event, body);
    if (kind == "task_done") {
      const auto found = std::ranges::find(facts_.tasks, string_of(body, "task"), &CaseTask::task);
      if (found != facts_.tasks.end()) found->done = true;
      return;
    }
    if (kind == "close" || kind == "close_ask") return take_closing(event, body, kind == "close" && is_theirs_to_decide(event));
    if (kind == "reopen") {
      if (facts_.state == CaseFacts::State::closed && !is_theirs_to_decide(event)) return;   // what was only asked, any colleague takes back
      facts_.state = CaseFacts::State::open;
      facts_.state_told = true;
      facts_.closing.reset();
    } else if (kind == "status") {
      facts_.status = string_of(body, "status");
      facts_.decided_by = string_of(body, "decided_by");
    } else if (kind == "view") {
      facts_.views.push_back({event.author, string_of(body, "what"), string_of(body, "subject"), string_of(body, "reason"), event.row.recorded_hour});
    } else if (kind == "translation" && !string_of(body, "text").empty()) {
      facts_.translations.push_back({string_of(body, "report"), string_of(body, "language"), string_of(body, "text"), event.author});
    }
  }

  void take_labels(const json::object& body) {
    const auto added = list_of(body, "add");
    const auto removed = list_of(body, "remove");
    if (!added || !removed) return;
    for (const std::string& label : *removed) std::erase(facts_.labels, label);
    for (const std::string& label : *added) {
      if (std::ranges::find(facts_.labels, label) == facts_.labels.end()) facts_.labels.push_back(label);
    }
  }

  void take_urgency(const OpenedEvent& event, const json::object& body) {
    const auto to = number_of(body, "to");
    if (!to || *to < 0 || *to > 4) return;
    const std::string by = string_of(body, "by");
    UrgencyReason reason{.urgency = static_cast<int>(*to), .reason = string_of(body, "reason"), .by_machine = by == "machine",
                         .author = event.author, .hour = event.row.recorded_hour};
    if (reason.by_machine) {
      machines_.push_back(std::move(reason));
      return;
    }
    if (by != "person") return;
    machines_.clear();
    person_ = std::move(reason);
    person_seen_ = number_of(body, "seen").value_or(last_by(event.row.recorded_hour));
  }

  /// The number of the last report that came up to that hour.
  std::int64_t last_by(std::int64_t hour) const {
    std::int64_t number = 0;
    for (const Thread* one : people_) {
      for (const OpenedReport& report : one->reports) {
        if (report.row.received_hour <= hour) number = std::max(number, report.row.number);
      }
    }
    return number;
  }

  void take_assignee(const json::object& body) {
    const json::value* to = body.if_contains("to");
    if (to == nullptr) return;
    if (to->is_null()) {
      facts_.assignee.reset();
    } else if (const auto id = parse_id<MemberId>(string_of(body, "to"))) {
      facts_.assignee = *id;
    }
  }

  /// Where the member whom the events name has left, the server's column says who has the case now: it took it from them, and nobody wrote that down.
  void take_server_word() {
    if (!facts_.assignee || !thread_.members || std::ranges::find(*thread_.members, *facts_.assignee) != thread_.members->end()) return;
    facts_.assignee = thread_.case_ ? thread_.case_->assignee : std::nullopt;
  }

  void take_task(const OpenedEvent& event, const json::object& body) {
    const auto due = number_of(body, "due_hour");
    const std::string id = string_of(body, "task");
    if (!due || id.empty()) return;
    auto found = std::ranges::find(facts_.tasks, id, &CaseTask::task);
    if (found == facts_.tasks.end()) found = facts_.tasks.emplace(facts_.tasks.end());
    *found = {.task = id, .text = string_of(body, "text"), .due_hour = *due, .for_ = parse_id<MemberId>(string_of(body, "for")), .author = event.author, .done = false};
  }

  void take_closing(const OpenedEvent& event, const json::object& body, bool closes) {
    facts_.state_told = true;
    if (!closes && facts_.state == CaseFacts::State::closed) return;
    if (!closes && facts_.state == CaseFacts::State::close_asked) return;
    facts_.state = closes ? CaseFacts::State::closed : CaseFacts::State::close_asked;
    facts_.closed_seen = number_of(body, "seen").value_or(0);
    Closing closing{.type = string_of(body, "type"), .reason = string_of(body, "reason"), .police = {}, .author = event.author, .hour = event.row.recorded_hour};
    if (const json::value* police = body.if_contains("police"); police != nullptr && police->is_object()) {
      for (const auto& word : Vocabulary::built_in().police()) {
        if (std::string text = string_of(police->get_object(), word.key); !text.empty()) closing.police.emplace_back(word.key, std::move(text));
      }
    }
    facts_.closing = std::move(closing);
  }

  /// What a person set stands until something newer is more urgent.
  void rate() {
    if (person_) facts_.reasons.push_back(*person_);
    for (const Thread* one : people_) {
      for (const ThreadMessage& message : messages_of(one->reports)) {
        std::int64_t number = 0;
        for (const std::size_t index : message.reports) number = std::max(number, one->reports[index].row.number);
        if (number <= person_seen_) continue;
        facts_.reasons.push_back({.urgency = message.urgency, .reason = {}, .by_machine = true, .author = {},
                                  .hour = one->reports[message.reports.front()].row.received_hour});
      }
    }
    facts_.reasons.insert(facts_.reasons.end(), machines_.begin(), machines_.end());
    sort_by(facts_.reasons, &UrgencyReason::urgency);
    if (!facts_.reasons.empty()) facts_.urgency = facts_.reasons.front().urgency;
    // What is less urgent explains nothing, but for what a person set.
    std::erase_if(facts_.reasons, [&](const UrgencyReason& reason) { return reason.by_machine && reason.urgency > facts_.urgency; });
  }

  const Thread& thread_;
  std::vector<const Thread*> people_;   ///< it, and the others whom its case is about
  CaseFacts facts_;
  std::vector<UrgencyReason> machines_;
  std::optional<UrgencyReason> person_;
  std::int64_t person_seen_ = 0;
};

}  // namespace

std::optional<std::int64_t> CaseFacts::due_hour() const {
  if (state == State::closed) return std::nullopt;
  const auto open = std::ranges::find(tasks, false, &CaseTask::done);   // the first is due first
  return open == tasks.end() ? std::nullopt : std::optional(open->due_hour);
}

CaseFacts facts_of(const Thread& thread) { return Reading(thread).read(); }

std::string_view state_name(CaseFacts::State state) {
  switch (state) {
    case CaseFacts::State::open: return "open";
    case CaseFacts::State::close_asked: return "close_asked";
    case CaseFacts::State::closed: break;
  }
  return "closed";
}

std::string name_of(const DeskView& desk, MemberId id) {
  const auto here = std::ranges::find(desk.members, id, &storage::Member::id);
  if (here != desk.members.end()) return here->name;
  const auto left = std::ranges::find(desk.former, id, &storage::Member::id);
  return left != desk.former.end() ? left->name + " (has left)" : "somebody unknown";
}

}  // namespace hotline::cli
