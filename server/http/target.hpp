#pragma once

#include "config/error.hpp"

#include <string>
#include <string_view>

namespace hotline::http {

/// A request target in origin form (RFC 9112 section 3.2.1).
struct Target {
  std::string path;       ///< percent-decoded
  std::string raw_path;
  std::string raw_query;  ///< without '?'
};

/// Strict: starts with '/', printable ASCII only, no fragment, every % an escape. The decoded path is UTF-8 without
/// control characters, without "//" and without "." and ".." segments; an escaped '/' or '\' is refused, as no two programs
/// agree on it. Errc::malformed for all else, absolute, authority and asterisk form among it.
Result<Target> parse_target(std::string_view text);

}  // namespace hotline::http
