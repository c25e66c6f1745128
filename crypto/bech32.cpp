#include "crypto/bech32.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace hotline::crypto {
namespace {

/// One cache line, so that a look-up by a secret index touches the same memory whatever the secret is.
alignas(64) constexpr std::array<char, 33> symbols{"qpzry9x8gf2tvdw0s3jn54khce6mua7l"};
constexpr std::size_t checksum_symbols = 6;

class Checksum {
 public:
  void add(Byte symbol) noexcept {
    constexpr std::array<std::uint32_t, 5> generator{0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3};
    const std::uint32_t top = value_ >> 25;
    value_ = ((value_ & 0x1ffffff) << 5) ^ symbol;
    for (std::size_t i = 0; i < generator.size(); ++i) value_ ^= (0U - ((top >> i) & 1U)) & generator[i];
  }
  void add_prefix(std::string_view prefix) noexcept {
    for (const char c : prefix) add(static_cast<Byte>(lower(c) >> 5));
    add(0);
    for (const char c : prefix) add(static_cast<Byte>(lower(c) & 31));
  }
  std::uint32_t value() const noexcept { return value_; }

  static unsigned char lower(char c) noexcept {
    return static_cast<unsigned char>(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
  }

 private:
  std::uint32_t value_ = 1;
};

bool is_upper(char c) noexcept { return c >= 'A' && c <= 'Z'; }
bool is_lower(char c) noexcept { return c >= 'a' && c <= 'z'; }

/// 32 for what is no symbol; looks at all of them, as the character may be secret.
unsigned symbol_value(unsigned char c) noexcept {
  unsigned value = 32;
  for (unsigned i = 0; i < 32; ++i) value = static_cast<unsigned char>(symbols[i]) == c ? i : value;
  return value;
}

}  // namespace

SecretBuffer secret_to_bech32(std::string_view prefix, Bytes data) {
  const bool upper = std::any_of(prefix.begin(), prefix.end(), is_upper);
  SecretBuffer text;
  text.reserve(prefix.size() + 1 + (data.size() * 8 + 4) / 5 + checksum_symbols);
  text.append(prefix);
  text.push_back('1');

  Checksum checksum;
  checksum.add_prefix(prefix);
  const auto put = [&](Byte symbol) {
    const auto c = static_cast<Byte>(symbols[symbol]);
    text.push_back(upper && c >= 'a' ? static_cast<Byte>(c - 'a' + 'A') : c);
  };
  const auto put_data = [&](Byte symbol) {
    checksum.add(symbol);
    put(symbol);
  };
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const Byte byte : data) {
    bits = ((bits << 8) | byte) & 0xfff;
    count += 8;
    while (count >= 5) {
      count -= 5;
      put_data((bits >> count) & 31);
    }
  }
  if (count > 0) put_data((bits << (5 - count)) & 31);

  for (std::size_t i = 0; i < checksum_symbols; ++i) checksum.add(0);
  const std::uint32_t value = checksum.value() ^ 1;
  for (std::size_t i = 0; i < checksum_symbols; ++i) put((value >> (5 * (checksum_symbols - 1 - i))) & 31);
  return text;
}

std::string to_bech32(std::string_view prefix, Bytes data) {
  return std::string(secret_to_bech32(prefix, data).reveal_text());
}

Result<Bech32> from_bech32(std::string_view text) {
  if (std::any_of(text.begin(), text.end(), is_upper) && std::any_of(text.begin(), text.end(), is_lower))
    return Errc::malformed;
  const std::size_t separator = text.rfind('1');
  if (separator == std::string_view::npos || separator == 0 || text.size() - separator - 1 < checksum_symbols)
    return Errc::malformed;
  const std::string_view prefix = text.substr(0, separator);
  if (std::any_of(prefix.begin(), prefix.end(), [](char c) { return c < '!' || c > '~'; })) return Errc::malformed;

  Checksum checksum;
  checksum.add_prefix(prefix);
  const std::string_view symbols_text = text.substr(separator + 1);
  const std::size_t data_symbols = symbols_text.size() - checksum_symbols;
  SecretBuffer data;
  data.reserve(data_symbols * 5 / 8);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (std::size_t i = 0; i < symbols_text.size(); ++i) {
    const unsigned symbol = symbol_value(Checksum::lower(symbols_text[i]));
    if (symbol == 32) return Errc::malformed;
    checksum.add(static_cast<Byte>(symbol));
    if (i >= data_symbols) continue;
    bits = ((bits << 5) | symbol) & 0xfff;
    count += 5;
    if (count >= 8) {
      count -= 8;
      data.push_back(static_cast<Byte>(bits >> count));
    }
  }
  if (checksum.value() != 1 || count > 4 || (bits & ((1U << count) - 1)) != 0) return Errc::malformed;
  return Bech32{std::string(prefix), std::move(data)};
}

}  // namespace hotline::crypto
