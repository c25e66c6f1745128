#pragma once

#include "crypto/age_header.hpp"
#include "crypto/age_keys.hpp"

#include <span>

/// The recipient stanza mlkem768x25519 (C2SP age.md): "-> mlkem768x25519 <enc, 1,120 bytes in base64>" and a body of
/// 32 bytes, the file key sealed by HPKE with the info "age-encryption.org/mlkem768x25519" and no aad.
namespace hotline::crypto::age {

Result<Stanza> wrap_file_key(const Recipient& recipient, const FileKey& file_key);

/// Tries every identity on every stanza of our type; others are passed over.
/// Errc::malformed when a stanza of our type does not have its shape; Errc::wrong_key when none opens.
Result<FileKey> unwrap_file_key(std::span<const Stanza> stanzas, std::span<const Identity> identities);

/// Whether these are one stanza or more, all of our type and shape. Errc::malformed, or Errc::unsupported for other types.
Result<void> check_stanzas(std::span<const Stanza> stanzas);

}  // namespace hotline::crypto::age
