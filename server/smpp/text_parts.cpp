#include "server/smpp/text_parts.hpp"

#include "server/http/utf8.hpp"
#include "server/sms/charset.hpp"

#include <array>
#include <string_view>
#include <unordered_map>

namespace hotline::smpp {

namespace {

using crypto::SecretBuffer;

constexpr Byte escape = 0x1b;
constexpr std::uint8_t coding_utf16be = 8;

// In units of the coding: septets, or two bytes.
struct Room {
  std::size_t alone;
  std::size_t in_part;
};
constexpr Room gsm7_room{160, 153};
constexpr Room utf16_room{70, 67};

/// Takes the first character off; the text is UTF-8.
char32_t take_character(std::string_view& text) {
  const auto byte = [&](std::size_t at) { return static_cast<char32_t>(static_cast<Byte>(text[at])); };
  const char32_t first = byte(0);
  const std::size_t size = first < 0x80 ? 1U : first < 0xe0 ? 2U : first < 0xf0 ? 3U : 4U;
  char32_t c = size == 1 ? first : first & (0x7fU >> size);
  for (std::size_t i = 1; i < size; ++i) c = c << 6 | (byte(i) & 0x3f);
  text.remove_prefix(size);
  return c;
}

/// One character in a coding: a septet or two, one or two units of two bytes. No memory of its own.
struct Coded {
  std::array<Byte, 4> bytes{};
  std::size_t size = 0;
  std::size_t units = 0;           ///< of Room
};

/// The way back through the table that server/sms reads with. Second: behind an escape.
using Septets = std::unordered_map<char32_t, std::pair<Byte, bool>>;

const Septets& septets() {
  static const Septets table = [] {
    Septets made;
    const auto add = [&made](Bytes bytes, bool escaped) {
      const sms::Decoded decoded = sms::decode(sms::Charset::gsm7, bytes);
      std::string_view text = decoded.text.reveal_text();
      if (!decoded.repaired) made.emplace(take_character(text), std::pair(bytes.back(), escaped));   // what is there already is shorter
    };
    for (int septet = 0; septet < 128; ++septet) add(std::array{static_cast<Byte>(septet)}, false);
    for (int septet = 0; septet < 128; ++septet) add(std::array{escape, static_cast<Byte>(septet)}, true);
    return made;
  }();
  return table;
}

/// Size 0: not in the alphabet of the air, or not in the operator's.
Coded to_default(char32_t c, DefaultAlphabet alphabet) {
  const auto found = septets().find(c);
  if (found == septets().end()) return {};
  const auto [septet, escaped] = found->second;
  const std::size_t units = escaped ? 2 : 1;
  if (alphabet == DefaultAlphabet::gsm7) {
    if (escaped) return {{escape, septet}, 2, units};
    return {{septet}, 1, units};
  }
  if (c > (alphabet == DefaultAlphabet::ascii ? 0x7fU : 0xffU)) return {};
  return {{static_cast<Byte>(c)}, 1, units};
}

Coded to_utf16be(char32_t c) {
  const auto high = [](char32_t unit) { return static_cast<Byte>(unit >> 8); };
  const auto low = [](char32_t unit) { return static_cast<Byte>(unit & 0xff); };
  if (c < 0x10000) return {{high(c), low(c)}, 2, 1};
  const char32_t first = 0xd800 + ((c - 0x10000) >> 10);
  const char32_t second = 0xdc00 + ((c - 0x10000) & 0x3ff);
  return {{high(first), low(first), high(second), low(second)}, 4, 2};
}

bool fits_default(std::string_view text, DefaultAlphabet alphabet) {
  while (!text.empty()) {
    if (to_default(take_character(text), alphabet).size == 0) return false;
  }
  return true;
}

/// Cuts where a part is full; false for more parts than may be.
template <class Coder>
bool cut(std::string_view text, std::size_t part_units, Coder code, std::vector<SecretBuffer>& parts) {
  parts.clear();
  parts.emplace_back();
  std::size_t units = 0;
  while (!text.empty()) {
    const Coded coded = code(take_character(text));
    if (units + coded.units > part_units) {
      if (parts.size() == parts_max) return false;
      parts.emplace_back();
      units = 0;
    }
    units += coded.units;
    parts.back().append(Bytes(coded.bytes).first(coded.size));
  }
  return true;
}

}  // namespace

Result<TextParts> split_text(std::string_view text, DefaultAlphabet alphabet, std::uint8_t reference) {
  SecretBuffer repaired;
  if (!http::valid_utf8(as_bytes(text))) {
    repaired = http::clean_text(as_bytes(text));
    text = repaired.reveal_text();
  }
  TextParts out;
  const bool by_default = fits_default(text, alphabet);
  if (!by_default) out.data_coding = coding_utf16be;
  const Room room = by_default ? gsm7_room : utf16_room;
  const auto code = [&](char32_t c) { return by_default ? to_default(c, alphabet) : to_utf16be(c); };
  if (cut(text, room.alone, code, out.parts) && out.parts.size() == 1) return out;
  if (!cut(text, room.in_part, code, out.parts)) return Errc::too_large;
  out.headers = true;
  const auto count = static_cast<Byte>(out.parts.size());
  for (std::size_t i = 0; i < out.parts.size(); ++i) {
    SecretBuffer part(Bytes(std::array<Byte, 6>{5, 0, 3, reference, count, static_cast<Byte>(i + 1)}));
    part.append(out.parts[i].reveal());
    out.parts[i] = std::move(part);
  }
  return out;
}

}  // namespace hotline::smpp
