#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <span>

/// HPKE (RFC 9180), base mode, one message per encapsulation, with the one suite that Hotline uses:
/// KEM X-Wing = MLKEM768-X25519 (0x647a, draft-ietf-hpke-pq), HKDF-SHA256 (0x0001), ChaCha20-Poly1305 (0x0003).
/// Any thread.
namespace hotline::crypto::hpke {

inline constexpr std::size_t public_key_bytes = 1216;
inline constexpr std::size_t seed_bytes = 32;           ///< the private key
inline constexpr std::size_t encapsulated_bytes = 1120;
inline constexpr std::size_t tag_bytes = 16;

using PublicKey = std::span<const Byte, public_key_bytes>;
using Seed = std::span<const Byte, seed_bytes>;
using Encapsulated = std::span<const Byte, encapsulated_bytes>;

struct Sealed {
  ByteArray<encapsulated_bytes> encapsulated;
  ByteVector ciphertext;  ///< tag_bytes longer than the plaintext
};

/// Errc::malformed when the public key is not one that can be used (see is_public_key).
Result<Sealed> seal(PublicKey recipient, Bytes info, Bytes aad, Bytes plaintext);

/// Errc::malformed when the encapsulated key is of no use (its X25519 part has low order);
/// Errc::authentication_failed when another key, info or aad was used, or something was changed.
Result<SecretBuffer> open(Encapsulated encapsulated, Seed seed, Bytes info, Bytes aad, Bytes ciphertext);

/// The public key of a private one.
ByteArray<public_key_bytes> public_key(Seed seed) noexcept;
/// Whether an encapsulation to this key works: coefficients of ML-KEM in range, X25519 part not of low order.
bool is_public_key(PublicKey key) noexcept;

}  // namespace hotline::crypto::hpke
