#include "server/media/media_url.hpp"

#include "server/http/parameters.hpp"
#include "server/http/strictness.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace hotline::media {

namespace {

constexpr std::size_t url_bytes_max = 4096;
constexpr unsigned port_max = 65535;

bool is_plain(std::string_view text) {
  return text.size() <= url_bytes_max && std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f && c != '\\' && c != '"' && c != '<' && c != '>'; });
}

std::string_view without_fragment(std::string_view text) { return text.substr(0, text.find('#')); }

/// What stands behind "scheme://".
Result<MediaUrl> parse_authority(bool tls, std::string_view text) {
  const std::size_t end = std::min(text.find_first_of("/?"), text.size());
  const std::string_view authority = text.substr(0, end);
  if (authority.find('@') != std::string_view::npos || !http::valid_host(authority)) return Errc::malformed;
  MediaUrl url;
  url.tls = tls;
  const std::size_t host_end = authority.starts_with('[') ? authority.find(']') + 1 : std::min(authority.find(':'), authority.size());
  url.host = http::lower_case(authority.substr(0, host_end));
  url.port = tls ? "443" : "80";
  if (host_end < authority.size()) {
    const std::string_view digits = authority.substr(host_end + 1);
    unsigned port = 0;
    const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    if (error != std::errc() || stop != digits.data() + digits.size() || port == 0 || port > port_max) return Errc::malformed;
    url.port = std::to_string(port);
  }
  url.target = std::string(text.substr(end));
  if (!url.target.starts_with('/')) url.target.insert(0, "/");
  if (url.host.empty()) return Errc::malformed;
  return url;
}

}  // namespace

std::string MediaUrl::origin() const {
  const bool usual = port == (tls ? "443" : "80");
  return (tls ? "https://" : "http://") + host + (usual ? "" : ":" + port);
}

Result<MediaUrl> parse_media_url(std::string_view text) {
  if (!is_plain(text)) return Errc::malformed;
  text = without_fragment(text);
  const std::size_t colon = text.find("://");
  if (colon == std::string_view::npos) return Errc::malformed;
  const std::string scheme = http::lower_case(text.substr(0, colon));
  if (scheme != "https" && scheme != "http") return Errc::malformed;
  return parse_authority(scheme == "https", text.substr(colon + 3));
}

Result<MediaUrl> follow_location(const MediaUrl& base, std::string_view location) {
  if (!is_plain(location) || location.empty()) return Errc::malformed;
  location = without_fragment(location);
  const std::size_t path = std::min(location.find_first_of("/?"), location.size());
  if (location.substr(0, path).find(':') != std::string_view::npos) return parse_media_url(location);
  if (location.starts_with("//")) return parse_authority(base.tls, location.substr(2));
  MediaUrl next = base;
  const std::string_view base_path = std::string_view(base.target).substr(0, base.target.find('?'));
  if (location.starts_with('/')) {
    next.target = std::string(location);
  } else if (location.starts_with('?') || location.empty()) {
    next.target = std::string(base_path) + std::string(location);
  } else {
    next.target = std::string(base_path.substr(0, base_path.rfind('/') + 1)) + std::string(location);
  }
  return next;
}

}  // namespace hotline::media
