#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"

#include <string_view>

namespace hotline::crypto {

/// Codes that people copy by hand: Crockford base32 (0-9 and A-Z without I, L, O, U; https://www.crockford.com/base32.html),
/// the last symbol of each row being a check symbol.

/// The symbol of a value below 32.
char code_symbol(unsigned value) noexcept;

/// Damm's scheme over GF(2^5) with x^5 + x^2 + 1: interim = 2·(interim + value) for each symbol, and the check symbol is the
/// interim itself, so that a right row ends at 0. Finds any single wrong symbol and any swap of two neighbours, the check
/// symbol included. `start` is the first interim (0 unless rows must not be swapped).
unsigned code_check(Bytes values, unsigned start = 0) noexcept;

/// Reads exactly `values.size()` symbols as typed: any case, O as 0, I and L as 1; spaces, dashes, dots, underscores and
/// line breaks between them, also those that phones put in their place (no-break and other Unicode spaces and dashes).
/// Errc::malformed for another number of symbols, any other character, or more than 8 bytes a symbol.
Result<void> read_code(std::string_view typed, MutableBytes values) noexcept;

}  // namespace hotline::crypto
