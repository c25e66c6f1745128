#include "crypto/typed_code.hpp"

#include <array>

namespace hotline::crypto {
namespace {

constexpr std::string_view symbols = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr Byte none = 255;

constexpr std::array<Byte, 256> values_of_symbols() {
  std::array<Byte, 256> table{};
  table.fill(none);
  for (std::size_t i = 0; i < symbols.size(); ++i) {
    const auto upper = static_cast<unsigned char>(symbols[i]);
    table[upper] = static_cast<Byte>(i);
    if (upper >= 'A') table[upper + ('a' - 'A')] = static_cast<Byte>(i);
  }
  table['O'] = table['o'] = 0;
  table['I'] = table['i'] = table['L'] = table['l'] = 1;
  return table;
}
constexpr std::array<Byte, 256> symbol_values = values_of_symbols();

/// Bytes of the separator that `text` starts with; 0 for none.
std::size_t separator_bytes(std::string_view text) noexcept {
  const char c = text.front();
  if (c == ' ' || c == '-' || c == '.' || c == '_' || c == '\n' || c == '\r' || c == '\t') return 1;
  if (text.starts_with("\xC2\xA0")) return 2;                        // no-break space
  if (text.size() < 3) return 0;
  const auto last = static_cast<unsigned char>(text[2]);
  if (text.starts_with("\xE2\x80")) {
    // U+2000–200B spaces, U+2010–2015 dashes, U+202F narrow no-break space
    return (last >= 0x80 && last <= 0x8B) || (last >= 0x90 && last <= 0x95) || last == 0xAF ? 3 : 0;
  }
  if (text.starts_with("\xE2\x88\x92") || text.starts_with("\xEF\xBB\xBF")) return 3;  // minus, byte order mark
  return 0;
}

}  // namespace

char code_symbol(unsigned value) noexcept { return symbols[value & 31U]; }

unsigned code_check(Bytes values, unsigned start) noexcept {
  constexpr unsigned polynomial = 0b100101;
  unsigned interim = start;
  for (const Byte value : values) {
    interim = (interim ^ value) << 1;
    interim ^= polynomial & (0U - (interim >> 5));
  }
  return interim;
}

Result<void> read_code(std::string_view typed, MutableBytes values) noexcept {
  if (typed.size() > 8 * values.size()) return Errc::malformed;
  std::size_t count = 0;
  while (!typed.empty()) {
    if (const std::size_t skipped = separator_bytes(typed)) {
      typed.remove_prefix(skipped);
      continue;
    }
    const Byte value = symbol_values[static_cast<unsigned char>(typed.front())];
    if (value == none || count == values.size()) return Errc::malformed;
    values[count++] = value;
    typed.remove_prefix(1);
  }
  if (count != values.size()) return Errc::malformed;
  return {};
}

}  // namespace hotline::crypto
