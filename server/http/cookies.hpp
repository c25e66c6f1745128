#pragma once

#include "config/error.hpp"
#include "server/http/message.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::http {

/// The value of a cookie that the request carries (RFC 6265 section 4.2.1, read strictly: token=cookie-octets, parted by
/// "; "). Nothing when the header is absent, repeated, malformed, or names that cookie twice: an attacker
/// who can plant a second one gains no say.
std::optional<std::string_view> cookie_value(const Request& request, std::string_view name);

/// A cookie to set. Always HttpOnly; SameSite=Strict; Path=/ so that the prefix __Host- may be used.
struct Cookie {
  std::string_view name;               ///< a token
  std::string value;                   ///< cookie-octets
  bool secure = true;
  std::optional<std::chrono::seconds> max_age;  ///< absent: until the browser closes; 0 deletes
};
/// The value for a Set-Cookie header; Errc::malformed for a name or value that cannot stand there.
Result<std::string> to_set_cookie(const Cookie& cookie);

}  // namespace hotline::http
