#include "server/sms/charset.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace {

using namespace hotline;
using namespace hotline::sms;
using namespace std::string_view_literals;

std::string read(Charset charset, std::string_view bytes, bool repaired = false) {
  const Decoded decoded = decode(charset, as_bytes(bytes));
  EXPECT_EQ(decoded.repaired, repaired);
  return std::string(decoded.text.reveal_text());
}

TEST(Charset, Gsm7HasItsOwnLettersAndAnExtensionTable) {
  EXPECT_EQ(read(Charset::gsm7, "Hola \x05\x7d\x7c\x7e \x60\x40"), "Hola éñöü ¿¡");
  EXPECT_EQ(read(Charset::gsm7, "\x00\x01\x02\x03"sv), "@£$¥");
  EXPECT_EQ(read(Charset::gsm7, "a\x11" "b\x0d\x0a"), "a_b\r\n");
  EXPECT_EQ(read(Charset::gsm7, "\x1b\x14\x1b\x28\x1b\x29\x1b\x2f\x1b\x3c\x1b\x3d\x1b\x3e\x1b\x40\x1b\x65"), "^{}\\[~]|€");
  EXPECT_EQ(read(Charset::gsm7, "\x10\x12\x13\x14\x15\x16\x17\x18\x19\x1a"), "ΔΦΓΛΩΠΨΣΘΞ");
  EXPECT_EQ(read(Charset::gsm7, "\x1b\x41"), "A") << "what the table lacks is the basic character";
  EXPECT_EQ(read(Charset::gsm7, "a\x1b", true), "a\uFFFD");
  EXPECT_EQ(read(Charset::gsm7, "\x1b\x1b", true), "\uFFFD");
  EXPECT_EQ(read(Charset::gsm7, "a\x80z", true), "a\uFFFDz");
}

TEST(Charset, Utf16WithLoneSurrogates) {
  EXPECT_EQ(read(Charset::utf16be, "\x00\x41\x00\xf1\x20\xac"sv), "Añ€");
  EXPECT_EQ(read(Charset::utf16be, "\xd8\x3d\xde\x4f"sv), "🙏");
  EXPECT_EQ(read(Charset::utf16be, "\xd8\x3d\x00\x41"sv, true), "\uFFFDA");
  EXPECT_EQ(read(Charset::utf16be, "\xde\x4f\x00\x41"sv, true), "\uFFFDA");
  EXPECT_EQ(read(Charset::utf16be, "\xd8\x3d\xd8\x3d\xde\x4f"sv, true), "\uFFFD🙏");
  EXPECT_EQ(read(Charset::utf16be, "\xd8\x3d"sv, true), "\uFFFD");
  EXPECT_EQ(read(Charset::utf16be, "\x00\x41\x00"sv, true), "A\uFFFD");
  EXPECT_EQ(read(Charset::utf16be, ""), "");
}

TEST(Charset, SingleBytes) {
  EXPECT_EQ(read(Charset::latin1, "\xbf" "D\xf3nde?"), "¿Dónde?");
  EXPECT_EQ(read(Charset::latin1, "\x80"), "\u0080");
  EXPECT_EQ(read(Charset::windows1252, "\x80\x93x\x94\x9f\xe9"), "€“x”Ÿé");
}

TEST(Charset, WrappingsComeOff) {
  const auto off = [](Unpack how, std::string_view text) {
    const auto unpacked = unpack(how, as_bytes(text));
    return unpacked ? std::string(unpacked->reveal_text()) : "refused";
  };
  EXPECT_EQ(off(Unpack::percent, "%00%41b%c3%B1+"), "\0Ab\xc3\xb1+"sv);
  EXPECT_EQ(off(Unpack::percent, "100%"), "refused");
  EXPECT_EQ(off(Unpack::percent, "%4"), "refused");
  EXPECT_EQ(off(Unpack::percent, "%4g"), "refused");
  EXPECT_EQ(off(Unpack::hex, "00c3B1"), "\0\xc3\xb1"sv);
  EXPECT_EQ(off(Unpack::hex, "0"), "refused");
  EXPECT_EQ(off(Unpack::base64, "SG9sYQ=="), "Hola");
  EXPECT_EQ(off(Unpack::base64, "SG9sYQ"), "refused");
}

}  // namespace
