#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/hpke.hpp"
#include "crypto/secret.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>

/// age v1 (C2SP age.md) with recipients of type mlkem768x25519 only.
namespace hotline::crypto::age {

/// Whom something is sealed to: an X-Wing public key of 1,216 bytes. Public; checked when it is made, so sealing to it works.
class Recipient {
 public:
  /// "age1pq1…", 1,959 lower-case characters. Errc::malformed; Errc::unsupported for a valid text of another kind of recipient.
  static Result<Recipient> parse(std::string_view text);
  /// Errc::malformed when it is not 1,216 bytes of a usable key. Costs one encapsulation.
  static Result<Recipient> from_bytes(Bytes bytes);

  std::string to_text() const;
  Bytes bytes() const noexcept { return key_; }
  hpke::PublicKey key() const noexcept { return key_; }

 private:
  friend class Identity;
  explicit Recipient(const ByteArray<hpke::public_key_bytes>& key) noexcept : key_(key) {}
  ByteArray<hpke::public_key_bytes> key_;
};

/// What opens things sealed to its recipient: a seed of 32 bytes, the X-Wing private key.
class Identity {
 public:
  static Identity generate();
  static Identity from_seed(Secret<hpke::seed_bytes> seed) noexcept { return Identity(std::move(seed)); }
  /// "AGE-SECRET-KEY-PQ-1…", 76 upper-case characters. Errc::malformed; Errc::unsupported for another kind of identity.
  static Result<Identity> parse(std::string_view text);

  SecretBuffer to_text() const;
  /// Computes the public key.
  Recipient recipient() const noexcept { return Recipient(hpke::public_key(seed_.reveal())); }
  std::span<const Byte, hpke::seed_bytes> reveal_seed() const noexcept { return seed_.reveal(); }
  Identity duplicate() const noexcept { return Identity(seed_.duplicate()); }

 private:
  explicit Identity(Secret<hpke::seed_bytes> seed) noexcept : seed_(std::move(seed)) {}
  Secret<hpke::seed_bytes> seed_;
};

}  // namespace hotline::crypto::age
