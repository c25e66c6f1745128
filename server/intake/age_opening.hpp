#pragma once

#include "config/bytes.hpp"

#include <cstdint>
#include <string_view>

namespace hotline::intake {

/// How every file begins that is sealed as ours are: an age header with one recipient, of type mlkem768x25519. What does not begin so is
/// somebody's mistake, and must not get as far as storage: its words would stay in the pages there. With more recipients than the desk's
/// epoch, whoever opens it would have to try each, with each of their keys: some forty fit a header.
inline constexpr std::string_view age_opening = "age-encryption.org/v1\n-> mlkem768x25519 ";

/// The whole header of such a file: its length is always the same.
inline constexpr std::size_t age_opening_bytes = age_opening.size() + 1494 + 1 + 43 + 5 + 43 + 1;

/// Whether bytes that stand at `offset` of a file may belong to one that begins so: what of them lies in the header is as it is there.
bool fits_age_opening(std::uint64_t offset, Bytes bytes) noexcept;

}  // namespace hotline::intake
