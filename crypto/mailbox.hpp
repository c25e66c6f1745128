#pragma once

#include "config/ids.hpp"
#include "crypto/return_code.hpp"
#include "crypto/secret.hpp"

#include <cstdint>

namespace hotline::crypto {

/// What a return code opens at one desk. docs/formats.md section 4:
///   root = Argon2id(the 16 symbols, salt = first 16 bytes of BLAKE2b-256("hotline/v1/return-code" ‖ desk id), 2 passes, 19 MiB)
///   key  = HKDF-SHA256(root, info "hotline/v1/mailbox/tags")
///   seed = HKDF-SHA256(root, info "hotline/v1/mailbox/identity")
struct MailboxKeys {
  Secret<32> key;    ///< travels inside the sealed report; makes the tags
  Secret<32> seed;   ///< of the age identity that answers are sealed to; stays with the reporter
};

inline constexpr unsigned mailbox_argon2_passes = 2;
inline constexpr std::size_t mailbox_argon2_bytes = std::size_t{19} * 1024 * 1024;

/// Blocks for some 20 ms and takes 19 MiB meanwhile: only in the Argon2 pool. Errc::out_of_memory.
Result<MailboxKeys> derive_mailbox(const ReturnCode& code, const DeskId& desk);

/// Where answer `index` (0, 1, 2 …) is stored: first 16 bytes of keyed BLAKE2b-256(key, "hotline/v1/mailbox/tag" ‖ index),
/// the index as 4 bytes, highest first. `mailbox_key` is 32 bytes.
ByteArray<16> mailbox_tag(Bytes mailbox_key, std::uint32_t index) noexcept;

}  // namespace hotline::crypto
