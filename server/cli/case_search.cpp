#include "server/cli/case_search.hpp"

#include "server/cli/case_facts_view.hpp"
#include "server/cli/text_parts.hpp"
#include "server/cli/vocabulary.hpp"

#include <algorithm>
#include <vector>

namespace hotline::cli {
namespace {

namespace json = boost::json;

/// U+00C0 to U+00FF without their accents, in lower case; '*' for what is no letter with one.
constexpr std::string_view plain_letters = "aaaaaa*ceeeeiiii*nooooo*ouuuuy**aaaaaa*ceeeeiiii*nooooo*ouuuuy*y";

/// Lower case, without the accents of western Europe, whatever is neither letter nor digit as a space. A letter with a combining accent loses it.
std::string folded(std::string_view text) {
  std::string out = " ";
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    const auto next = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    if (c >= 'A' && c <= 'Z') {
      out += static_cast<char>(c + 32);
    } else if (c < 0x80) {
      const bool letter = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
      out += letter ? static_cast<char>(c) : ' ';
    } else if (c == 0xC3 && next >= 0x80 && plain_letters[next - 0x80] != '*') {
      out += plain_letters[next - 0x80];
      ++i;
    } else if (c == 0xCC && next >= 0x80) {
      ++i;
    } else {
      out += text[i];
    }
  }
  return out;
}

/// Every text below a value.
void collect(const json::value& value, std::string& out) {
  if (value.is_string()) out += folded(value.get_string());
  if (value.is_array()) {
    for (const json::value& entry : value.get_array()) collect(entry, out);
  }
  if (value.is_object()) {
    for (const auto& member : value.get_object()) collect(member.value(), out);
  }
}

std::string all_words(const Thread& thread) {
  std::string words;
  for (const ThreadMessage& message : messages_of(thread.reports)) words += folded(message.text);
  for (const OpenedReport& report : thread.reports) {
    if (const json::value* answers = report.content.if_contains("answers")) collect(*answers, words);
  }
  for (const OpenedEvent& event : thread.events) {
    const json::value* body = event.content.if_contains("body");
    if (!event.counts() || body == nullptr || !body->is_object()) continue;
    for (const char* name : {"text", "reason"}) words += folded(string_of(body->get_object(), name));
  }
  for (const std::string& label : thread.facts().labels) {
    for (const char* language : {"en", "es"}) words += folded(Vocabulary::built_in().label_words(label, language));
  }
  return words;
}

}  // namespace

bool holds_words(const Thread& thread, std::string_view words) {
  const std::string all = all_words(thread);
  const std::string wanted = folded(words) + " ";
  for (std::size_t at = 0; at < wanted.size();) {
    const std::size_t start = wanted.find_first_not_of(' ', at);
    if (start == std::string::npos) break;
    at = wanted.find(' ', start);
    if (all.find(" " + wanted.substr(start, at - start)) == std::string::npos) return false;
  }
  return true;
}

bool fits(const Thread& thread, const ListFilter& filter, std::int64_t now_hour) {
  const CaseFacts facts = thread.facts();
  const bool closed = thread.state() == "closed";
  if (filter.view == "unread" && unread_of(thread) == 0) return false;
  if (filter.view == "mine" && (closed || facts.assignee != filter.me)) return false;
  if (filter.view == "unassigned" && (closed || facts.assignee)) return false;
  if (filter.view == "overdue" && !is_late(thread, facts, now_hour)) return false;
  if (filter.view == "closed" && !closed) return false;
  if (!filter.label.empty() && std::ranges::find(facts.labels, filter.label) == facts.labels.end()) return false;
  return filter.words.empty() || holds_words(thread, filter.words);
}

}  // namespace hotline::cli
