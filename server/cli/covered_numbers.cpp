#include "server/cli/covered_numbers.hpp"

#include <functional>
#include <set>

namespace hotline::cli {

namespace json = boost::json;

namespace {

/// As the console in the browser covers it.
std::string covered(std::string_view number) {
  constexpr std::size_t first = 4, last = 2;
  if (number.size() <= first + last) return "•••";
  return std::string(number.substr(0, first)) + " ••• ••" + std::string(number.substr(number.size() - last));
}

void cover(json::value& value, const std::set<std::string, std::less<>>& numbers) {
  if (json::array* array = value.if_array()) {
    for (json::value& entry : *array) cover(entry, numbers);
  } else if (json::object* object = value.if_object()) {
    for (auto& [name, entry] : *object) cover(entry, numbers);
  } else if (const json::string* text = value.if_string(); text != nullptr && numbers.contains(std::string_view(*text))) {
    value = covered(std::string_view(*text));
  }
}

}  // namespace

void cover_numbers(const Thread& thread, json::value& value) {
  std::set<std::string, std::less<>> numbers;
  for (const OpenedReport& report : thread.reports) {
    const json::value* sms = report.content.if_contains("sms");
    if (sms == nullptr || !sms->is_object()) continue;
    if (std::string from = string_of(sms->get_object(), "from"); !from.empty()) numbers.insert(std::move(from));
  }
  if (!numbers.empty()) cover(value, numbers);
}

}  // namespace hotline::cli
