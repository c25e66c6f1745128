#pragma once

#include "config/bytes.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace hotline::tests {

/// A compiled catalogue, as the gettext manual describes it ("The Format of GNU MO Files").
inline ByteVector catalogue_image(const std::vector<std::pair<std::string, std::string>>& texts, bool big_endian = false, std::uint32_t revision = 0) {
  ByteVector image;
  const auto put = [&](std::uint32_t value) {
    for (unsigned i = 0; i < 4; ++i) image.push_back(static_cast<Byte>(value >> (big_endian ? 24 - 8 * i : 8 * i)));
  };
  const auto count = static_cast<std::uint32_t>(texts.size());
  for (const std::uint32_t word : {0x950412deU, revision, count, 28U, 28U + 8 * count, 0U, 28U + 16 * count}) put(word);
  std::uint32_t at = 28 + 16 * count;
  std::string strings;
  for (const bool ids : {true, false}) {
    for (const auto& [id, text] : texts) {
      const std::string& value = ids ? id : text;
      put(static_cast<std::uint32_t>(value.size()));
      put(at);
      at += static_cast<std::uint32_t>(value.size()) + 1;
      strings += value + '\0';
    }
  }
  append(image, as_bytes(strings));
  return image;
}

inline const std::pair<std::string, std::string> catalogue_header{"", "Content-Type: text/plain; charset=UTF-8\n"};

}  // namespace hotline::tests
