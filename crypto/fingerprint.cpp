#include "crypto/fingerprint.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

namespace hotline::crypto {
namespace {

constexpr std::array<std::string_view, 256> words{
#include "crypto/fingerprint_words.inc"
};
static_assert(!words.back().empty());

ByteArray<32> digest(Bytes public_key) noexcept { return blake2b({as_bytes("hotline/v1/fingerprint"), public_key}); }

}  // namespace

const std::array<std::string_view, 256>& fingerprint_word_list() noexcept { return words; }

std::string fingerprint_words(Bytes public_key) {
  const ByteArray<32> hash = digest(public_key);
  std::string text;
  for (const Byte byte : Bytes(hash).first(8)) {
    if (!text.empty()) text += '-';
    text += words[byte];
  }
  return text;
}

std::string fingerprint_hex(Bytes public_key) {
  const ByteArray<32> hash = digest(public_key);
  std::string text;
  for (std::size_t i = 0; i < 16; i += 2) {
    if (!text.empty()) text += ' ';
    text += to_hex(Bytes(hash).subspan(i, 2));
  }
  return text;
}

}  // namespace hotline::crypto
