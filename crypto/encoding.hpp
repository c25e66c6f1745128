#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <string>
#include <string_view>

namespace hotline::crypto {

enum class Base64 { standard, standard_unpadded, url_unpadded };

/// RFC 4648, in a time that does not depend on the bytes. Decoding is strict: no white space, canonical padding and trailing bits; Errc::malformed otherwise.
std::string to_base64(Bytes bytes, Base64 variant);
Result<ByteVector> from_base64(std::string_view text, Base64 variant);
Result<SecretBuffer> secret_from_base64(std::string_view text, Base64 variant);
SecretBuffer secret_to_base64(Bytes bytes, Base64 variant);

/// As to_base64, several times quicker, by a table whose use can be seen from outside: only for what anybody may know, sealed bytes too.
std::string public_to_base64(Bytes bytes, Base64 variant);

/// Hex, any even length, either case read, lower case written.
std::string to_hex(Bytes bytes);
Result<ByteVector> from_hex(std::string_view text);

}  // namespace hotline::crypto
