#pragma once

#include "config/ids.hpp"
#include "crypto/secret.hpp"

#include <cstdint>
#include <span>

namespace hotline::crypto {

using PublicSigningKey = ByteArray<32>;
using Signature = ByteArray<64>;

/// An Ed25519 key (RFC 8032). Signing never fails and may be done from any thread.
class SigningKey {
 public:
  static SigningKey from_seed(const Secret<32>& seed) noexcept;

  const PublicSigningKey& public_key() const noexcept { return public_key_; }
  Signature sign(Bytes message) const noexcept;

 private:
  SigningKey() noexcept = default;
  Secret<64> secret_key_;   ///< seed ‖ public key, as libsodium wants it
  PublicSigningKey public_key_{};
};

using SignatureView = std::span<const Byte, 64>;

/// Errc::authentication_failed when it does not hold; never does it for a key of small order, or for a signature whose numbers are
/// not in their one right form.
[[nodiscard]] Result<void> verify(const PublicSigningKey& key, Bytes message, SignatureView signature) noexcept;

/// What a desk says of an epoch. The signed bytes are
///   "hotline/v1/epoch" ‖ desk id (16) ‖ epoch id (16) ‖ not_before (8) ‖ not_after (8) ‖ recipient (1,216)
/// with the times as unsigned numbers of 8 bytes, highest first, in seconds since 1970.
struct EpochStatement {
  DeskId desk;
  EpochId epoch;
  std::int64_t not_before = 0;
  std::int64_t not_after = 0;
  Bytes recipient;          ///< X-Wing public key
};

/// Errc::malformed unless 0 ≤ not_before < not_after and the recipient is of 1,216 bytes.
Result<Signature> sign_epoch(const SigningKey& desk_key, const EpochStatement& statement);
/// The same, or Errc::authentication_failed. Says nothing about whether the epoch is valid now.
[[nodiscard]] Result<void> verify_epoch(const PublicSigningKey& desk_key, const EpochStatement& statement, SignatureView signature);

/// What an admin who compared fingerprint words says of a member's keys. The signed bytes are
///   "hotline/v1/member" ‖ desk id (16) ‖ member id (16) ‖ sign key (32) ‖ recipient (1,216)
/// Clients seal identities only to members who are vouched for, so that a server cannot slip in one of its own making.
struct MemberStatement {
  DeskId desk;
  MemberId member;
  PublicSigningKey sign_key{};
  Bytes recipient;          ///< X-Wing public key
};

/// Errc::malformed unless the recipient is of 1,216 bytes.
Result<Signature> sign_member(const SigningKey& desk_key, const MemberStatement& statement);
/// The same, or Errc::authentication_failed.
[[nodiscard]] Result<void> verify_member(const PublicSigningKey& desk_key, const MemberStatement& statement, SignatureView signature);

/// A case event by its author: over "hotline/v1/event" ‖ the text of the field `signed`, byte for byte (docs/formats.md).
Signature sign_event(const SigningKey& member_key, Bytes signed_text);
[[nodiscard]] Result<void> verify_event(const PublicSigningKey& member_key, Bytes signed_text, SignatureView signature);

}  // namespace hotline::crypto
