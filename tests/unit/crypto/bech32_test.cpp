#include "crypto/bech32.hpp"

#include "crypto/encoding.hpp"

#include <gtest/gtest.h>

#include <cctype>
#include <string>

namespace hotline::crypto {
namespace {

std::string upper(std::string text) {
  for (char& c : text) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return text;
}

// BIP 173, "Test vectors": valid.
TEST(Bech32, ReadsTheValidStringsOfTheSpecification) {
  for (const std::string text :
       {"A12UEL5L", "a12uel5l", "an83characterlonghumanreadablepartthatcontainsthenumber1andtheexcludedcharactersbio1tt5tgs",
        "?1ezyfcl"}) {
    EXPECT_TRUE(from_bech32(text)) << text;
  }
  const auto decoded = from_bech32("split1checkupstagehandshakeupstreamerranterredcaperred2y9e3w");
  ASSERT_TRUE(decoded);
  EXPECT_EQ(decoded->prefix, "split");
  EXPECT_EQ(to_hex(decoded->data.reveal()), "c5f38b70305f519bf66d85fb6cf03058f3dde463ecd7918f2dc743918f2d");
}

TEST(Bech32, RefusesTheInvalidStringsOfTheSpecification) {
  for (const std::string text : {"\x20" "1nwldj5", "\x7f" "1axkwrx", "pzry9x0s0muk", "1pzry9x0s0muk", "x1b4n0q5v", "li1dgmt3",
                                 "A1G7SGD8", "10a06t8", "1qzzfhee", "a12UEL5L", "", "1"}) {
    const auto decoded = from_bech32(text);
    ASSERT_FALSE(decoded) << text;
    EXPECT_EQ(decoded.error(), Errc::malformed);
  }
}

TEST(Bech32, WritesWhatItReadsInTheCaseOfThePrefix) {
  ByteVector data;
  for (int i = 0; i < 70; ++i) {
    const std::string lower = to_bech32("age1pq", data);
    EXPECT_EQ(from_bech32(lower)->data.reveal_text(), as_text(data));
    const SecretBuffer secret = secret_to_bech32("AGE1PQ", data);
    EXPECT_EQ(secret.reveal_text(), upper(lower));
    EXPECT_EQ(from_bech32(secret.reveal_text())->prefix, "AGE1PQ");
    data.push_back(static_cast<Byte>(i * 37 + 11));
  }
}

TEST(Bech32, RefusesAnyOneWrongCharacter) {
  const std::string good = to_bech32("age1pq", as_bytes("thirty-two bytes of a test seed!"));
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'q', 'p', '0', 'l', 'b', '1', ' '}) {
      std::string bad = good;
      if (bad[i] == c) continue;
      bad[i] = c;
      EXPECT_FALSE(from_bech32(bad)) << i << c;
    }
  }
}

TEST(Bech32, RefusesPaddingThatIsNotZero) {
  // The checksums are right; the spare bits are not zero, or there are more than four.
  EXPECT_TRUE(from_bech32("a1qqqd87cq"));
  for (const std::string text : {"a1qpamnt9j", "a1qzngxatd", "a1qqqd87cpp", "a1q3g6mn3"}) EXPECT_FALSE(from_bech32(text)) << text;
}

}  // namespace
}  // namespace hotline::crypto
