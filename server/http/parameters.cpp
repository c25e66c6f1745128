#include "server/http/parameters.hpp"

#include <algorithm>

namespace hotline::http {
namespace {

constexpr std::size_t parameters_max = 16;

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string_view take_token(std::string_view& rest) {
  std::size_t length = 0;
  while (length < rest.size() && is_token_char(rest[length])) ++length;
  const std::string_view token = rest.substr(0, length);
  rest.remove_prefix(length);
  return token;
}

void skip_white(std::string_view& rest) {
  while (!rest.empty() && (rest.front() == ' ' || rest.front() == '\t')) rest.remove_prefix(1);
}

/// The rest stands behind the opening quote; afterwards behind the closing one.
std::optional<std::string> take_quoted(std::string_view& rest) {
  std::string text;
  while (!rest.empty()) {
    char c = rest.front();
    rest.remove_prefix(1);
    if (c == '"') return text;
    if (c == '\\' && !rest.empty() && (rest.front() == '"' || rest.front() == '\\')) {
      c = rest.front();
      rest.remove_prefix(1);
    }
    if ((static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f) return std::nullopt;
    text.push_back(c);
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::string_view> ParameterizedValue::parameter(std::string_view name) const {
  for (const auto& [key, text] : parameters) {
    if (key == name) return text;
  }
  return std::nullopt;
}

Result<ParameterizedValue> parse_parameterized(std::string_view text) {
  ParameterizedValue parsed;
  std::string_view rest = trim(text);
  const std::size_t end = std::min(rest.find(';'), rest.size());
  const std::string_view value = trim(rest.substr(0, end));
  rest.remove_prefix(end);
  const bool well_formed =
      !value.empty() && std::all_of(value.begin(), value.end(), [](char c) { return is_token_char(c) || c == '/'; });
  if (!well_formed) return Errc::malformed;
  parsed.value = lower_case(value);

  while (!rest.empty()) {
    if (rest.front() != ';') return Errc::malformed;
    rest.remove_prefix(1);
    skip_white(rest);
    if (rest.empty() || rest.front() == ';') continue;  // "a/b;" is seen in the wild and harmless
    std::string name = lower_case(take_token(rest));
    if (name.empty() || rest.empty() || rest.front() != '=') return Errc::malformed;
    rest.remove_prefix(1);
    std::string content;
    if (!rest.empty() && rest.front() == '"') {
      rest.remove_prefix(1);
      std::optional<std::string> quoted = take_quoted(rest);
      if (!quoted) return Errc::malformed;
      content = std::move(*quoted);
    } else {
      content = std::string(take_token(rest));
      if (content.empty()) return Errc::malformed;
    }
    skip_white(rest);
    if (parsed.parameter(name) || parsed.parameters.size() == parameters_max) return Errc::malformed;
    parsed.parameters.emplace_back(std::move(name), std::move(content));
  }
  return parsed;
}

bool is_token_char(char c) noexcept {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

std::string lower_case(std::string_view text) {
  std::string lowered(text);
  std::transform(lowered.begin(), lowered.end(), lowered.begin(), lower);
  return lowered;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) noexcept {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace hotline::http
