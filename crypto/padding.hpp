#pragma once

#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <cstdint>

/// What sealed things hide of their length; docs/formats.md section 1.
namespace hotline::crypto {

/// Fills JSON with trailing spaces to 1, 2, 4 … 128 KiB, which leaves it valid. Errc::too_large above, and unchanged.
Result<void> pad_json(SecretBuffer& json);

/// The size to which a file is filled with zeros: Padmé (PURBs, PETS 2019, section 4), which adds 12 % at most and leaks
/// O(log log) bits of the size. Sizes up to 2^62.
std::uint64_t padme(std::uint64_t size_bytes) noexcept;

}  // namespace hotline::crypto
