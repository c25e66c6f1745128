#include "config/utf8.hpp"

#include <cstdint>

namespace hotline {

namespace {

// Unicode 15, table 3-7: how many continuation bytes follow a lead byte, and the range of the first of them.
struct Lead {
  std::size_t continuation_bytes;
  std::uint8_t first_low;
  std::uint8_t first_high;
};

Lead lead_of(std::uint8_t byte) noexcept {
  if (byte < 0xC2) return {0, 0, 0};
  if (byte < 0xE0) return {1, 0x80, 0xBF};
  if (byte == 0xE0) return {2, 0xA0, 0xBF};
  if (byte == 0xED) return {2, 0x80, 0x9F};
  if (byte < 0xF0) return {2, 0x80, 0xBF};
  if (byte == 0xF0) return {3, 0x90, 0xBF};
  if (byte < 0xF4) return {3, 0x80, 0xBF};
  if (byte == 0xF4) return {3, 0x80, 0x8F};
  return {0, 0, 0};
}

}  // namespace

Utf8Step utf8_step(std::string_view text) noexcept {
  const auto byte_at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  if (byte_at(0) < 0x80) return {1, true};
  const Lead lead = lead_of(byte_at(0));
  if (lead.continuation_bytes == 0) return {1, false};
  for (std::size_t i = 1; i <= lead.continuation_bytes; ++i) {
    const std::uint8_t low = i == 1 ? lead.first_low : 0x80;
    const std::uint8_t high = i == 1 ? lead.first_high : 0xBF;
    if (i >= text.size() || byte_at(i) < low || byte_at(i) > high) return {i, false};
  }
  return {lead.continuation_bytes + 1, true};
}

bool is_utf8(std::string_view text) noexcept {
  while (!text.empty()) {
    const Utf8Step step = utf8_step(text);
    if (!step.valid) return false;
    text.remove_prefix(step.bytes);
  }
  return true;
}

}  // namespace hotline
