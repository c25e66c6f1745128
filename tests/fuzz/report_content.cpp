#include "server/cli/case_mailbox.hpp"
#include "server/cli/case_people.hpp"
#include "server/cli/case_pictures.hpp"
#include "server/cli/case_search.hpp"
#include "server/cli/case_summary.hpp"
#include "server/cli/case_text.hpp"
#include "server/cli/case_view.hpp"
#include "server/cli/case_wishes.hpp"
#include "server/cli/casebook.hpp"
#include "server/cli/covered_numbers.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_parts.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <optional>

using namespace hotline;
using namespace hotline::cli;
namespace json = boost::json;

namespace {

std::optional<json::object> object_of(std::string_view text) {
  boost::system::error_code error;
  json::value value = json::parse(text, error);
  if (error || !value.is_object()) return std::nullopt;
  return std::move(value.get_object());
}

/// Reports have the ids 00…01, 00…02 and so on, and the only member 00…00, so that inputs can name them.
Thread thread_of(std::string_view input) {
  Thread thread;
  storage::Case opened;
  std::int64_t number = 0;
  while (!input.empty()) {
    const std::string_view piece = input.substr(0, std::min(input.find('\x1e'), input.size()));
    input.remove_prefix(std::min(piece.size() + 1, input.size()));
    if (piece.empty()) continue;
    auto content = object_of(piece.substr(1));
    if (!content) continue;
    ++number;
    if (piece[0] == 'e') {
      OpenedEvent event{.row = {}, .content = std::move(*content), .author = "ana", .problem = {}, .author_role = storage::Role::supervisor};
      event.row.number = number;
      event.row.recorded_hour = 490'000 + number;
      event.row.case_id = opened.id;
      thread.events.push_back(std::move(event));
    } else {
      OpenedReport report{.row = {}, .content = std::move(*content), .problem = {}};
      report.row.number = number;
      report.row.received_hour = 490'000 + number;
      report.row.channel = piece[0] == 's' ? storage::Channel::sms : storage::Channel::web;
      report.row.id.bytes.back() = static_cast<Byte>(thread.reports.size() + 1);
      thread.reports.push_back(std::move(report));
    }
  }
  if (!thread.events.empty()) {
    thread.case_ = opened;
    thread.cases.push_back(opened.id);
    thread.linked = linked_reports(thread.events);
  }
  return thread;
}

}  // namespace

/// What stands in sealed reports and events is written by strangers and by other programs. Whatever a thread holds can be listed, shown, searched, summed
/// up and exported. Pieces end with RS; the first byte of each says what it is: 'e' an event, 's' a text, anything else a report.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const DeskView desk = [] {
    crypto::initialise();
    DeskView made;
    made.members.emplace_back();
    made.members.back().name = "ana";
    return made;
  }();
  std::vector<Thread> threads;
  threads.push_back(thread_of(as_text({data, size})));
  const Thread& thread = threads.front();
  if (thread.reports.empty()) return 0;

  const FactsFrame frame{.desk = desk, .now_hour = 490'100, .report_views = {}};
  const CaseFacts facts = thread.facts();
  FUZZ_CHECK(facts.urgency >= 0 && facts.urgency <= 4);
  const std::string shown = page(thread, {}, &frame);
  FUZZ_CHECK(shown == printable(shown));
  const std::string line = summary_line(thread, &frame);
  FUZZ_CHECK(line == printable(line) && line.find('\n') == std::string::npos);

  json::value exported = whole(thread, {}, &frame);
  cover_numbers(thread, exported);
  static_cast<void>(json::serialize(exported));

  for (const OpenedReport& report : thread.reports) {
    static_cast<void>(picture_references(report));
    static_cast<void>(brought_picture(report));
    for (const json::object* attachment : attachments_of(report)) {
      const std::string name = file_name_of(*attachment);
      FUZZ_CHECK(name.find('/') == std::string::npos && !name.empty() && name[0] != '.' && printable(name) == name);
    }
  }
  std::size_t in_messages = 0;
  for (const ThreadMessage& message : messages_of(thread.reports)) in_messages += message.reports.size() + message.pictures.size();
  FUZZ_CHECK(in_messages == thread.reports.size());
  static_cast<void>(wishes_of(thread));
  static_cast<void>(language_of(thread));
  static_cast<void>(phone_of(thread));
  static_cast<void>(ReporterMailbox::of(thread));
  FUZZ_CHECK(people_of(threads, thread).size() == 1);
  static_cast<void>(first_free_tag(thread, thread, 20'420));
  static_cast<void>(holds_words(thread, "bar"));
  static_cast<void>(fits(thread, {.view = "overdue", .label = "child", .words = {}, .me = {}}, 490'100));
  crypto::SecretJson body;
  body.begin_object();
  write_summary(body, thread, facts, 1);
  body.end_object();
  FUZZ_CHECK(object_of(std::move(body).finish().reveal_text()));
  return 0;
}
