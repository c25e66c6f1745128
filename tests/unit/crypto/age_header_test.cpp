#include "crypto/age_header.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hotline::crypto::age {
namespace {

const std::string mac_line = "--- " + std::string(43, 'A') + "\n";
const std::string version = "age-encryption.org/v1\n";

Errc error_of(const std::string& text) { return Errc(parse_header(as_bytes(text)).error().value()); }

TEST(AgeHeader, ReadsStanzasAndStopsAtItsEnd) {
  const std::string text = version + "-> one a bc\nAAAA\n-> two\n" + std::string(64, 'A') + "\n\n" + mac_line;
  const auto header = parse_header(as_bytes(text + "payload\n--- not ours"));
  ASSERT_TRUE(header);
  ASSERT_EQ(header->stanzas.size(), 2U);
  EXPECT_EQ(header->stanzas[0].arguments, (std::vector<std::string>{"one", "a", "bc"}));
  EXPECT_EQ(header->stanzas[0].body, ByteVector(3));
  EXPECT_EQ(header->stanzas[1].body, ByteVector(48));
  EXPECT_EQ(header->size_bytes, text.size());
  EXPECT_EQ(header->authenticated_bytes, text.size() - 45);
}

TEST(AgeHeader, RefusesWhatTheGrammarDoesNotHave) {
  ASSERT_TRUE(parse_header(as_bytes(version + "-> a\n\n" + mac_line)));
  for (const std::string& text :
       {std::string(), version, version + mac_line, "age-encryption.org/v2\n-> a\n\n" + mac_line,
        version + "->a\n\n" + mac_line, version + "-> \n\n" + mac_line, version + "-> a  b\n\n" + mac_line,
        version + "-> a \n\n" + mac_line, version + "-> a\x7f\n\n" + mac_line, version + "-> a\n" + mac_line,
        version + "-> a\nA\n" + mac_line, version + "-> a\nAB\n" + mac_line, version + "-> a\nAA==\n" + mac_line,
        version + "-> a\n" + std::string(65, 'A') + "\n\n" + mac_line, version + "-> a\r\n\r\n" + mac_line,
        version + "-> a\n\n---" + std::string(43, 'A') + "\n", version + "-> a\n\n--- " + std::string(42, 'A') + "\n",
        version + "-> a\n\n--- " + std::string(42, 'A') + "B\n", version + "-> a\n\n--- " + std::string(43, 'A'),
        version + "-> a\n\n\n" + mac_line, "\n" + version + "-> a\n\n" + mac_line}) {
    EXPECT_EQ(error_of(text), Errc::malformed) << text;
  }
}

TEST(AgeHeader, HasALargestSize) {
  std::string text = version;
  while (text.size() < 70'000) text += "-> grease\n\n";
  EXPECT_EQ(error_of(text + mac_line), Errc::too_large);
}

TEST(AgeHeader, FindsItsEndHoweverItArrives) {
  const std::string text = version + "-> one a bc\nAAAA\n" + mac_line;
  const std::string file = text + "payload";
  for (std::size_t size = 0; size <= file.size(); ++size) {
    for (std::size_t searched = 0; searched <= size && searched < text.size(); ++searched) {
      const auto end = find_header_end(as_bytes(file).first(size), searched);
      EXPECT_EQ(end.has_value(), size >= text.size());
      if (end) EXPECT_EQ(*end, text.size());
    }
  }
}

TEST(AgeHeader, IsKnownByItsBeginning) {
  EXPECT_TRUE(may_be_header({}));
  EXPECT_TRUE(may_be_header(as_bytes("age-enc")));
  EXPECT_TRUE(may_be_header(as_bytes(version + "anything")));
  EXPECT_FALSE(may_be_header(as_bytes("age-encryption.org/v2")));
  EXPECT_FALSE(may_be_header(as_bytes("PK")));
}

}  // namespace
}  // namespace hotline::crypto::age
