#pragma once

#include <cstddef>
#include <string_view>

namespace hotline {

/// What stands at the start of some bytes that should be UTF-8 (RFC 3629).
struct Utf8Step {
  std::size_t bytes = 0;   ///< of the character, or of the faulty part that one U+FFFD replaces (Unicode 15, 3.9, maximal subpart)
  bool valid = false;      ///< false for overlong forms, surrogates, over U+10FFFF, stray or missing continuation bytes
};

/// `text` is not empty. Any thread.
Utf8Step utf8_step(std::string_view text) noexcept;

bool is_utf8(std::string_view text) noexcept;

}  // namespace hotline
