#include "server/cli/case_view.hpp"

#include "server/cli/case_pictures.hpp"
#include "server/cli/case_text.hpp"
#include "server/cli/case_wishes.hpp"
#include "server/cli/hold_view.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_parts.hpp"
#include "server/console/records.hpp"
#include "web/catalogue.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 5> urgency_words{"danger now", "crisis", "high", "moderate", "other"};

/// An entry of the timeline. Times are kept to the hour only, so what the desk did stands after the last report that its author
/// had seen.
struct Entry {
  std::int64_t number;   // of the message's first report, or of the last report before the event
  int kind;              // 0 message, 1 event
  std::size_t index;
  auto operator<=>(const Entry&) const = default;
};

/// The number of the last report that the event's author had seen; without it, of the last that came before its hour ended.
std::int64_t seen_by(const OpenedEvent& event, const Thread& thread) {
  const json::value* body = event.content.if_contains("body");
  const json::value* seen = body != nullptr && body->is_object() ? body->get_object().if_contains("seen") : nullptr;
  if (seen != nullptr && seen->is_int64()) return seen->get_int64();
  std::int64_t number = 0;
  for (const OpenedReport& report : thread.reports) {
    if (report.row.received_hour <= event.row.recorded_hour) number = std::max(number, report.row.number);
  }
  return number;
}

std::vector<Entry> timeline_of(const Thread& thread, const std::vector<ThreadMessage>& messages) {
  std::vector<Entry> entries;
  for (std::size_t i = 0; i < messages.size(); ++i) entries.push_back({thread.reports[messages[i].reports.front()].row.number, 0, i});
  for (std::size_t i = 0; i < thread.events.size(); ++i) {
    // Who saw it stands in a line of its own.
    if (string_of(thread.events[i].content, "kind") != "view") entries.push_back({seen_by(thread.events[i], thread), 1, i});
  }
  std::ranges::sort(entries);
  return entries;
}

json::array array_of(const std::vector<std::string>& texts) { return json::array(texts.begin(), texts.end()); }

/// Its parts as they were sealed, in order of arrival.
json::array parts_of(const Thread& thread, const ThreadMessage& message) {
  json::array parts;
  for (const std::size_t index : message.reports) {
    const OpenedReport& report = thread.reports[index];
    parts.push_back(json::object{{"id", to_text(report.row.id)},
                                 {"received", hour_text(report.row.received_hour)},
                                 {"urgency", report.row.priority},
                                 {"content", report.content}});
  }
  return parts;
}

json::object message_entry(const Thread& thread, const ThreadMessage& message) {
  const OpenedReport& first = thread.reports[message.reports.front()];
  json::object entry{{"kind", first.content.contains("type") ? string_of(first.content, "type") : "report"},
                     {"id", to_text(first.row.id)},
                     {"received", hour_text(first.row.received_hour)},
                     {"channel", console::channel_name(first.row.channel)},
                     {"urgency", message.urgency},
                     {"text", message.text}};
  if (first.row.channel == storage::Channel::sms) entry["flags"] = array_of(message.flags);
  if (message.parts == 0) {
    entry["content"] = first.content;
  } else {
    if (!message.missing.empty()) entry["missing"] = json::array(message.missing.begin(), message.missing.end());
    entry["parts"] = parts_of(thread, message);
  }
  if (json::array pictures = pictures_of(thread, message); !pictures.empty()) entry["pictures"] = std::move(pictures);
  if (!first.problem.empty()) entry["problem"] = first.problem;
  return entry;
}

/// The text that an event speaks of; null when it speaks of none, or the server knows none.
const storage::TextRow* text_of_event(const OpenedEvent& event, const std::vector<storage::TextRow>& texts) {
  const json::value* body = event.content.if_contains("body");
  const json::value* sms = body != nullptr && body->is_object() ? body->get_object().if_contains("sms") : nullptr;
  if (sms == nullptr || !sms->is_object()) return nullptr;
  const auto id = parse_id<TextId>(string_of(sms->get_object(), "id"));
  const auto found = std::ranges::find_if(texts, [&](const storage::TextRow& row) { return id && row.id == *id; });
  return found == texts.end() ? nullptr : &*found;
}

bool is_text_event(const OpenedEvent& event) {
  const json::value* body = event.content.if_contains("body");
  return body != nullptr && body->is_object() && body->get_object().contains("sms");
}

json::object event_entry(const OpenedEvent& event, const std::vector<storage::TextRow>& texts) {
  const json::value* body = event.content.if_contains("body");
  json::object entry{{"kind", string_of(event.content, "kind")},
                     {"id", to_text(event.row.id)},
                     {"recorded", hour_text(event.row.recorded_hour)},
                     {"author", event.author},
                     {"body", body != nullptr ? *body : json::value(json::object())}};
  if (entry["body"].is_object()) entry["body"].get_object().erase("answers");   // sealed to the reporter: nothing to read here
  if (body != nullptr && body->is_object()) entry["text"] = string_of(body->get_object(), "text");
  if (!event.problem.empty()) entry["problem"] = event.problem;
  if (const storage::TextRow* row = text_of_event(event, texts)) {
    entry["sms"] = json::object{{"state", console::text_state_name(row->state)},
                               {"reason", console::text_reason_name(row->reason)},
                               {"code", row->code},
                               {"since", hour_text(row->state_hour)}};
  } else if (is_text_event(event)) {
    entry["sms"] = json::object{{"state", "not-sent"}, {"reason", "never-ordered"}};
  }
  return entry;
}

std::string one_line(std::string text, std::size_t bytes_max) {
  std::ranges::replace(text, '\n', ' ');
  if (text.size() > bytes_max) {
    std::size_t cut = bytes_max;
    while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80) --cut;
    text = text.substr(0, cut) + "…";
  }
  return text;
}

void append_indented(std::string& out, std::string_view text) {
  out += "  ";
  for (const char c : text) {
    out += c;
    if (c == '\n') out += "  ";
  }
  out += "\n";
}

/// "police, labour department"; `nobody` when there is none.
std::string joined(const std::vector<std::string>& names, std::string_view nobody) {
  std::string text;
  for (std::string name : names) {
    std::ranges::replace(name, '_', ' ');
    text += (text.empty() ? "" : ", ") + name;
  }
  return text.empty() ? std::string(nobody) : text;
}

std::string short_id(const Thread& thread) { return thread.id().substr(0, 8); }

/// Whose messages the case is about besides: they allow what they allow, and are answered, each for themselves.
void append_others(std::string& out, const Thread& thread) {
  std::string others;
  for (const std::string& id : thread.linked) {
    const bool own = std::ranges::any_of(thread.reports, [&](const OpenedReport& report) { return to_text(report.row.id) == id; });
    if (!own) others += (others.empty() ? "" : ", ") + id.substr(0, 8);
  }
  if (others.empty()) return;
  out += "! This case is about others' messages too, which are not shown here: hotline case show for each of " + others +
         ". What is allowed below is this reporter's; who is answered is said with --to.\n";
}

void append_wishes(std::string& out, const Thread& thread) {
  const Wishes wishes = wishes_of(thread);
  if (!wishes.never.empty()) {
    out += "! MUST NEVER BE TOLD: ";
    for (const std::string& desk : wishes.never) out += (&desk == &wishes.never.front() ? "" : ", ") + desk;
    out += ". The reporter fears someone there. Tell them nothing of this, not even that it exists.\n";
  }
  if (wishes.deletion != nullptr) {
    out += "! Deletion was begun by " + wishes.deletion->author + " and is not finished. To finish it: hotline case delete " + short_id(thread) + "\n";
  } else if (wishes.delete_asked) {
    out += "! Asked on " + hour_text(wishes.delete_asked_hour) + " to have everything deleted. Do one of these; both tell the reporter:\n"
           "    hotline case delete " + short_id(thread) + "              deletes it for good\n"
           "    hotline case keep " + short_id(thread) + " --text WHY     keeps it, and says why\n";
  }
  out += "May be told now: " + joined(wishes.consents, "nobody. Pass nothing on") + "\n";
  for (const auto& [consent, hour] : wishes.withdrawn) {
    out += "Withdrawn: " + joined({consent}, "") + ", on " + hour_text(hour) + "\n";
  }
  out += std::string("Wants to be written to: ") + (wishes.write_back ? "yes" : "did not say so") + "\n";
}

void add_wishes(json::object& object, const Thread& thread) {
  const Wishes wishes = wishes_of(thread);
  object["never"] = array_of(wishes.never);
  object["consents"] = array_of(wishes.consents);
  object["write_back"] = wishes.write_back;
  json::array withdrawn;
  for (const auto& [consent, hour] : wishes.withdrawn) withdrawn.push_back(json::object{{"consent", consent}, {"when", hour_text(hour)}});
  object["withdrawn"] = std::move(withdrawn);
  if (wishes.delete_asked || wishes.deletion != nullptr) object["wish"] = "delete";
  if (wishes.delete_asked) object["wish_since"] = hour_text(wishes.delete_asked_hour);
  if (wishes.deletion != nullptr) object["deletion"] = "begun";
}

/// Who waits for an answer to a wish is not looked for at the bottom: as if of level 2, a closed case too.
/// Who writes again after the end is as urgent as what they write.
int rank(const Thread& thread, bool wish) {
  if (wish) return std::min(thread.urgency(), 2);
  return thread.state() == "closed" && unread_of(thread) == 0 && !wrote_after_closing(thread, thread.facts()) ? 5 : thread.urgency();
}

bool has_wish(const Thread& thread) {
  const Wishes wishes = wishes_of(thread);
  return wishes.delete_asked || wishes.deletion != nullptr;
}

/// What a flag of docs/formats.md says to somebody who has not read it.
std::string flag_words(const std::string& flag, const ThreadMessage& message) {
  if (flag == "opt-out") return "asked for no more texts (STOP)";
  if (flag == "opt-in") return "wants texts again (START)";
  if (flag == "not-safe") return "said that it is not safe to get texts";
  if (flag == "safe-again") return "said that it is safe to get texts";
  if (flag == "text-repaired") return "some letters arrived damaged; a mark stands in their place";
  if (flag == "repeated-field") return "the gateway said one thing twice, and not alike; the first is shown";
  if (flag == "late") return "came late: the gateway had it longer than it should";
  if (flag == "unreadable") return "could not be read as a text; all that the gateway sent is kept, and its beginning is shown where no text was found";
  if (flag == "cut") return "was too long to be kept whole";
  if (flag == "file-undecoded") return "a file could not be decoded; it is kept as it came";
  if (flag == "file-missing") return "a file was named that did not come with it";
  if (flag == "files-left-out") return "more files came than are kept";
  if (flag == "incomplete") {
    const std::string missing = missing_text(message.missing, message.parts);
    return "incomplete: " + missing.substr(1, missing.size() - 2) + " (told where the words are missing; the person did not write that)";
  }
  return "the gateway's message is marked: " + flag;
}

/// What the server had asked by itself when a text came; null when nothing.
const json::object* asked_of(const OpenedReport& report) {
  const json::value* asked = report.row.channel == storage::Channel::sms ? report.content.if_contains("asked") : nullptr;
  return asked != nullptr && asked->is_object() ? &asked->get_object() : nullptr;
}

/// The server's question in English, whatever language it was asked in; empty for none.
std::string question_words(const std::string& question) {
  if (question.empty()) return {};
  if (question == "language") return "which language";
  static const web::Catalogues catalogues;
  const auto text = catalogues.find("en")->find("sms." + std::string(question == "place" ? "danger_no_phone" : question));
  return text ? std::string(*text) : question;
}

/// The words by which the person and the desk know each other, each once.
std::vector<std::string> codes_of(const Thread& thread) {
  std::vector<std::string> codes;
  for (const OpenedReport& report : thread.reports) {
    const json::object* asked = asked_of(report);
    std::string code = asked != nullptr ? string_of(*asked, "code") : std::string();
    if (!code.empty() && std::ranges::find(codes, code) == codes.end()) codes.push_back(std::move(code));
  }
  return codes;
}

void append_parts(std::string& out, const Thread& thread, const ThreadMessage& message) {
  std::string line = "came in parts, put together here: ";
  for (const std::size_t index : message.reports) {
    line += (index == message.reports.front() ? "" : ", ") + to_text(thread.reports[index].row.id).substr(0, 8);
  }
  const std::int64_t last_hour = thread.reports[message.reports.back()].row.received_hour;
  if (last_hour != thread.reports[message.reports.front()].row.received_hour) line += "; the last " + hour_text(last_hour);
  append_indented(out, line);
}

void append_message(std::string& out, const Thread& thread, const ThreadMessage& message) {
  const OpenedReport& report = thread.reports[message.reports.front()];
  const std::string type = report.content.contains("type") ? string_of(report.content, "type") : "report";
  // Written again with script or without: it is the same to whoever reads it.
  const bool again = type == "followup";
  out += "\n" + hour_text(report.row.received_hour) + "  " +
         (again ? "written again" : type + " by " + std::string(console::channel_name(report.row.channel))) + "  " + to_text(report.row.id) + "\n";
  if (!report.problem.empty()) return append_indented(out, "! " + report.problem);
  for (const std::string& flag : message.flags) append_indented(out, "! " + flag_words(flag, message));
  for (const std::string& line : picture_lines(thread, message)) append_indented(out, line);
  if (const json::object* asked = asked_of(report)) {
    const std::string question = question_words(string_of(*asked, "question"));
    if (!question.empty()) append_indented(out, "asked: " + question);
  }
  if (message.parts != 0) {
    append_parts(out, thread, message);
    return append_indented(out, message.text);
  }
  if (const std::string text = string_of(report.content, "text"); !text.empty()) append_indented(out, text);
  const json::value* answers = report.content.if_contains("answers");
  if (answers != nullptr && answers->is_object()) {
    for (const auto& [key, value] : answers->get_object()) {
      append_indented(out, std::string(key) + ": " + (value.is_string() ? std::string(value.get_string()) : json::serialize(value)));
    }
  }
  if (string_of(report.content, "wish") == "delete") append_indented(out, "! asks that everything be deleted");
  const json::value* consents = report.content.if_contains("consents");
  if (consents != nullptr && consents->is_array()) {
    std::vector<std::string> given;
    for (const json::value& consent : consents->get_array()) given.push_back(consent.is_string() ? std::string(consent.get_string()) : "?");
    append_indented(out, (again ? "from now on only these agreed to: " : "agreed to: ") + joined(given, "nothing"));
  }
  for (const json::object* attachment : attachments_of(report)) {
    const json::value* bytes = attachment->if_contains("bytes");
    append_indented(out, "file: " + string_of(*attachment, "name") + ", " + (bytes != nullptr ? json::serialize(*bytes) : "?") +
                             " bytes, SHA-256 " + string_of(*attachment, "sha256"));
  }
}

void append_event(std::string& out, const OpenedEvent& event, const std::vector<storage::TextRow>& texts, const FactsFrame* frame) {
  const std::string kind = string_of(event.content, "kind");
  out += "\n" + hour_text(event.row.recorded_hour) + "  " + (kind.empty() ? "event" : kind) + " by " + event.author + "\n";
  if (!event.problem.empty()) append_indented(out, "! " + event.problem);
  if (const std::string words = event_words(event, frame != nullptr ? &frame->desk : nullptr); !words.empty()) append_indented(out, words);
  const json::value* body = event.content.if_contains("body");
  if (body != nullptr && body->is_object() && !string_of(body->get_object(), "text").empty()) {
    append_indented(out, string_of(body->get_object(), "text"));
  }
  if (const storage::TextRow* row = text_of_event(event, texts)) {
    append_indented(out, "> " + text_state_in_words(*row) + ", " + hour_text(row->state_hour));
  } else if (is_text_event(event)) {
    append_indented(out, "> not sent: it never reached the outbox; send it again if it still holds");
  }
}

}  // namespace

std::vector<const Thread*> by_urgency(const Casebook& book) {
  using Place = std::tuple<int, int, std::int64_t>;
  std::vector<std::pair<Place, const Thread*>> places;   // found once for each: it reads the whole thread
  for (const Thread& thread : book.threads()) {
    const bool wish = has_wish(thread);
    places.emplace_back(Place(rank(thread, wish), wish ? 0 : 1, thread.reports.front().row.number), &thread);
  }
  std::ranges::sort(places, {}, &std::pair<Place, const Thread*>::first);
  std::vector<const Thread*> threads;
  for (const auto& [place, thread] : places) threads.push_back(thread);
  return threads;
}

json::object summary(const Thread& thread, const FactsFrame* frame) {
  const OpenedReport& first = thread.reports.front();
  const auto messages = messages_of(thread.reports);
  json::object object{{"id", thread.id()},
                      {"received", hour_text(first.row.received_hour)},
                      {"channel", console::channel_name(first.row.channel)},
                      {"urgency", thread.urgency()},
                      {"state", thread.state()},
                      {"text", messages.front().text},
                      {"messages", messages.size()},
                      {"reports", thread.reports.size()}};
  std::vector<std::string> flags;
  for (const ThreadMessage& message : messages) flags.insert(flags.end(), message.flags.begin(), message.flags.end());
  std::ranges::sort(flags);
  flags.erase(std::ranges::unique(flags).begin(), flags.end());
  if (!flags.empty()) object["flags"] = array_of(flags);
  if (home_of(thread).link_unknown) object["link_unknown"] = true;
  add_wishes(object, thread);
  if (frame != nullptr) add_facts(object, thread, thread.facts(), *frame);
  if (!first.problem.empty()) object["problem"] = first.problem;
  return object;
}

std::string summary_line(const Thread& thread, const FactsFrame* frame) {
  const OpenedReport& first = thread.reports.front();
  const auto word = urgency_words[static_cast<std::size_t>(std::clamp(thread.urgency(), 0, 4))];
  std::string line = std::to_string(thread.urgency()) + " " + std::string(word);
  line.resize(14, ' ');
  line += has_wish(thread) ? "delete asked" : std::string(thread.state());
  line.resize(28, ' ');
  line += hour_text(first.row.received_hour) + "  " + std::string(console::channel_name(first.row.channel));
  line.resize(58, ' ');
  line += thread.id().substr(0, 8) + "  ";
  const std::string text = first.problem.empty() ? messages_of(thread.reports).front().text : "! " + first.problem;
  if (home_of(thread).link_unknown) line += "[linked by somebody unknown: see show] ";
  if (!wishes_of(thread).never.empty()) line += "[never tell: see show] ";
  if (frame != nullptr) line += printable(facts_marks(thread, thread.facts(), *frame));
  return line + printable(one_line(text, 80));
}

json::object whole(const Thread& thread, const std::vector<storage::TextRow>& texts, const FactsFrame* frame) {
  json::object object = summary(thread, frame);
  object["case"] = thread.case_ ? json::value(to_text(thread.case_->id)) : json::value();
  json::array timeline;
  const auto messages = messages_of(thread.reports);
  for (const Entry& entry : timeline_of(thread, messages)) {
    timeline.push_back(entry.kind == 0 ? message_entry(thread, messages[entry.index]) : event_entry(thread.events[entry.index], texts));
  }
  object["timeline"] = std::move(timeline);
  return object;
}

std::string page(const Thread& thread, const std::vector<storage::TextRow>& texts, const FactsFrame* frame) {
  const auto word = urgency_words[static_cast<std::size_t>(std::clamp(thread.urgency(), 0, 4))];
  std::string out = "Case " + thread.id() + "\nUrgency " + std::to_string(thread.urgency()) + ", " + std::string(word) + "; " +
                    std::string(thread.state()) + "\n";
  if (frame != nullptr) out += facts_lines(thread, thread.facts(), *frame);
  if (frame != nullptr && thread.case_) out += hold_line(thread.case_->hold, frame->desk);
  if (const Thread& home = home_of(thread); home.link_unknown) {
    out += "Who linked these messages to this case is not known here: somebody who was removed before an upgrade, or whom the server leaves out. Look whether they and\n"
           "what is written belong together. If so: hotline case link " + home.id().substr(0, 8) + "\n";
  }
  if (const Thread& home = home_of(thread); home.case_ && home.case_->state == storage::CaseState::closed && home.state() != "closed") {
    out += "The server has it as closed, by somebody who is not known here, and will destroy it in time. If it is not: hotline case reopen " + home.id().substr(0, 8) + "\n";
  }
  if (wrote_after_closing(thread, thread.facts())) {
    out += "! The person wrote again after this was closed. To go on with it: hotline case reopen " + home_of(thread).id().substr(0, 8) + "\n";
  }
  append_others(out, thread);
  append_wishes(out, thread);
  for (const std::string& code : codes_of(thread)) out += "Was told the code " + code + " by text: ask for it to know that it is them\n";
  const auto messages = messages_of(thread.reports);
  for (const Entry& entry : timeline_of(thread, messages)) {
    if (entry.kind == 0) {
      append_message(out, thread, messages[entry.index]);
    } else {
      append_event(out, thread.events[entry.index], texts, frame);
    }
  }
  return printable(out);
}

std::vector<const json::object*> attachments_of(const OpenedReport& report) {
  std::vector<const json::object*> list;
  const json::value* attachments = report.content.if_contains("attachments");
  if (attachments == nullptr || !attachments->is_array()) return list;
  for (const json::value& entry : attachments->get_array()) {
    if (entry.is_object()) list.push_back(&entry.get_object());
  }
  return list;
}

std::string file_name_of(const json::object& attachment) {
  std::string name = string_of(attachment, "id");
  if (!parse_id<BlobId>(name)) name = "unnamed";
  const std::string sent = string_of(attachment, "name");
  const auto dot = sent.rfind('.');
  if (dot == std::string::npos || sent.size() - dot > 6 || sent.size() - dot < 2) return name;
  const std::string ending = sent.substr(dot + 1);
  const bool plain = std::ranges::all_of(ending, [](unsigned char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); });
  return plain ? name + "." + ending : name;
}

}  // namespace hotline::cli
