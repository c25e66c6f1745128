#include "server/cli/casebook.hpp"

#include "server/cli/case_people.hpp"
#include "server/cli/case_pictures.hpp"
#include "server/cli/text_parts.hpp"

#include <algorithm>
#include <iterator>
#include <map>

namespace hotline::cli {
namespace {

namespace json = boost::json;

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

/// Ids that a link event names; nothing when it is none that can be read.
std::optional<std::vector<std::string>> named_in(const OpenedEvent& event) {
  const json::value* body = event.content.if_contains("body");
  const json::value* reports = body != nullptr && body->is_object() ? body->get_object().if_contains("reports") : nullptr;
  if (reports == nullptr || !reports->is_array()) return std::nullopt;
  std::vector<std::string> ids;
  for (const json::value& id : reports->get_array()) {
    if (id.is_string()) ids.emplace_back(id.get_string());
  }
  return ids;
}

bool is_link(const OpenedEvent& event) { return string_of(event.content, "kind") == "link"; }

/// What links name that count, or that do not.
std::vector<std::string> linked_by(const std::vector<OpenedEvent>& events, bool counting) {
  std::vector<std::string> ids;
  for (const OpenedEvent& event : events) {
    if (event.counts() != counting || !is_link(event)) continue;
    if (auto named = named_in(event)) std::ranges::move(*named, std::back_inserter(ids));
  }
  return ids;
}

bool names(const std::vector<std::string>& ids, const OpenedReport& report) { return std::ranges::find(ids, to_text(report.row.id)) != ids.end(); }

}  // namespace

std::string_view Thread::state() const {
  if (home != nullptr) return home->state();
  if (!case_) return "new";
  if (const CaseFacts known = facts(); known.state_told) return state_name(known.state);
  return case_->state == storage::CaseState::closed ? "closed" : "open";
}

std::vector<std::string> linked_reports(const std::vector<OpenedEvent>& events) { return linked_by(events, true); }

struct Casebook::OpenedCase {
  storage::Case row;
  std::vector<OpenedEvent> events;
};

/// The desk's cases that this member can open.
Outcome<std::vector<Casebook::OpenedCase>> Casebook::open_cases(ConsoleClient& client, const Keyring& keyring, const DeskView& desk) {
  const auto rows = client.cases(desk.desk.id);
  if (!rows) return rows.error();
  std::vector<OpenedCase> cases;
  for (const storage::Case& row : *rows) {
    const auto keys = keyring.case_keys(row.id);
    if (keys.empty()) continue;
    auto events = client.events(row.id);
    if (!events) return events.error();
    if (events->empty()) continue;   // deleted in this moment
    OpenedCase opened{.row = row, .events = {}};
    for (storage::Event& event : *events) opened.events.push_back(open_event(std::move(event), keys, desk));
    cases.push_back(std::move(opened));
  }
  return cases;
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

  book.place(std::move(*cases));
  book.leave_out_elsewhere();
  const auto members = std::make_shared<std::vector<MemberId>>();
  for (const storage::Member& member : book.desk_.members) members->push_back(member.id);
  for (Thread& thread : book.threads_) {
    thread.members = members;
    std::ranges::sort(thread.events, {}, [](const OpenedEvent& event) { return event.row.number; });
  }
  for (Thread& thread : book.threads_) {
    if (!thread.case_) continue;
    const auto people = people_of(book.threads_, thread);
    thread.others.assign(people.begin() + 1, people.end());
    for (const Thread* other : thread.others) {
      Thread& its = book.threads_[static_cast<std::size_t>(other - book.threads_.data())];
      if (!its.case_ && its.home == nullptr) its.home = &thread;
    }
  }
  return book;
}

/// Each case to the thread whose reports it is about.
void Casebook::place(std::vector<OpenedCase> cases) {
  const auto thread_with = [&](const auto& fits) {
    return std::ranges::find_if(threads_, [&](const Thread& candidate) { return std::ranges::any_of(candidate.reports, fits); });
  };
  const auto attach = [](Thread& thread, OpenedCase& entry, std::vector<std::string> linked) {
    // Two who answered a new report at the same moment each opened a case for it: what both did belongs to the thread,
    // and everyone goes on with the same one of the two, the first.
    if (!thread.case_) thread.case_ = entry.row;
    thread.cases.push_back(entry.row.id);
    std::ranges::move(linked, std::back_inserter(thread.linked));
    std::ranges::move(entry.events, std::back_inserter(thread.events));
  };
  std::vector<std::string> sure;
  std::vector<OpenedCase*> rest;
  for (OpenedCase& entry : cases) {
    auto linked = linked_reports(entry.events);
    sure.insert(sure.end(), linked.begin(), linked.end());
    const auto thread = thread_with([&](const OpenedReport& report) { return names(linked, report); });
    if (thread == threads_.end()) {
      rest.push_back(&entry);
    } else {
      attach(*thread, entry, std::move(linked));
    }
  }
  // What is new to the server, or in a case by somebody's word that counts, no word that does not count takes anywhere.
  const auto free_among = [&](const std::vector<std::string>& named) {
    std::vector<std::string> free;
    for (const Thread& one : threads_) {
      for (const OpenedReport& report : one.reports) {
        if (names(named, report) && report.row.state == storage::ReportState::filed && !names(sure, report)) free.push_back(to_text(report.row.id));
      }
    }
    named_.insert(named_.end(), free.begin(), free.end());
    return free;
  };
  for (Thread& thread : threads_) {
    const auto named = linked_by(thread.events, false);
    if (named.empty()) continue;
    auto free = free_among(named);
    thread.link_unknown = !free.empty();
    std::ranges::move(free, std::back_inserter(thread.linked));
  }
  for (OpenedCase* entry : rest) {
    const bool readable = std::ranges::all_of(entry->events, [](const OpenedEvent& event) {
      return !string_of(event.content, "kind").empty() && (event.counts() || !is_link(event) || named_in(event));
    });
    const auto named = linked_by(entry->events, false);
    const bool here = thread_with([&](const OpenedReport& report) { return names(named, report); }) != threads_.end();
    auto free = free_among(named);
    const auto thread = thread_with([&](const OpenedReport& report) { return names(free, report); });
    // A key that has opened nothing of a colleague's may be the server's.
    const bool proved = std::ranges::any_of(entry->events, &OpenedEvent::counts);
    if (thread != threads_.end() && !thread->case_ && proved) {
      attach(*thread, *entry, std::move(free));
      thread->link_unknown = true;
    } else {
      (readable && !here ? leftovers_ : unplaced_).push_back(entry->row.id);
    }
  }
}

/// What belongs to a case that nobody here could open is a colleague's. What came since by the same way back is everybody's.
void Casebook::leave_out_elsewhere() {
  std::vector<std::string> linked = named_;
  for (const Thread& thread : threads_) linked.insert(linked.end(), thread.linked.begin(), thread.linked.end());
  std::ranges::sort(linked);
  for (Thread& thread : threads_) {
    if (thread.case_) continue;
    std::erase_if(thread.reports, [&](const OpenedReport& report) {
      const bool away = report.row.state == storage::ReportState::filed && !std::ranges::binary_search(linked, to_text(report.row.id));
      if (away) elsewhere_.push_back(report.row.id);
      return away;
    });
  }
  std::erase_if(threads_, [](const Thread& thread) { return thread.reports.empty(); });
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
  if (found == nullptr && std::ranges::any_of(unplaced_, [&](const CaseId& one) { return to_text(one).starts_with(id); })) {
    return Problem{"what this case is about cannot be checked here: nothing of it is shown or deleted; tell your admin"};
  }
  if (found == nullptr && std::ranges::any_of(elsewhere_, [&](const ReportId& report) { return to_text(report).starts_with(id); })) {
    return Problem{"this is in a case that a colleague has, or that you hold no key for: they, or a supervisor, can hand it to you (hotline case assign)"};
  }
  if (found == nullptr) return Problem{"no case of that id that you can see; hotline case list shows them"};
  return found;
}

}  // namespace hotline::cli
