#include "crypto/armor.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>

namespace age = hotline::crypto::age;
using hotline::Bytes;
using hotline::ByteVector;

/// Armor: the same however it is cut, and with one form for each content.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::size_t piece_bytes = data[0] + std::size_t{1};
  const Bytes text(data + 1, size - 1);

  const auto whole = age::from_armor(hotline::as_text(text));
  age::ArmorReader reader;
  ByteVector pieces;
  bool sound = true;
  for (std::size_t at = 0; at < text.size() && sound; at += piece_bytes)
    sound = reader.update(text.subspan(at, std::min(piece_bytes, text.size() - at)), pieces).has_value();
  sound = sound && reader.finish().has_value();
  FUZZ_CHECK(sound == whole.has_value());
  if (!whole) return 0;
  FUZZ_CHECK(pieces == *whole);

  // But for line ends and white space around it, the text is the one that we would write.
  std::string plain(hotline::as_text(text));
  std::erase(plain, '\r');
  const auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\n'; };
  plain.erase(plain.begin(), std::find_if_not(plain.begin(), plain.end(), is_space));
  while (!plain.empty() && is_space(plain.back())) plain.pop_back();
  FUZZ_CHECK(plain + "\n" == age::to_armor(*whole));
  return 0;
}
