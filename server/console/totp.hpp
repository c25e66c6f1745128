#pragma once

#include "config/bytes.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::console {

/// Time-based one-time passwords (RFC 6238) as every authenticator program makes them: HMAC-SHA1, steps of 30 seconds, six digits.
inline constexpr std::int64_t totp_step_seconds = 30;
inline constexpr std::size_t totp_digits = 6;
inline constexpr std::size_t totp_secret_bytes = 20;

/// The code of a time step (RFC 4226 section 5.3), `digits` 6 to 8.
std::string totp_code(Bytes secret, std::int64_t step, std::size_t digits = totp_digits);

/// The step whose code this is, of now, the one before and the one after, for clocks that are off by half a minute. Steps up to
/// `last_used` are passed over: a code is good once. Blanks in `code` are taken as typed.
std::optional<std::int64_t> totp_match(Bytes secret, std::string_view code, std::int64_t now_seconds, std::int64_t last_used);

/// RFC 4648 base32 without padding: how secrets of authenticator programs are written.
std::string to_base32(Bytes bytes);
/// What the QR code holds (Key URI format): otpauth://totp/Console:NAME?secret=…&issuer=Console. Neutral: phones show it in lists.
std::string totp_uri(Bytes secret, std::string_view member_name);

}  // namespace hotline::console
