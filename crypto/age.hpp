#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/secret.hpp"

#include <cstdint>
#include <span>

/// Whole age files in memory (C2SP age.md). For large ones see crypto/age_stream.hpp. Any thread.
namespace hotline::crypto::age {

/// A binary age file. Errc::malformed without recipients, Errc::too_large with more than some 40.
Result<ByteVector> seal(std::span<const Recipient> recipients, Bytes plaintext);

/// Opens a binary or armored file. Errors as Opener: Errc::malformed, wrong_key, authentication_failed, too_large.
Result<SecretBuffer> open(std::span<const Identity> identities, Bytes file);

/// What can be known without an identity: a well-formed header with stanzas of type mlkem768x25519 only, and a payload
/// of a size that a payload can have. The MAC and the payload can be judged by the recipient alone.
/// `beginning` holds the header at least, `file_bytes` is the size of the whole file. Armor is not taken.
/// Errc::malformed, Errc::unsupported (other types of recipient), Errc::too_large (header).
Result<void> check_header(Bytes beginning, std::uint64_t file_bytes);
inline Result<void> check_header(Bytes file) { return check_header(file, file.size()); }

}  // namespace hotline::crypto::age
