#pragma once

#include "config/bytes.hpp"

#include <array>
#include <string>
#include <string_view>

namespace hotline::crypto {

/// What people compare, read aloud or print on a poster, to know that a public key is the right one.
/// It is made of BLAKE2b-256("hotline/v1/fingerprint" ‖ key): its first 8 bytes choose 8 of the 256 words of
/// crypto/fingerprint_words.inc, its first 16 are the hex form.

/// "word-word-word-word-word-word-word-word"; 64 bits.
std::string fingerprint_words(Bytes public_key);
/// "0123 4567 89ab cdef 0123 4567 89ab cdef"; 128 bits.
std::string fingerprint_hex(Bytes public_key);

/// The words by number.
const std::array<std::string_view, 256>& fingerprint_word_list() noexcept;

}  // namespace hotline::crypto
