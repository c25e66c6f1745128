#pragma once

#include "config/ids.hpp"
#include "crypto/secret.hpp"

#include <string_view>

namespace hotline::crypto {

/// A member's keys, made and used by their own client only. docs/formats.md section 5.

/// root = Argon2id(passphrase, the member's salt, 3 passes, 64 MiB);
/// auth = HKDF-SHA256(root, info "hotline/v1/member/auth"); wrap = HKDF-SHA256(root, info "hotline/v1/member/wrap").
struct PassphraseKeys {
  Secret<32> auth;   ///< shown to the server at sign-in
  Secret<32> wrap;   ///< never leaves the client
};

inline constexpr unsigned member_argon2_passes = 3;
inline constexpr std::size_t member_argon2_bytes = std::size_t{64} * 1024 * 1024;

/// The passphrase is taken byte for byte (UTF-8 as typed, no white space trimmed). Blocks for about 0.1 s; Errc::out_of_memory.
Result<PassphraseKeys> derive_passphrase_keys(Bytes passphrase, const ByteArray<16>& salt);

/// What the server keeps of the auth key: its BLAKE2b-256.
ByteArray<32> auth_key_hash(const Secret<32>& auth) noexcept;

inline constexpr std::size_t wrapped_secret_bytes = 24 + 32 + 16;

/// nonce (24 random bytes) ‖ XChaCha20-Poly1305-IETF(wrap, nonce, member secret; ad = the member's id): 72 bytes.
ByteVector wrap_member_secret(const Secret<32>& wrap, const MemberId& member, const Secret<32>& secret);
/// Errc::malformed: not 72 bytes. Errc::wrong_key: another passphrase, another member, or changed.
Result<Secret<32>> unwrap_member_secret(const Secret<32>& wrap, const MemberId& member, Bytes wrapped);

/// Seed of the member's age identity: HKDF-SHA256(member secret, info "hotline/v1/member/age").
Secret<32> member_identity_seed(const Secret<32>& secret) noexcept;
/// Seed of the member's Ed25519 key: HKDF-SHA256(member secret, info "hotline/v1/member/sign").
Secret<32> member_signing_seed(const Secret<32>& secret) noexcept;

/// A member's way back, on paper: 150 random bits in two rows of 15 symbols and a check symbol (crypto/typed_code.hpp), the check
/// of row 0 starting at 0, of row 1 at 1, so that swapped rows are found. Written as eight groups of four.
/// Its bytes, where it is hashed, are the 32 symbols in upper case without separators.
class RecoveryCode {
 public:
  static constexpr std::size_t symbols = 32;

  static RecoveryCode generate() noexcept;
  /// Errc::malformed: not 32 symbols. Errc::authentication_failed: a symbol was misread, or neighbours or rows swapped.
  static Result<RecoveryCode> parse(std::string_view typed) noexcept;

  std::span<const Byte, symbols> reveal() const noexcept { return text_.reveal(); }
  /// "XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX", 39 bytes.
  SecretBuffer to_text() const;
  /// Wraps the member secret a second time: HKDF-SHA256(the symbols, info "hotline/v1/member/recovery").
  /// 150 random bits need no slow hash.
  Secret<32> wrap_key() const noexcept;
  /// Proves the code to the server, which keeps auth_key_hash() of it: HKDF-SHA256(the symbols, info "hotline/v1/member/recovery-auth").
  Secret<32> auth_key() const noexcept;

 private:
  explicit RecoveryCode(Secret<symbols> text) noexcept : text_(std::move(text)) {}
  Secret<symbols> text_;
};

}  // namespace hotline::crypto
