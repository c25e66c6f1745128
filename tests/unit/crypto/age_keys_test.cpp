#include "crypto/age_keys.hpp"

#include "crypto/bech32.hpp"
#include "crypto/encoding.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace hotline::crypto::age {
namespace {

// The identity and the beginning of its recipient that the specification shows (C2SP age.md).
constexpr std::string_view spec_identity = "AGE-SECRET-KEY-PQ-1XX76JRALNLXDMEW0CRK45QMCCH4X06SE84UN3VPM33W6HWDX0H3SK3ZQFR";
constexpr std::string_view spec_recipient_start = "age1pq1x34nzsvr0rxjsgdn8zgyhfe8j7ceq5r9rdelkjuh3y235jzxshfg87pzf5zrqtzdxz95p";
constexpr std::string_view spec_recipient_end = "wze9pyyzk3tlhl53k2ykx3qheyty7saeq0d3fzv49zc0k";

TEST(AgeKeys, MakesTheRecipientOfTheSpecification) {
  const auto identity = Identity::parse(spec_identity);
  ASSERT_TRUE(identity);
  const std::string recipient = identity->recipient().to_text();
  EXPECT_EQ(recipient.size(), 1959U);
  EXPECT_TRUE(recipient.starts_with(spec_recipient_start));
  EXPECT_TRUE(recipient.ends_with(spec_recipient_end));
  EXPECT_EQ(identity->to_text().reveal_text(), spec_identity);
}

TEST(AgeKeys, TextAndBytesComeBack) {
  const Identity identity = Identity::generate();
  const auto again = Identity::parse(identity.to_text().reveal_text());
  ASSERT_TRUE(again);
  EXPECT_TRUE(equal_in_constant_time(identity.reveal_seed(), again->reveal_seed()));
  EXPECT_TRUE(equal_in_constant_time(identity.reveal_seed(), identity.duplicate().reveal_seed()));

  const Recipient recipient = identity.recipient();
  const auto parsed = Recipient::parse(recipient.to_text());
  ASSERT_TRUE(parsed);
  EXPECT_TRUE(std::ranges::equal(parsed->bytes(), recipient.bytes()));
  EXPECT_TRUE(Recipient::from_bytes(recipient.bytes()));
}

TEST(AgeKeys, KeysOfOtherKindsAreCalledUnsupported) {
  // An X25519 pair of the specification.
  EXPECT_EQ(Identity::parse("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX").error(), Errc::unsupported);
  EXPECT_EQ(Recipient::parse("age1zvkyg2lqzraa2lnjvqej32nkuu0ues2s82hzrye869xeexvn73equnujwj").error(), Errc::unsupported);
  // A recipient is not an identity, nor the other way round.
  const Identity identity = Identity::generate();
  EXPECT_EQ(Identity::parse(identity.recipient().to_text()).error(), Errc::unsupported);
  EXPECT_EQ(Recipient::parse(identity.to_text().reveal_text()).error(), Errc::unsupported);
  // Case belongs to the format.
  std::string lower(spec_identity);
  for (char& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  EXPECT_FALSE(Identity::parse(lower));
}

TEST(AgeKeys, RefusesTextThatIsDamaged) {
  EXPECT_EQ(Identity::parse("").error(), Errc::malformed);
  EXPECT_EQ(Recipient::parse("age1pq1").error(), Errc::malformed);
  std::string text = Identity::generate().recipient().to_text();
  text[1000] = text[1000] == 'q' ? 'p' : 'q';
  EXPECT_EQ(Recipient::parse(text).error(), Errc::malformed);
  const ByteVector short_seed(31);
  EXPECT_EQ(Identity::parse(secret_to_bech32("AGE-SECRET-KEY-PQ-", short_seed).reveal_text()).error(), Errc::malformed);
  const ByteVector short_key(1215);
  EXPECT_EQ(Recipient::parse(to_bech32("age1pq", short_key)).error(), Errc::malformed);
}

TEST(AgeKeys, RefusesPublicKeysThatCannotBeUsed) {
  const Recipient recipient = Identity::generate().recipient();
  // A coefficient of ML-KEM above 3328 (FIPS 203, section 7.2).
  ByteVector out_of_range(recipient.bytes().begin(), recipient.bytes().end());
  out_of_range[0] = 0xff;
  out_of_range[1] |= 0x0f;
  EXPECT_FALSE(Recipient::from_bytes(out_of_range));
  // An X25519 part of low order.
  ByteVector low_order(recipient.bytes().begin(), recipient.bytes().end());
  std::fill(low_order.end() - 32, low_order.end(), Byte{0});
  EXPECT_FALSE(Recipient::from_bytes(low_order));
}

}  // namespace
}  // namespace hotline::crypto::age
