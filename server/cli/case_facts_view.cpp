#include "server/cli/case_facts_view.hpp"

#include "server/cli/terminal.hpp"
#include "server/cli/vocabulary.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

namespace json = boost::json;

std::string member_name(const DeskView* desk, const std::string& id) {
  const auto member = parse_id<MemberId>(id);
  return desk != nullptr && member ? name_of(*desk, *member) : id;
}

json::value name_or_null(const std::optional<MemberId>& id, const DeskView& desk) { return id ? json::value(name_of(desk, *id)) : json::value(); }

json::array tasks_of(const CaseFacts& facts, const FactsFrame& frame) {
  json::array tasks;
  for (const CaseTask& task : facts.tasks) {
    tasks.push_back({{"id", task.task}, {"text", task.text}, {"due", hour_text(task.due_hour)}, {"for", name_or_null(task.for_, frame.desk)},
                     {"author", task.author}, {"done", task.done}, {"overdue", is_overdue(task, frame.now_hour)}});
  }
  return tasks;
}

json::array reasons_of(const CaseFacts& facts) {
  json::array reasons;
  for (const UrgencyReason& reason : facts.reasons) {
    reasons.push_back({{"urgency", reason.urgency}, {"reason", reason.reason}, {"by", reason.by_machine ? "machine" : "person"}, {"author", reason.author},
                       {"when", hour_text(reason.hour)}});
  }
  return reasons;
}

std::vector<const Sighting*> all_views(const CaseFacts& facts, const FactsFrame& frame) {
  std::vector<const Sighting*> views;
  for (const Sighting& view : frame.report_views) views.push_back(&view);
  for (const Sighting& view : facts.views) views.push_back(&view);
  return views;
}

json::value closing_of(const CaseFacts& facts) {
  if (!facts.closing) return {};
  json::object object{{"type", facts.closing->type}, {"reason", facts.closing->reason}, {"author", facts.closing->author}, {"when", hour_text(facts.closing->hour)}};
  json::object police;
  for (const auto& [key, text] : facts.closing->police) police[key] = text;
  if (!police.empty()) object["police"] = std::move(police);
  return object;
}

/// "crisis (1): The boss came back, by ana, 2026-11-29 17:00 UTC".
std::string reason_line(const UrgencyReason& reason) {
  const std::string why = !reason.reason.empty() ? reason.reason : "the desk's rules, from answers and words";
  const std::string who = reason.by_machine ? "a message" : reason.author;
  return std::to_string(reason.urgency) + ": " + why + " (" + who + ", " + hour_text(reason.hour) + ")";
}

std::string joined_labels(const std::vector<std::string>& labels) {
  std::string text;
  for (const std::string& label : labels) text += (text.empty() ? "" : ", ") + Vocabulary::built_in().label_words(label, "en");
  return text;
}

/// Names, each once, with the last hour: "ana 2026-11-29 17:00 UTC, luis …".
std::string seen_by_words(const std::vector<const Sighting*>& views) {
  std::vector<const Sighting*> last;
  for (const Sighting* view : views) {
    const auto same = std::ranges::find_if(last, [&](const Sighting* known) { return known->author == view->author; });
    if (same == last.end()) {
      last.push_back(view);
    } else if (view->hour > (*same)->hour) {
      *same = view;
    }
  }
  std::string text;
  for (const Sighting* view : last) text += (text.empty() ? "" : ", ") + view->author + " " + hour_text(view->hour);
  return text;
}

std::string label_change(const json::object& body) {
  std::string text;
  for (const auto& [name, sign] : {std::pair{"add", "+ "}, std::pair{"remove", "- "}}) {
    const json::value* list = body.if_contains(name);
    if (list == nullptr || !list->is_array()) continue;
    for (const json::value& label : list->get_array()) {
      if (label.is_string()) text += (text.empty() ? "" : ", ") + std::string(sign) + Vocabulary::built_in().label_words(label.get_string(), "en");
    }
  }
  return text;
}

std::string with_reason(std::string text, const json::object& body) {
  const std::string reason = string_of(body, "reason");
  return reason.empty() ? text : text + ": " + reason;
}

std::string number_words(const json::object& body, std::string_view name) {
  const json::value* value = body.if_contains(name);
  return value != nullptr && value->is_int64() ? std::to_string(value->get_int64()) : "?";
}

}  // namespace

std::size_t unread_of(const Thread& thread) {
  return static_cast<std::size_t>(std::ranges::count_if(thread.reports, [](const OpenedReport& report) { return report.row.state == storage::ReportState::new_; }));
}

bool wrote_after_closing(const Thread& thread, const CaseFacts& facts) {
  if (facts.state != CaseFacts::State::closed || !facts.closing) return false;
  return std::ranges::any_of(thread.reports, [&](const OpenedReport& report) {
    if (report.row.state == storage::ReportState::filed) return false;   // somebody decided: this case was open again, or another has it
    return report.row.number > facts.closed_seen && (facts.closed_seen != 0 || report.row.received_hour > facts.closing->hour);
  });
}

bool is_late(const Thread& thread, const CaseFacts& facts, std::int64_t now_hour) {
  if (facts.state == CaseFacts::State::closed && unread_of(thread) == 0) return false;
  const auto late = [&](const OpenedReport& report) { return report.row.state == storage::ReportState::new_ && report.row.due_hour < now_hour; };
  return std::ranges::any_of(facts.tasks, [&](const CaseTask& task) { return is_overdue(task, now_hour); }) || std::ranges::any_of(thread.reports, late);
}

void add_facts(json::object& object, const Thread& thread, const CaseFacts& facts, const FactsFrame& frame) {
  object["assignee"] = name_or_null(facts.assignee, frame.desk);
  object["labels"] = json::array(facts.labels.begin(), facts.labels.end());
  object["child"] = facts.child;
  object["tasks"] = tasks_of(facts, frame);
  object["overdue"] = is_late(thread, facts, frame.now_hour);
  object["unread"] = unread_of(thread);
  object["reasons"] = reasons_of(facts);
  json::array views;
  for (const Sighting* view : all_views(facts, frame)) {
    views.push_back({{"author", view->author}, {"what", view->what}, {"subject", view->subject}, {"reason", view->reason}, {"when", hour_text(view->hour)}});
  }
  object["views"] = std::move(views);
  object["closing"] = closing_of(facts);
  if (!facts.status.empty()) object["status"] = json::object{{"status", facts.status}, {"decided_by", facts.decided_by}};
  json::array translations;
  for (const Translation& one : facts.translations) {
    translations.push_back({{"report", one.report}, {"language", one.language}, {"text", one.text}, {"author", one.author}});
  }
  if (!translations.empty()) object["translations"] = std::move(translations);
}

std::string facts_lines(const Thread& thread, const CaseFacts& facts, const FactsFrame& frame) {
  std::string out;
  for (const UrgencyReason& reason : facts.reasons) out += "  because " + reason_line(reason) + "\n";
  if (facts.closing) {
    const bool asks = facts.state == CaseFacts::State::close_asked;
    out += std::string(asks ? "! Asked to close it: " : "Closed: ") + facts.closing->type + ": " + facts.closing->reason + " (" + facts.closing->author + ", " +
           hour_text(facts.closing->hour) + ")\n";
    for (const auto& [key, text] : facts.closing->police) out += "    police, " + key + ": " + text + "\n";
  }
  if (thread.case_) out += "Assigned to: " + (facts.assignee ? name_of(frame.desk, *facts.assignee) : std::string("nobody")) + "\n";
  if (facts.child) out += "! A child: it cannot be closed without the record of what the police were told\n";
  if (!facts.labels.empty()) out += "Labels: " + joined_labels(facts.labels) + "\n";
  if (!facts.status.empty()) out += "Status: " + facts.status + ", decided by " + facts.decided_by + "\n";
  for (const CaseTask& task : facts.tasks) {
    if (task.done) continue;
    out += std::string(is_overdue(task, frame.now_hour) ? "! OVERDUE: " : "To do: ") + task.text + ", until " + hour_text(task.due_hour) +
           (task.for_ ? ", " + name_of(frame.desk, *task.for_) : std::string()) + "  (" + task.task.substr(0, 8) + ")\n";
  }
  const std::string seen = seen_by_words(all_views(facts, frame));
  out += "Seen by: " + (seen.empty() ? std::string("nobody before") : seen) + "\n";
  return out;
}

std::string facts_marks(const Thread& thread, const CaseFacts& facts, const FactsFrame& frame) {
  std::string marks;
  if (is_late(thread, facts, frame.now_hour)) marks += "[overdue] ";
  if (facts.assignee) marks += "[" + name_of(frame.desk, *facts.assignee) + "] ";
  if (facts.child) marks += "[child] ";
  return marks;
}

std::string event_words(const OpenedEvent& event, const DeskView* desk) {
  const json::value* value = event.content.if_contains("body");
  if (value == nullptr || !value->is_object()) return {};
  const json::object& body = value->get_object();
  const std::string kind = string_of(event.content, "kind");
  if (kind == "labels") return label_change(body);
  if (kind == "urgency") return with_reason("from " + number_words(body, "from") + " to " + number_words(body, "to"), body);
  if (kind == "assign") return with_reason("to " + (string_of(body, "to").empty() ? std::string("nobody") : member_name(desk, string_of(body, "to"))), body);
  if (kind == "close" || kind == "close_ask") return with_reason(string_of(body, "type"), body);
  if (kind == "hold") return with_reason(string_of(body, "step"), body);
  if (kind == "reopen") return string_of(body, "reason");
  if (kind == "status") return string_of(body, "status") + ", decided by " + string_of(body, "decided_by");
  if (kind == "export") return number_words(body, "files") + " files were written in clear";
  if (kind == "translation") return "into " + string_of(body, "language") + " of " + string_of(body, "report").substr(0, 8);
  if (kind == "task_done") return string_of(body, "task").substr(0, 8);
  if (kind != "task") return {};
  const json::value* due = body.if_contains("due_hour");
  return "until " + (due != nullptr && due->is_int64() ? hour_text(due->get_int64()) : "?");
}

}  // namespace hotline::cli
