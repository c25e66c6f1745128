#include "server/smpp/text_parts.hpp"

#include "server/sms/charset.hpp"
#include "server/sms/segments.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace hotline;
using namespace hotline::smpp;

TextParts split(std::string_view text, DefaultAlphabet alphabet = DefaultAlphabet::gsm7) {
  auto parts = split_text(text, alphabet, 7);
  EXPECT_TRUE(parts);
  return std::move(*parts);
}

/// What a phone shows.
std::string joined(const TextParts& parts) {
  std::string out;
  for (std::size_t i = 0; i < parts.parts.size(); ++i) {
    Bytes bytes = parts.parts[i].reveal();
    if (parts.headers) {
      const std::array<Byte, 6> header{5, 0, 3, 7, static_cast<Byte>(parts.parts.size()), static_cast<Byte>(i + 1)};
      EXPECT_TRUE(std::equal(header.begin(), header.end(), bytes.begin()));
      bytes = bytes.subspan(6);
    }
    const sms::Decoded decoded = sms::decode(parts.data_coding == 8 ? sms::Charset::utf16be : sms::Charset::gsm7, bytes);
    EXPECT_FALSE(decoded.repaired);
    out += decoded.text.reveal_text();
  }
  return out;
}

std::string repeat(std::string_view text, std::size_t times) {
  std::string out;
  while (times-- > 0) out += text;
  return out;
}

void expect_parts(std::string_view text, std::uint8_t coding, std::size_t count) {
  const TextParts parts = split(text);
  EXPECT_EQ(parts.data_coding, coding);
  EXPECT_EQ(parts.parts.size(), count);
  EXPECT_EQ(parts.headers, count > 1);
  EXPECT_EQ(joined(parts), text);
  for (const auto& part : parts.parts) EXPECT_LE(part.size(), coding == 8 ? 140U : 160U);
}

TEST(SmppParts, SeptetsAsLongAsTheyDo) {
  expect_parts("", 0, 1);
  expect_parts("Está bien: ¿@£ñ?", 8, 1);       // á is not in the alphabet
  expect_parts("señora, ¿dónde? no: donde @£$éèàÑÜ", 8, 1);
  expect_parts("señora @£$éèàÑÜΔ^{}\\[~]|€\n", 0, 1);
  expect_parts(repeat("a", 160), 0, 1);
  expect_parts(repeat("a", 161), 0, 2);
  expect_parts(repeat("a", 306), 0, 2);
  expect_parts(repeat("a", 307), 0, 3);
}

TEST(SmppParts, EscapesCountTwiceAndAreNotCut) {
  expect_parts(repeat("€", 80), 0, 1);
  expect_parts(repeat("€", 81), 0, 2);
  const TextParts parts = split(repeat("€", 81));
  EXPECT_EQ(parts.parts[0].size(), 6U + 152U) << "76 of them: half a character would be the 153rd";
  expect_parts(repeat("a", 159) + "€", 0, 2);
}

TEST(SmppParts, SurrogatesAreNotCut) {
  expect_parts(repeat("á", 70), 8, 1);
  expect_parts(repeat("á", 71), 8, 2);
  expect_parts(repeat("á", 134), 8, 2);
  expect_parts(repeat("á", 135), 8, 3);
  expect_parts(repeat("🙏", 35), 8, 1);
  expect_parts(repeat("🙏", 36), 8, 2);
  EXPECT_EQ(split(repeat("🙏", 36)).parts[0].size(), 6U + 132U);
}

TEST(SmppParts, OtherDefaultAlphabets) {
  const auto first = [](std::string_view text, DefaultAlphabet alphabet) {
    const TextParts parts = split(text, alphabet);
    return std::to_string(parts.data_coding) + ":" + std::string(parts.parts[0].reveal_text());
  };
  EXPECT_EQ(first("a@{", DefaultAlphabet::ascii), "0:a@{");
  EXPECT_EQ(first("a@\xc3\xb1", DefaultAlphabet::latin1), "0:a@\xf1");
  EXPECT_EQ(split("señora", DefaultAlphabet::ascii).data_coding, 8);
  EXPECT_EQ(split("10 €", DefaultAlphabet::latin1).data_coding, 8);
  EXPECT_EQ(split("á", DefaultAlphabet::latin1).data_coding, 8) << "the air has none";
  EXPECT_EQ(split(repeat("{", 81), DefaultAlphabet::ascii).parts.size(), 2U) << "two septets each over the air";
}

/// What is said to a caseworker of how many texts an answer takes must be what leaves.
TEST(SmppParts, AreAsManyAsAreCountedBefore) {
  for (char32_t c = 1; c < 0x3000; ++c) {
    std::string one;
    if (c < 0x80) {
      one = {static_cast<char>(c)};
    } else if (c < 0x800) {
      one = {static_cast<char>(0xc0 | c >> 6), static_cast<char>(0x80 | (c & 0x3f))};
    } else {
      one = {static_cast<char>(0xe0 | c >> 12), static_cast<char>(0x80 | (c >> 6 & 0x3f)), static_cast<char>(0x80 | (c & 0x3f))};
    }
    const std::string some = repeat(one, 100);
    EXPECT_EQ(split(some).parts.size(), sms::segments_of(some)) << "U+" << std::hex << static_cast<std::uint32_t>(c);
  }
}

TEST(SmppParts, Bounds) {
  EXPECT_EQ(split(repeat("a", 255 * 153)).parts.size(), 255U);
  EXPECT_EQ(split_text(repeat("a", 255 * 153 + 1), DefaultAlphabet::gsm7, 0).error(), make_error_code(Errc::too_large));
  EXPECT_EQ(joined(split("a\xff" "b")), "a\uFFFD" "b");
}

}  // namespace
