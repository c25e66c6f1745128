#include "server/intake/language.hpp"

#include <algorithm>
#include <optional>

namespace hotline::intake {
namespace {

constexpr std::size_t ranges_max = 32;
constexpr std::size_t tag_bytes_max = 35;   ///< RFC 5646 section 4.4.1

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trimmed(std::string_view text) {
  const std::size_t start = text.find_first_not_of(" \t");
  if (start == std::string_view::npos) return {};
  return text.substr(start, text.find_last_not_of(" \t") - start + 1);
}

/// The available language that a tag means: itself, or with its last parts taken off one by one.
const std::string* look_up(std::string_view tag, std::span<const std::string> available) {
  if (tag.empty() || tag.size() > tag_bytes_max) return nullptr;
  while (true) {
    const auto found = std::ranges::find_if(available, [&](const std::string& language) { return same(language, tag); });
    if (found != available.end()) return &*found;
    const std::size_t dash = tag.rfind('-');
    if (dash == std::string_view::npos) return nullptr;
    tag = tag.substr(0, dash);
  }
}

/// Thousandths; RFC 9110 section 12.4.2: 0 or 1 with at most three decimals.
std::optional<int> quality(std::string_view text) {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return std::nullopt;
  int value = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] != '.') return std::nullopt;
  int weight = 100;
  for (std::size_t i = 2; i < text.size(); ++i, weight /= 10) {
    if (text[i] < '0' || text[i] > '9') return std::nullopt;
    value += (text[i] - '0') * weight;
  }
  return value <= 1000 ? std::optional(value) : std::nullopt;
}

struct Range {
  std::string_view tag;
  int quality = 0;
};

std::optional<Range> parse_range(std::string_view text) {
  const std::size_t semicolon = text.find(';');
  Range range{trimmed(text.substr(0, semicolon)), 1000};
  if (range.tag.empty()) return std::nullopt;
  if (semicolon == std::string_view::npos) return range;
  const std::string_view parameter = trimmed(text.substr(semicolon + 1));
  if (parameter.size() < 2 || lower(parameter[0]) != 'q' || parameter[1] != '=') return std::nullopt;
  const auto value = quality(parameter.substr(2));
  if (!value) return std::nullopt;
  range.quality = *value;
  return range;
}

const std::string* best_accepted(std::string_view accept, std::span<const std::string> available) {
  const std::string* best = nullptr;
  int best_quality = 0;
  for (std::size_t i = 0; i < ranges_max && !accept.empty(); ++i) {
    const std::size_t comma = accept.find(',');
    const auto range = parse_range(accept.substr(0, comma));
    accept = comma == std::string_view::npos ? std::string_view() : accept.substr(comma + 1);
    if (!range || range->quality <= best_quality) continue;
    // "*" leaves the choice to us: nothing to look up, and what is named has been or will be looked at.
    const std::string* language = look_up(range->tag, available);
    if (language == nullptr) continue;
    best = language;
    best_quality = range->quality;
  }
  return best;
}

}  // namespace

std::string choose_language(const LanguageWishes& wishes, std::span<const std::string> available, std::string_view fallback) {
  for (const std::string_view tag : {wishes.path, wishes.query}) {
    if (const std::string* language = look_up(tag, available)) return *language;
  }
  if (const std::string* language = best_accepted(wishes.accept, available)) return *language;
  return std::string(fallback);
}

std::string_view language_of_query(std::string_view raw_query) {
  while (!raw_query.empty()) {
    const std::size_t end = raw_query.find('&');
    const std::string_view field = raw_query.substr(0, end);
    if (field.starts_with("lang=")) return field.substr(5);
    raw_query = end == std::string_view::npos ? std::string_view() : raw_query.substr(end + 1);
  }
  return {};
}

}  // namespace hotline::intake
