#pragma once

#include "crypto/secret.hpp"

#include <string_view>

namespace hotline::sms {

/// How a value is written so that it cannot end the place where it stands.
enum class Escape {
  none,
  percent,   ///< in an address (RFC 3986): all but letters, digits, - . _ ~
  form,      ///< the same, but a space becomes "+"
  json,      ///< within quotes
};

/// Any thread.
void append_escaped(crypto::SecretBuffer& out, std::string_view text, Escape escape);

/// So many digits, in upper case.
void append_hex(crypto::SecretBuffer& out, unsigned value, int digits);

}  // namespace hotline::sms
