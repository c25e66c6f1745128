#pragma once

#include "config/bytes.hpp"

#include <cstdint>
#include <string_view>

namespace hotline::intake {

/// How every file begins that is sealed as ours are: an age header whose first recipient is mlkem768x25519. What does not begin so is
/// somebody's mistake, and must not get as far as storage: its words would stay in the pages there.
inline constexpr std::string_view age_opening = "age-encryption.org/v1\n-> mlkem768x25519 ";

/// Whether bytes that stand at `offset` of a file may belong to one that begins so: what of them lies in the opening equals it.
bool fits_age_opening(std::uint64_t offset, Bytes bytes) noexcept;

}  // namespace hotline::intake
