#pragma once

#include "config/error.hpp"
#include "crypto/secret.hpp"
#include "server/smpp/short_message.hpp"

#include <cstdint>
#include <vector>

namespace hotline::smpp {

/// A text made ready for phones: one part, or several that a phone joins.
struct TextParts {
  std::uint8_t data_coding = 0;              ///< 0: the operator's default alphabet; 8: UTF-16BE
  bool headers = false;                      ///< each part begins with a user data header
  std::vector<crypto::SecretBuffer> parts;   ///< each at most 140 bytes over the air, where GSM-7 is packed
};

/// Most parts that a text may have: what a header can count.
inline constexpr std::size_t parts_max = 255;

/// Cuts a text (UTF-8; what is not is U+FFFD). When the alphabet of 3GPP TS 23.038 has all its characters, which is what goes over the
/// air, and so has the operator's default: 160 septets, or 153 a part with the header; else UTF-16BE: 70 units or 67. No character is
/// cut: neither an escape nor a surrogate pair. `reference` is the same for all parts of a text. Errc::too_large: more than
/// `parts_max`. An empty text is one empty part. Any thread.
Result<TextParts> split_text(std::string_view text, DefaultAlphabet alphabet, std::uint8_t reference);

}  // namespace hotline::smpp
