#include "server/http/cookies.hpp"

#include "server/http/parameters.hpp"

#include <algorithm>

namespace hotline::http {
namespace {

bool is_token(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_token_char); }

bool is_cookie_octet(char c) noexcept { return c > ' ' && c < '\x7f' && c != '"' && c != ',' && c != ';' && c != '\\'; }

bool is_cookie_value(std::string_view text) {
  if (text.size() >= 2 && text.front() == '"' && text.back() == '"') text = text.substr(1, text.size() - 2);
  return std::all_of(text.begin(), text.end(), is_cookie_octet);
}

}  // namespace

std::optional<std::string_view> cookie_value(const Request& request, std::string_view name) {
  const auto is_cookie = [](const auto& header) { return header.first == "cookie"; };
  if (std::count_if(request.headers.begin(), request.headers.end(), is_cookie) != 1) return std::nullopt;
  std::string_view rest = *request.header("cookie");
  std::optional<std::string_view> found;
  for (;;) {
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const std::size_t equals = pair.find('=');
    if (equals == std::string_view::npos) return std::nullopt;
    const std::string_view key = pair.substr(0, equals);
    const std::string_view value = pair.substr(equals + 1);
    if (!is_token(key) || !is_cookie_value(value)) return std::nullopt;
    if (key == name) {
      if (found) return std::nullopt;
      found = value;
    }
    if (end == rest.size()) return found;
    rest.remove_prefix(end + 1);
    if (!rest.starts_with(' ')) return std::nullopt;
    rest.remove_prefix(1);
  }
}

Result<std::string> to_set_cookie(const Cookie& cookie) {
  if (!is_token(cookie.name) || !std::all_of(cookie.value.begin(), cookie.value.end(), is_cookie_octet)) return Errc::malformed;
  std::string line(cookie.name);
  line.append("=").append(cookie.value).append("; Path=/; HttpOnly; SameSite=Strict");
  if (cookie.secure) line.append("; Secure");
  if (cookie.max_age) line.append("; Max-Age=").append(std::to_string(cookie.max_age->count()));
  return line;
}

}  // namespace hotline::http
