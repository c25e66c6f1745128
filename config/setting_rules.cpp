#include "config/setting_rules.hpp"

#include <algorithm>
#include <string>

namespace hotline::settings_detail {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_lower(char c) { return c >= 'a' && c <= 'z'; }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_word(char c) { return is_digit(c) || is_lower(c) || is_upper(c) || c == '-' || c == '_'; }
template <class Rule>
bool all(std::string_view text, Rule rule) {
  return std::all_of(text.begin(), text.end(), rule);
}

std::string_view after_scheme(std::string_view text) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (text.starts_with(scheme)) return text.substr(scheme.size());
  }
  return {};
}

/// host or host:port; a host is a name or an IPv4 address, or IPv6 in brackets.
bool is_authority(std::string_view text) {
  std::string_view port;
  std::string_view host = text;
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return false;
    host = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!all(host, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || c == ':' || c == '.'; })) return false;
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    host = text.substr(0, colon);
    port = text.substr(colon);
    if (!all(host, [](char c) { return is_digit(c) || is_lower(c) || c == '-' || c == '.'; })) return false;
    if (host.starts_with('.') || host.starts_with('-') || host.ends_with('-')) return false;
  }
  if (host.empty() || host.size() > 253) return false;
  if (port.empty()) return true;
  return port.size() >= 2 && port.size() <= 6 && port.front() == ':' && all(port.substr(1), is_digit);
}

}  // namespace

bool is_origin(std::string_view text) { return is_authority(after_scheme(text)); }

bool is_onion_origin(std::string_view text) {
  if (!is_origin(text)) return false;
  const std::string_view authority = after_scheme(text);
  const std::string_view host = authority.substr(0, authority.find(':'));
  return host.size() == 62 && host.ends_with(".onion") &&
         all(host.substr(0, 56), [](char c) { return is_lower(c) || (c >= '2' && c <= '7'); });
}

bool is_url(std::string_view text) {
  if (text.size() > 2048) return false;
  const std::string_view rest = after_scheme(text);
  const std::size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  return is_authority(rest.substr(0, end)) && all(rest.substr(end), [](char c) {
           return c > ' ' && c <= '~' && std::string_view("\"'<>\\`{}|^").find(c) == std::string_view::npos;
         });
}

bool is_language(std::string_view text) {
  const std::size_t dash = std::min(text.find('-'), text.size());
  const std::string_view base = text.substr(0, dash);
  if (base.size() < 2 || base.size() > 3 || !all(base, is_lower) || text.size() > 16) return false;
  if (dash == text.size()) return true;
  const std::string_view rest = text.substr(dash + 1);
  return rest.size() >= 2 && all(rest, [](char c) { return is_word(c) && c != '_'; }) && !rest.ends_with('-') && !rest.starts_with('-');
}

bool is_phone(std::string_view text) {
  return text.size() <= 32 && std::any_of(text.begin(), text.end(), is_digit) &&
         all(text, [](char c) { return is_digit(c) || c == '+' || c == ' ' || c == '-'; });
}

bool is_name(std::string_view text) { return !text.empty() && text.size() <= 32 && all(text, is_word); }

bool is_label(std::string_view text) { return text.size() <= 128 && is_sentence(text); }

bool is_sentence(std::string_view text) {
  return !text.empty() && text.size() <= 500 && all(text, [](char c) { return (c < 0 || c >= ' ') && c != '\x7f'; });
}

bool is_token(std::string_view text) { return !text.empty() && text.size() <= 4096 && text.find('\0') == std::string_view::npos; }

bool is_account(std::string_view text) {
  return !text.empty() && text.size() <= 256 && all(text, [](char c) { return c >= ' ' && c <= '~'; });
}

bool is_mail_address(std::string_view text) {
  const std::size_t at = text.find('@');
  if (at == 0 || at == std::string_view::npos || at > 64 || text.size() > 254) return false;
  const std::string_view name = text.substr(0, at);
  const std::string_view host = text.substr(at + 1);
  return host.find(':') == std::string_view::npos && is_origin("https://" + std::string(host)) && !name.starts_with('.') && !name.ends_with('.') &&
         all(name, [](char c) { return is_word(c) || std::string_view(".+!#$%&'*/=?^`{|}~").find(c) != std::string_view::npos; });
}

bool is_this_machine(std::string_view host) { return host == "localhost" || host == "::1" || (host.starts_with("127.") && all(host, [](char c) { return is_digit(c) || c == '.'; })); }

bool is_private_url(std::string_view text) {
  if (!is_url(text)) return false;
  if (text.starts_with("https://")) return true;
  const std::string_view rest = after_scheme(text);
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?#"));
  if (authority.starts_with("[::1]")) return true;
  return is_this_machine(authority.substr(0, authority.find(':')));
}

bool is_recipient(std::string_view text) {
  constexpr std::size_t characters = 1959;
  return text.size() == characters && text.starts_with("age1pq1") &&
         std::all_of(text.begin(), text.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}
bool is_path_token(std::string_view text) { return text.size() >= 22 && text.size() <= 256 && all(text, is_word); }

}  // namespace hotline::settings_detail
