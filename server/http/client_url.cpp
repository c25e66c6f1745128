#include "server/http/client_url.hpp"

#include "server/http/strictness.hpp"

namespace hotline::http {

Outcome<ClientUrl> parse_client_url(std::string_view url) {
  ClientUrl parsed;
  const auto wrong = [](std::string_view what) {
    return Problem{"the server's address " + std::string(what) + "; give http://host:port, https://host or unix:/path"};
  };
  if (url.starts_with("unix:")) {
    parsed.socket_path = std::string(url.substr(5));
    parsed.host_header = "localhost";
    if (!parsed.socket_path.starts_with('/') || parsed.socket_path.size() > 107) return wrong("names no socket by its full path");
    return parsed;
  }
  parsed.tls = url.starts_with("https://");
  if (!parsed.tls && !url.starts_with("http://")) return wrong("begins with neither http://, https:// nor unix:");
  std::string_view authority = url.substr(parsed.tls ? 8 : 7);
  if (authority.ends_with('/')) authority.remove_suffix(1);
  if (!valid_host(authority)) return wrong("has a host that cannot be, or a path behind it");
  const bool bracketed = authority.starts_with('[');
  const std::size_t end = bracketed ? authority.find(']') + 1 : std::min(authority.find(':'), authority.size());
  parsed.host = std::string(bracketed ? authority.substr(1, end - 2) : authority.substr(0, end));
  parsed.port = parsed.tls ? "443" : "80";
  if (authority.size() > end + 1) parsed.port = std::string(authority.substr(end + 1));
  parsed.host_header = std::string(authority);
  return parsed;
}

}  // namespace hotline::http
