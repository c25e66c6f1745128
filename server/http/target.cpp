#include "server/http/target.hpp"

#include "server/http/parameters.hpp"
#include "server/http/percent.hpp"
#include "server/http/utf8.hpp"

#include <algorithm>

namespace hotline::http {
namespace {

/// pchar without '%' (RFC 3986 section 3.3), and '/'.
bool is_path_char(char c) noexcept {
  if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9')) return true;
  return c != '\0' && std::string_view("-._~!$&'()*+,;=:@/").find(c) != std::string_view::npos;
}

/// Browsers leave more than RFC 3986 allows in a query as it is, so all printable ASCII but '#'.
bool is_query_char(char c) noexcept { return c > ' ' && c < '\x7f' && c != '#'; }

bool escapes_valid(std::string_view text) noexcept {
  for (std::size_t i = text.find('%'); i != std::string_view::npos; i = text.find('%', i + 1)) {
    if (text.size() - i < 3 || hex_value(text[i + 1]) < 0 || hex_value(text[i + 2]) < 0) return false;
  }
  return true;
}

bool has_dot_segment(std::string_view path) noexcept {
  while (!path.empty()) {
    path.remove_prefix(1);  // the '/'
    const std::size_t end = std::min(path.find('/'), path.size());
    const std::string_view segment = path.substr(0, end);
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(end);
  }
  return false;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
  if (!text.starts_with('/')) return Errc::malformed;
  const std::size_t question = std::min(text.find('?'), text.size());
  const std::string_view raw_path = text.substr(0, question);
  const std::string_view raw_query = question < text.size() ? text.substr(question + 1) : std::string_view{};
  if (!std::all_of(raw_path.begin(), raw_path.end(), [](char c) { return c == '%' || is_path_char(c); })) return Errc::malformed;
  if (!std::all_of(raw_query.begin(), raw_query.end(), is_query_char)) return Errc::malformed;
  if (!escapes_valid(raw_query)) return Errc::malformed;

  Target target;
  if (!percent_decode(raw_path, false, target.path)) return Errc::malformed;
  const std::string& path = target.path;
  const auto count = [](std::string_view in, char c) { return std::count(in.begin(), in.end(), c); };
  if (count(path, '/') != count(raw_path, '/') || count(path, '\\') != 0) return Errc::malformed;
  if (std::any_of(path.begin(), path.end(), [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; })) {
    return Errc::malformed;
  }
  if (path.find("//") != std::string::npos || has_dot_segment(path) || !valid_utf8(as_bytes(path))) return Errc::malformed;
  target.raw_path = std::string(raw_path);
  target.raw_query = std::string(raw_query);
  return target;
}

}  // namespace hotline::http
