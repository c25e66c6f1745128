#include "server/cli/case_summary.hpp"

#include "config/utf8.hpp"
#include "server/cli/case_wishes.hpp"
#include "server/cli/text_parts.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t title_bytes_max = 120;
constexpr std::size_t labels_max = 32;
constexpr std::size_t ways_max = 4;
constexpr std::size_t never_max = 8;
constexpr std::size_t tasks_max = 8;

/// What people wrote freely in a message; not their answers to questions.
std::string free_words(const json::object& content) {
  if (std::string text = string_of(content, "text"); !text.empty()) return text;
  const json::value* answers = content.if_contains("answers");
  return answers != nullptr && answers->is_object() ? string_of(answers->get_object(), "q_story") : std::string();
}

/// "mailbox:KEY" or "sms:GATEWAY:NUMBER"; empty when the reporter left no way back.
std::string way_of(const OpenedReport& report) {
  const json::value* mailbox = report.content.if_contains("mailbox");
  if (mailbox != nullptr && mailbox->is_object() && !string_of(mailbox->get_object(), "key").empty()) {
    return "mailbox:" + string_of(mailbox->get_object(), "key");
  }
  const json::value* sms = report.row.channel == storage::Channel::sms ? report.content.if_contains("sms") : nullptr;
  if (sms == nullptr || !sms->is_object() || string_of(sms->get_object(), "from").empty()) return {};
  return "sms:" + string_of(sms->get_object(), "gateway") + ":" + string_of(sms->get_object(), "from");
}

void write_texts(crypto::SecretJson& body, std::string_view name, const std::vector<std::string>& texts, std::size_t from, std::size_t to) {
  body.key(name).begin_array();
  for (std::size_t i = from; i < std::min(to, texts.size()); ++i) body.string(texts[i]);
  body.end_array();
}

/// The first message's free words, put together where it came in parts.
std::string title_of(const Thread& thread) {
  const ThreadMessage first = messages_of(thread.reports).front();
  return first.parts > 0 ? first.text : free_words(thread.reports[first.reports.front()].content);
}

/// The messages of all whom the case is about, in order of arrival; never empty.
std::vector<const OpenedReport*> reports_of(const Thread& thread) {
  std::vector<const OpenedReport*> reports;
  const auto add = [&](const Thread& one) {
    for (const OpenedReport& report : one.reports) reports.push_back(&report);
  };
  add(thread);
  for (const Thread* one : thread.others) add(*one);
  std::ranges::sort(reports, {}, [](const OpenedReport* report) { return report->row.number; });
  return reports;
}

/// Whoever one of them fears must not be told of any.
std::vector<std::string> never_of(const Thread& thread) {
  std::vector<std::string> never = wishes_of(thread).never;
  for (const Thread* one : thread.others) {
    for (std::string& desk : wishes_of(*one).never) {
      if (std::ranges::find(never, desk) == never.end()) never.push_back(std::move(desk));
    }
  }
  return never;
}

/// Who wrote last: the desk when its last reply had seen the newest message.
void write_last(crypto::SecretJson& body, const Thread& thread, const OpenedReport& newest) {
  bool answered = false;
  std::int64_t hour = newest.row.received_hour;
  for (const OpenedEvent& event : thread.events) {
    const json::value* said = event.content.if_contains("body");
    if (!event.counts() || string_of(event.content, "kind") != "reply" || said == nullptr || !said->is_object()) continue;
    const json::value* seen = said->get_object().if_contains("seen");
    answered = seen != nullptr && seen->is_int64() && seen->get_int64() >= newest.row.number;
    hour = answered ? event.row.recorded_hour : newest.row.received_hour;
  }
  body.key("last").begin_object().number("hour", hour).string("from", answered ? "desk" : "reporter").end_object();
}

bool is_blank(std::string_view character) {
  const auto first = static_cast<unsigned char>(character.front());
  if (character.size() == 1) return first <= 0x20 || first == 0x7F;
  // C1 controls and no-break space; the spaces of U+2000 to U+200A, line and paragraph separator; ideographic space.
  if (character.size() == 2) return first == 0xC2 && static_cast<unsigned char>(character[1]) <= 0xA0;
  return character == "\u1680" || character == "\u3000" || character == "\u2028" || character == "\u2029" || character == "\u202F" ||
         character == "\u205F" || (character >= "\u2000" && character <= "\u200A") || character == "\uFEFF";
}

}  // namespace

std::string short_text(std::string_view text, std::size_t bytes_max) {
  std::string plain;
  bool space = false;
  while (!text.empty()) {
    const Utf8Step step = utf8_step(text);
    const std::string_view character = step.valid ? text.substr(0, step.bytes) : std::string_view("\uFFFD");
    text.remove_prefix(step.bytes);
    if (is_blank(character)) {
      space = !plain.empty();
      continue;
    }
    if (space) plain += ' ';
    space = false;
    plain += character;
  }
  if (plain.size() <= bytes_max) return plain;
  std::size_t cut = bytes_max;
  while (cut > 0 && (static_cast<unsigned char>(plain[cut]) & 0xC0) == 0x80) --cut;
  return plain.substr(0, cut) + "…";
}

void write_summary(crypto::SecretJson& body, const Thread& thread, const CaseFacts& facts, std::int64_t event, std::size_t reports_max) {
  body.string("title", short_text(title_of(thread), title_bytes_max));
  write_texts(body, "labels", facts.labels, 0, labels_max);
  const std::vector<const OpenedReport*> all = reports_of(thread);
  std::vector<std::string> reports;
  std::vector<std::string> ways;
  for (const OpenedReport* report : all) {
    reports.push_back(to_text(report->row.id));
    std::string way = way_of(*report);
    if (!way.empty() && std::ranges::find(ways, way) == ways.end()) ways.push_back(std::move(way));
  }
  write_texts(body, "reports", reports, reports.size() - std::min(reports.size(), reports_max), reports.size());
  write_texts(body, "ways", ways, ways.size() - std::min(ways.size(), ways_max), ways.size());
  body.string("language", language_of(thread)).boolean("child", facts.child);
  write_texts(body, "never", never_of(thread), 0, never_max);
  body.key("tasks").begin_array();
  std::size_t count = 0;
  for (const CaseTask& task : facts.tasks) {
    if (task.done || count == tasks_max) continue;
    ++count;
    body.begin_object().string("task", task.task).string("text", short_text(task.text, title_bytes_max)).number("due_hour", task.due_hour).end_object();
  }
  body.end_array();
  write_last(body, thread, *all.back());
  body.number("event", event);
}

}  // namespace hotline::cli
