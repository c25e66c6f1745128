#include "crypto/armor.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hotline::crypto::age {
namespace {

const std::string begin = "-----BEGIN AGE ENCRYPTED FILE-----\n";
const std::string end = "-----END AGE ENCRYPTED FILE-----\n";

TEST(Armor, ComesBackAtEverySize) {
  for (std::size_t size = 0; size < 200; ++size) {
    ByteVector file(size);
    for (std::size_t i = 0; i < size; ++i) file[i] = static_cast<Byte>(i * 31 + size);
    const std::string text = to_armor(file);
    EXPECT_EQ(from_armor(text).value(), file);
    EXPECT_EQ(from_armor(" \t\r\n" + text + "\n\n").value(), file);
    // In pieces of every size.
    for (const std::size_t piece : {1U, 7U, 65U}) {
      ArmorReader reader;
      ByteVector out;
      for (std::size_t at = 0; at < text.size(); at += piece)
        ASSERT_TRUE(reader.update(as_bytes(std::string_view(text).substr(at, piece)), out));
      ASSERT_TRUE(reader.finish());
      EXPECT_EQ(out, file);
    }
  }
}

TEST(Armor, HasOneFormOnly) {
  const std::string full(64, 'A');
  EXPECT_TRUE(from_armor(begin + full + "\nAAAA\n" + end));
  EXPECT_TRUE(from_armor(begin + "AA==\n" + end));
  for (const std::string& body :
       {std::string("A\n"), std::string("AAA\n"), std::string("AB==\n"), std::string("AA==\nAAAA\n"), std::string("AAAA\nAAAA\n"),
        full + "AAAA\n", full + " \n", " " + full + "\n", std::string("\n"), full + "\n\n", std::string("Comment: x\n\nAAAA\n"),
        std::string("AAAA"), std::string(62, 'A') + "==\nAAAA\n", std::string("=AAA\n"), std::string("AA-_\n")}) {
    EXPECT_FALSE(from_armor(begin + body + end)) << body;
  }
  for (const std::string& text :
       {std::string(), begin, end, begin + "AAAA\n", "x" + begin + "AAAA\n" + end, begin + "AAAA\n" + end + "x",
        begin + "AAAA\n" + end + begin + "AAAA\n" + end, std::string(2000, ' ') + begin + "AAAA\n" + end,
        begin + "AAAA\n" + end + std::string(2000, '\n'), "-----BEGIN age ENCRYPTED FILE-----\nAAAA\n" + end}) {
    const auto decoded = from_armor(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error(), Errc::malformed);
  }
}

}  // namespace
}  // namespace hotline::crypto::age
