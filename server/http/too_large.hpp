#pragma once

#include <cstdint>
#include <string>

namespace hotline::http {

/// The detail of a 413: how much the route takes, so that whoever sent more need not guess.
inline std::string too_large_detail(std::uint64_t body_bytes_max) {
  if (body_bytes_max == 0) return "This address takes no body.";
  return "The body of a request here has at most " + std::to_string(body_bytes_max) + " bytes.";
}

}  // namespace hotline::http
