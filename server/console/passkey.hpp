#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "server/console/access.hpp"

#include <cstdint>

namespace hotline::console {

/// Passkeys (W3C Web Authentication Level 2, section 7), verified by libfido2: ES256, EdDSA and RS256; origin, RP ID, challenge, and
/// that a person was there and was verified. Attestation is not asked for and not looked at: any authenticator will do.
struct NewPasskey {
  ByteVector credential;            ///< 1 to 1,023 bytes
  ByteVector public_key;            ///< as libfido2 takes it for the algorithm
  std::int32_t algorithm = 0;       ///< COSE (RFC 9053): -7, -8 or -257
  std::int64_t counter = 0;
};

/// What a browser made for `challenge`. Errc::malformed, Errc::authentication_failed (for another site, challenge or person's act) or
/// Errc::unsupported (algorithm).
Result<NewPasskey> read_new_passkey(const Access& access, const ByteArray<32>& challenge, Bytes attestation_object, Bytes client_data);

struct PasskeyAssertion {
  Bytes authenticator_data;
  Bytes client_data;
  Bytes signature;
};
/// The signature counter of an assertion that holds; Errc::authentication_failed for any other.
Result<std::int64_t> verify_assertion(const Access& access, const ByteArray<32>& challenge, std::int32_t algorithm, Bytes public_key,
                                      const PasskeyAssertion& assertion);

}  // namespace hotline::console
