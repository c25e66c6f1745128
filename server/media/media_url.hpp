#pragma once

#include "config/error.hpp"

#include <string>
#include <string_view>

namespace hotline::media {

/// Where a picture is: an address of http or https, taken apart.
struct MediaUrl {
  bool tls = true;
  std::string host;       ///< in lower case; an IPv6 address in brackets
  std::string port;       ///< without zeros in front
  std::string target;     ///< path and query, as written; begins with '/'

  /// "https://host" with the port where it is not the scheme's own.
  std::string origin() const;
};

/// Strict: printable ASCII without spaces, backslashes and quotes, no name or password, a host that can be one, 4096 bytes at most; what
/// follows '#' is dropped. Errc::malformed. Pure.
Result<MediaUrl> parse_media_url(std::string_view text);

/// Where an answer's Location leads from `base`: a whole address, "//host/…", "/path", "?query" or a path beside. Errc::malformed. Pure.
Result<MediaUrl> follow_location(const MediaUrl& base, std::string_view location);

}  // namespace hotline::media
