#include "server/cli/casebook.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "server/cli/case_pictures.hpp"
#include "server/cli/text_parts.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace hotline::cli {
namespace {

namespace json = boost::json;

std::optional<json::object> parse_object(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

/// What docs/formats.md describes. What says nothing of its version is taken for it: no report is turned away for a missing member.
bool is_version_1(const json::object& content) {
  const json::value* version = content.if_contains("v");
  return version == nullptr || (version->is_int64() && version->get_int64() == 1);
}

OpenedReport open_report(storage::ReportRow row, const Keyring& keyring, const DeskView& desk) {
  OpenedReport report{.row = std::move(row), .content = {}, .problem = {}};
  // Row and content are bound by the id: a mixed-up or changed row is seen here.
  if (storage::report_id(report.row.sealed) != report.row.id) {
    report.problem = "stored content does not belong to this report; run hotline check";
    return report;
  }
  const crypto::age::Identity* identity = keyring.epoch(report.row.epoch);
  if (identity == nullptr) {
    report.problem = "you hold no key for its epoch; ask a colleague: hotline member grant";
    return report;
  }
  auto document = crypto::age::open(std::span(identity, 1), report.row.sealed);
  for (const storage::Epoch& epoch : desk.epochs) {   // a browser may have sealed to the epoch before
    if (document || document.error() != Errc::wrong_key) break;
    const crypto::age::Identity* other = keyring.epoch(epoch.id);
    if (other != nullptr) document = crypto::age::open(std::span(other, 1), report.row.sealed);
  }
  if (!document) {
    report.problem = "does not open: " + document.error().message();
    return report;
  }
  auto content = parse_object(document->reveal_text());
  if (!content) {
    report.problem = "opened, but holds no JSON object; hotline case export saves it as it is";
  } else if (!is_version_1(*content)) {
    report.problem = "written in a form that this version does not know; a newer hotline reads it, and hotline case export saves it";
  } else {
    report.content = std::move(*content);
  }
  return report;
}

/// What makes two reports one conversation; reports without a way back stand alone.
std::string way_back(const OpenedReport& report) {
  const json::value* mailbox = report.content.if_contains("mailbox");
  if (mailbox != nullptr && mailbox->is_object()) {
    const std::string key = string_of(mailbox->get_object(), "key");
    if (!key.empty()) return "mailbox " + key;
  }
  // A number is believed only when a gateway vouched for it: whoever seals a report can write any number into it.
  const json::value* sms = report.row.channel == storage::Channel::sms ? report.content.if_contains("sms") : nullptr;
  if (sms != nullptr && sms->is_object()) {
    const std::string from = string_of(sms->get_object(), "from");
    if (!from.empty()) return "sms " + string_of(sms->get_object(), "gateway") + " " + from;
  }
  return "alone " + to_text(report.row.id);
}

OpenedEvent open_event(storage::Event row, const crypto::age::Identity& identity, const DeskView& desk) {
  OpenedEvent event{.row = std::move(row), .content = {}, .author = "unknown", .problem = {}, .author_left = false};
  const auto document = crypto::age::open(std::span(&identity, 1), event.row.sealed);
  const auto outer = document ? parse_object(document->reveal_text()) : std::nullopt;
  if (!outer) {
    event.problem = "does not open";
    return event;
  }
  const std::string signed_text = string_of(*outer, "signed");
  const auto signature = crypto::from_base64(string_of(*outer, "signature"), crypto::Base64::url_unpadded);
  const auto author = std::ranges::find_if(desk.members, [&](const auto& member) { return member.id == event.row.author; });
  auto content = parse_object(signed_text);
  if (!content || !signature || signature->size() != 64) {
    event.problem = "is not an event";
    return event;
  }
  event.content = std::move(*content);
  if (author == desk.members.end()) {
    event.problem = "its author has left the desk; the signature cannot be checked here";
    event.author_left = true;
    return event;
  }
  event.author = author->name;
  const bool holds = crypto::verify_event(author->sign_key, as_bytes(signed_text), to_array<64>(std::span<const Byte, 64>(signature->data(), 64))).has_value();
  const bool own_row = string_of(event.content, "id") == to_text(event.row.id) &&
                       string_of(event.content, "case") == to_text(event.row.case_id) &&
                       string_of(event.content, "author") == to_text(event.row.author);
  if (!holds || !own_row) event.problem = "its signature does not hold: it was changed, or is not from " + author->name;
  return event;
}

/// The reports that a case's events link to it.
std::vector<std::string> linked_reports(const std::vector<OpenedEvent>& events) {
  std::vector<std::string> ids;
  for (const OpenedEvent& event : events) {
    const json::value* body = event.content.if_contains("body");
    if (!event.counts() || string_of(event.content, "kind") != "link" || body == nullptr || !body->is_object()) continue;
    const json::value* reports = body->get_object().if_contains("reports");
    if (reports == nullptr || !reports->is_array()) continue;
    for (const json::value& id : reports->get_array()) {
      if (id.is_string()) ids.emplace_back(id.get_string());
    }
  }
  return ids;
}

struct OpenedCase {
  storage::Case row;
  std::vector<OpenedEvent> events;
};

/// The desk's cases that this member can open.
Outcome<std::vector<OpenedCase>> open_cases(ConsoleClient& client, const Keyring& keyring, const DeskView& desk) {
  const auto rows = client.cases(desk.desk.id);
  if (!rows) return rows.error();
  std::vector<OpenedCase> cases;
  for (const storage::Case& row : *rows) {
    const crypto::age::Identity* identity = keyring.case_(row.id);
    if (identity == nullptr) continue;
    auto events = client.events(row.id);
    if (!events) return events.error();
    if (events->empty()) continue;   // deleted in this moment
    OpenedCase opened{.row = row, .events = {}};
    for (storage::Event& event : *events) opened.events.push_back(open_event(std::move(event), *identity, desk));
    cases.push_back(std::move(opened));
  }
  return cases;
}

}  // namespace

std::string string_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string text_of(const json::object& content) {
  const std::string text = string_of(content, "text");
  if (!text.empty()) return text;
  const json::value* answers = content.if_contains("answers");
  if (answers == nullptr || !answers->is_object()) return {};
  const std::string story = string_of(answers->get_object(), "q_story");
  if (!story.empty()) return story;
  std::string joined;
  for (const auto& [key, value] : answers->get_object()) {
    if (!joined.empty()) joined += "; ";
    joined.append(key).append(": ").append(value.is_string() ? std::string(value.get_string()) : json::serialize(value));
  }
  return joined;
}

std::string_view Thread::state() const {
  if (!case_) return "new";
  if (const CaseFacts known = facts(); known.state_told) return state_name(known.state);
  return case_->state == storage::CaseState::closed ? "closed" : "open";
}

Outcome<Casebook> Casebook::load(ConsoleClient& client, Workplace workplace, const std::function<void(std::size_t)>& progress) {
  Casebook book;
  book.desk_ = std::move(workplace.desk);
  book.keyring_ = std::move(workplace.keyring);

  // Cases before reports: a case that is seen here has its reports in what is fetched after it, unless they were deleted.
  auto cases = open_cases(client, book.keyring_, book.desk_);
  if (!cases) return cases.error();

  std::map<std::string, std::size_t> by_way_back;
  std::map<std::string, std::size_t> by_picture;   // reference: the thread of the text that names it, which comes first always
  std::size_t opened = 0;
  for (std::int64_t after = 0;;) {
    auto page = client.reports(after);
    if (!page) return page.error();
    if (page->empty()) break;
    after = page->back().number;
    for (storage::ReportRow& row : *page) {
      OpenedReport report = open_report(std::move(row), book.keyring_, book.desk_);
      if (const auto text = by_picture.find(brought_picture(report)); text != by_picture.end()) {
        book.threads_[text->second].reports.push_back(std::move(report));
        continue;
      }
      const auto [entry, is_new] = by_way_back.try_emplace(way_back(report), book.threads_.size());
      if (is_new) book.threads_.emplace_back();
      for (std::string& reference : picture_references(report)) by_picture.try_emplace(std::move(reference), entry->second);
      book.threads_[entry->second].reports.push_back(std::move(report));
    }
    opened += page->size();
    progress(opened);
  }

  for (OpenedCase& entry : *cases) {
    auto linked = linked_reports(entry.events);
    const auto thread = std::ranges::find_if(book.threads_, [&](const Thread& candidate) {
      return std::ranges::any_of(candidate.reports, [&](const OpenedReport& report) {
        return std::ranges::find(linked, to_text(report.row.id)) != linked.end();
      });
    });
    if (thread == book.threads_.end()) {
      book.leftovers_.push_back(entry.row.id);
      continue;
    }
    // Two who answered a new report at the same moment each opened a case for it: what both did belongs to the thread,
    // and everyone goes on with the same one of the two, the first.
    if (!thread->case_) thread->case_ = entry.row;
    thread->cases.push_back(entry.row.id);
    std::ranges::move(linked, std::back_inserter(thread->linked));
    std::ranges::move(entry.events, std::back_inserter(thread->events));
  }
  for (Thread& thread : book.threads_) {
    std::ranges::sort(thread.events, {}, [](const OpenedEvent& event) { return event.row.number; });
  }
  return book;
}

Outcome<const Thread*> Casebook::find(std::string_view id) const {
  if (id.size() < 4) return Problem{"give at least four digits of the id; hotline case list shows them"};
  const Thread* found = nullptr;
  for (const Thread& thread : threads_) {
    const bool fits = std::ranges::any_of(thread.reports, [&](const auto& report) { return to_text(report.row.id).starts_with(id); }) ||
                      (thread.case_ && to_text(thread.case_->id).starts_with(id));
    if (!fits) continue;
    if (found != nullptr) return Problem{"more than one case begins so; give more digits of the id"};
    found = &thread;
  }
  if (found == nullptr) return Problem{"no case of that id that you can see; hotline case list shows them"};
  return found;
}

}  // namespace hotline::cli
