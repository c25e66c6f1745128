#include "server/cli/case_wishes.hpp"

#include <algorithm>
#include <optional>

namespace hotline::cli {
namespace {

namespace json = boost::json;

std::optional<std::vector<std::string>> texts_of(const json::object& object, std::string_view name) {
  const json::value* list = object.if_contains(name);
  if (list == nullptr || !list->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  for (const json::value& entry : list->get_array()) {
    if (entry.is_string()) texts.emplace_back(entry.get_string());
  }
  return texts;
}

bool holds(const std::vector<std::string>& list, std::string_view wanted) { return std::ranges::find(list, wanted) != list.end(); }

/// A new set of consents takes the place of the one before.
void replace_consents(Wishes& wishes, std::vector<std::string> given, std::int64_t hour) {
  for (const std::string& consent : wishes.consents) {
    if (!holds(given, consent)) wishes.withdrawn.push_back({consent, hour});
  }
  std::erase_if(wishes.withdrawn, [&](const auto& entry) { return holds(given, entry.consent); });
  wishes.consents.clear();
  for (std::string& consent : given) {
    if (!holds(wishes.consents, consent)) wishes.consents.push_back(std::move(consent));
  }
}

/// The number of the last report that an event's author had seen; -1 when the event does not say.
std::int64_t seen_in(const OpenedEvent& event) {
  const json::value* body = event.content.if_contains("body");
  const json::value* seen = body != nullptr && body->is_object() ? body->get_object().if_contains("seen") : nullptr;
  return seen != nullptr && seen->is_int64() ? seen->get_int64() : -1;
}

}  // namespace

Wishes wishes_of(const Thread& thread) {
  Wishes wishes;
  std::int64_t asked_number = -1;
  for (const OpenedReport& report : thread.reports) {
    const std::int64_t hour = report.row.received_hour;
    for (std::string& desk : texts_of(report.content, "never").value_or(std::vector<std::string>())) {
      if (!holds(wishes.never, desk)) wishes.never.push_back(std::move(desk));
    }
    if (auto given = texts_of(report.content, "consents")) replace_consents(wishes, std::move(*given), hour);
    if (string_of(report.content, "wish") == "delete") {
      wishes.delete_asked = true;
      wishes.delete_asked_hour = hour;
      asked_number = report.row.number;
    }
  }
  wishes.write_back = std::erase(wishes.consents, "write_back") != 0;

  // An event counts only when its signature holds, or nobody can check it any more: nobody else can say that a wish was answered.
  for (const OpenedEvent& event : thread.events) {
    if (!event.counts()) continue;
    const std::string kind = string_of(event.content, "kind");
    if (kind == "delete") wishes.deletion = &event;
    if (kind == "keep" && asked_number >= 0 && seen_in(event) >= asked_number) wishes.kept = &event;
  }
  if (wishes.kept != nullptr) wishes.delete_asked = false;
  return wishes;
}

std::string language_of(const Thread& thread) {
  for (const OpenedReport& report : thread.reports) {
    if (std::string language = string_of(report.content, "language"); !language.empty()) return language;
  }
  return {};
}

}  // namespace hotline::cli
