#include "server/sms/star_path.hpp"

#include <algorithm>
#include <optional>

namespace hotline::sms {

namespace {

/// What stands for the stars when `name` lies at or below `pattern`; nothing when it does not.
std::optional<StarNumbers> match(std::string_view pattern, std::string_view name) {
  StarNumbers numbers;
  while (true) {
    const std::size_t pattern_end = std::min(pattern.find('.'), pattern.size());
    const std::size_t name_end = std::min(name.find('.'), name.size());
    const std::string_view wanted = pattern.substr(0, pattern_end);
    const std::string_view segment = name.substr(0, name_end);
    if (wanted == "*") {
      if (segment.empty() || !std::all_of(segment.begin(), segment.end(), [](char c) { return c >= '0' && c <= '9'; })) return std::nullopt;
      numbers.emplace_back(segment);
    } else if (wanted != segment) {
      return std::nullopt;
    }
    if (pattern_end == pattern.size()) return numbers;
    if (name_end == name.size()) return std::nullopt;
    pattern.remove_prefix(pattern_end + 1);
    name.remove_prefix(name_end + 1);
  }
}

}  // namespace

std::string bind_stars(std::string_view path, const StarNumbers& numbers) {
  std::string out;
  std::size_t star = 0;
  for (const char c : path) {
    if (c == '*' && star < numbers.size()) {
      out.append(numbers[star++]);
    } else {
      out.push_back(c);
    }
  }
  return out;
}

FieldRef bind_stars(const FieldRef& ref, const StarNumbers& numbers) { return {ref.source, bind_stars(ref.name, numbers)}; }

std::vector<StarNumbers> star_numbers(std::string_view pattern, const Fields& fields) {
  if (pattern.empty()) return {StarNumbers{}};
  std::vector<StarNumbers> found;
  for (const http::FormField& field : fields) {
    auto numbers = match(pattern, field.name);
    // The fields of one place follow each other.
    if (numbers && (found.empty() || found.back() != *numbers)) found.push_back(std::move(*numbers));
  }
  return found;
}

}  // namespace hotline::sms
