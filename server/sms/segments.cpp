#include "server/sms/segments.hpp"

#include <array>
#include <algorithm>

namespace hotline::sms {

namespace {

/// What GSM 03.38 has besides the characters of ASCII that it shares.
constexpr std::array<std::uint32_t, 33> beyond_ascii{0xA3,  0xA5,  0xE8,  0xE9,  0xF9,  0xEC,  0xF2,  0xC7,  0xD8,  0xF8,  0xC5,
                                                     0xE5,  0x394, 0x3A6, 0x393, 0x39B, 0x3A9, 0x3A0, 0x3A8, 0x3A3, 0x398, 0x39E,
                                                     0xC6,  0xE6,  0xDF,  0xC9,  0xA4,  0xA1,  0xC4,  0xD6,  0xD1,  0xDC,  0xA7};
constexpr std::array<std::uint32_t, 6> more_beyond_ascii{0xBF, 0xE4, 0xF6, 0xF1, 0xFC, 0xE0};
constexpr std::string_view extended = "^{}\\[~]|";
constexpr std::uint32_t euro = 0x20AC;

/// Septets of a character in GSM-7; 0 when it has none.
std::size_t septets_of(std::uint32_t point) noexcept {
  if (point == euro || (point < 0x80 && extended.find(static_cast<char>(point)) != std::string_view::npos)) return 2;
  if (point == '\n' || point == '\r') return 1;
  if (point >= ' ' && point <= '~') return point == '`' ? 0 : 1;
  const bool there = std::find(beyond_ascii.begin(), beyond_ascii.end(), point) != beyond_ascii.end() ||
                     std::find(more_beyond_ascii.begin(), more_beyond_ascii.end(), point) != more_beyond_ascii.end();
  return there ? 1 : 0;
}

}  // namespace

CodePoint code_point_at(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) { return static_cast<std::uint32_t>(static_cast<unsigned char>(text[i])); };
  const std::uint32_t first = byte(at);
  if (first < 0x80) return {first, 1};
  const std::size_t bytes = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : first >= 0xC2 ? 2 : 0;
  if (bytes == 0 || first > 0xF4 || at + bytes > text.size()) return {0xFFFD, 1};
  std::uint32_t value = first & (0xFFU >> (bytes + 1));
  for (std::size_t i = 1; i < bytes; ++i) {
    if ((byte(at + i) & 0xC0U) != 0x80U) return {0xFFFD, 1};
    value = (value << 6U) | (byte(at + i) & 0x3FU);
  }
  return {value, bytes};
}

bool fits_gsm7(std::string_view text) noexcept {
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    if (septets_of(point.value) == 0) return false;
    at += point.bytes;
  }
  return true;
}

std::size_t segments_of(std::string_view text) noexcept {
  const bool gsm7 = fits_gsm7(text);
  const std::size_t alone = gsm7 ? 160 : 70;
  const std::size_t joined = gsm7 ? 153 : 67;
  std::size_t total = 0;
  std::size_t texts = 1;
  std::size_t here = 0;
  for (std::size_t at = 0; at < text.size();) {
    const CodePoint point = code_point_at(text, at);
    const std::size_t units = gsm7 ? septets_of(point.value) : (point.value >= 0x10000 ? 2 : 1);
    // What takes two is never cut.
    if (here + units > joined) {
      ++texts;
      here = 0;
    }
    here += units;
    total += units;
    at += point.bytes;
  }
  return total <= alone ? 1 : texts;
}

}  // namespace hotline::sms
