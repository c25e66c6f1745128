#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"
#include "server/sms/descriptor.hpp"

/// Texts as mobile networks and their gateways write them, made UTF-8. No I/O; any thread.
namespace hotline::sms {

/// What was read, in wiped memory.
struct Decoded {
  crypto::SecretBuffer text;    ///< UTF-8; U+FFFD where a character could not be told
  bool repaired = false;        ///< whether that happened
};

/// utf8: passed on, and repaired by whoever stores it. utf16be (RFC 2781, what SMS calls UCS-2): a surrogate without its other half, or
/// half a unit at the end, is U+FFFD. latin1: ISO 8859-1. windows1252: as the WHATWG Encoding Standard has it. gsm7: the default
/// alphabet of 3GPP TS 23.038, section 6.2.1, with its extension table, one septet in each byte.
Decoded decode(Charset charset, Bytes bytes);

/// "%41" → "A"; all else stays as it is. Errc::malformed for a broken escape.
Result<crypto::SecretBuffer> unpack_percent(Bytes bytes);
/// One wrapping taken off: Errc::malformed when it is not what it should be.
Result<crypto::SecretBuffer> unpack(Unpack how, Bytes bytes);

}  // namespace hotline::sms
