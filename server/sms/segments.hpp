#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace hotline::sms {

/// One character of UTF-8, and how many bytes it takes; U+FFFD and 1 for what is none.
struct CodePoint {
  std::uint32_t value = 0;
  std::size_t bytes = 1;
};
CodePoint code_point_at(std::string_view text, std::size_t at) noexcept;

/// Whether every character is in GSM 03.38's alphabet or its extension (3GPP TS 23.038), so that 160 fit into one text.
bool fits_gsm7(std::string_view text) noexcept;

/// How many texts of a phone this UTF-8 takes: 160 septets, or 153 in each of several; otherwise 70 UTF-16 units, or 67. Any thread.
std::size_t segments_of(std::string_view text) noexcept;

}  // namespace hotline::sms
