#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <string>
#include <string_view>

namespace hotline::crypto {

/// Bech32 (BIP 173) without its limit of 90 characters, as age uses it for keys.
/// The prefix ("human-readable part") decides the case of the whole text: "age1pq" or "AGE-SECRET-KEY-PQ-".
std::string to_bech32(std::string_view prefix, Bytes data);
SecretBuffer secret_to_bech32(std::string_view prefix, Bytes data);

struct Bech32 {
  std::string prefix;  ///< in the case in which it stood
  SecretBuffer data;
};
/// Strict: one case, a valid checksum, zero padding bits. Errc::malformed otherwise.
Result<Bech32> from_bech32(std::string_view text);

}  // namespace hotline::crypto
