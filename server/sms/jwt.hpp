#pragma once

#include "config/bytes.hpp"
#include "server/sms/descriptor.hpp"

#include <cstdint>
#include <string_view>

namespace hotline::sms {

/// What a proof came to.
struct Proof {
  bool holds = false;
  bool late = false;            ///< it holds, but was made long ago or is not to be used yet
};

/// Checks a JSON Web Token (RFC 7519, compact form of RFC 7515) signed by HMAC with `key`. `url` is the public address with the
/// query. A token that binds the body may be late; one that does not must be in time, or it would do for any body for ever.
/// No I/O; any thread.
Proof check_jwt(const JwtAuth& auth, std::string_view token, Bytes key, std::string_view url, Bytes body, std::int64_t now_seconds);

}  // namespace hotline::sms
