#include "crypto/signing.hpp"

#include "crypto/encoding.hpp"
#include "crypto/random.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hotline::crypto {
namespace {

template <std::size_t N>
ByteArray<N> hex(std::string_view text) {
  return to_array(std::span<const Byte>(*from_hex(text)).first<N>());
}

// RFC 8032, section 7.1, test 3.
TEST(Signing, AsInTheRfc) {
  const SigningKey key =
      SigningKey::from_seed(Secret<32>(hex<32>("c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7")));
  EXPECT_EQ(to_hex(key.public_key()), "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025");
  const ByteArray<2> message{0xaf, 0x82};
  EXPECT_EQ(to_hex(key.sign(message)),
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a");
  EXPECT_TRUE(verify(key.public_key(), message, key.sign(message)));
}

TEST(Signing, FindsEveryChange) {
  const SigningKey key = SigningKey::from_seed(random_secret<32>());
  const Signature signature = key.sign(as_bytes("words"));
  EXPECT_FALSE(verify(key.public_key(), as_bytes("Words"), signature));
  EXPECT_FALSE(verify(SigningKey::from_seed(random_secret<32>()).public_key(), as_bytes("words"), signature));
  for (std::size_t i = 0; i < signature.size(); ++i) {
    Signature changed = signature;
    changed[i] ^= 1;
    EXPECT_FALSE(verify(key.public_key(), as_bytes("words"), changed)) << i;
  }
}

TEST(Signing, KeysOfSmallOrderVerifyNothing) {
  PublicSigningKey identity{};
  identity[0] = 1;
  Signature signature{};
  signature[0] = 1;  // R = the identity, S = 0: holds for any message where the key is not looked at
  EXPECT_FALSE(verify(identity, as_bytes("anything"), signature));
}

class EpochSigning : public testing::Test {
 protected:
  EpochStatement statement() const { return {desk_, epoch_, 1'700'000'000, 1'702'592'000, recipient_}; }
  const SigningKey key_ = SigningKey::from_seed(random_secret<32>());
  const DeskId desk_ = random_id<DeskId>();
  const EpochId epoch_ = random_id<EpochId>();
  const ByteVector recipient_ = ByteVector(1216, 5);
};

TEST_F(EpochSigning, HoldsForThisStatementOnly) {
  const Signature signature = sign_epoch(key_, statement()).value();
  EXPECT_TRUE(verify_epoch(key_.public_key(), statement(), signature));
  EpochStatement changed = statement();
  changed.desk.bytes[0] ^= 1;
  EXPECT_FALSE(verify_epoch(key_.public_key(), changed, signature));
  changed = statement();
  changed.epoch.bytes[15] ^= 1;
  EXPECT_FALSE(verify_epoch(key_.public_key(), changed, signature));
  changed = statement();
  ++changed.not_before;
  EXPECT_FALSE(verify_epoch(key_.public_key(), changed, signature));
  changed = statement();
  ++changed.not_after;
  EXPECT_FALSE(verify_epoch(key_.public_key(), changed, signature));
  ByteVector recipient = recipient_;
  recipient.back() ^= 1;
  changed = statement();
  changed.recipient = recipient;
  EXPECT_FALSE(verify_epoch(key_.public_key(), changed, signature));
  EXPECT_FALSE(verify_epoch(SigningKey::from_seed(random_secret<32>()).public_key(), statement(), signature));
}

TEST_F(EpochSigning, AStatementWithoutSenseIsNotTaken) {
  const Signature signature = sign_epoch(key_, statement()).value();
  EpochStatement senseless = statement();
  senseless.recipient = Bytes(recipient_).first(1215);
  EXPECT_FALSE(verify_epoch(key_.public_key(), senseless, signature));
  senseless = statement();
  senseless.not_after = senseless.not_before;
  EXPECT_FALSE(verify_epoch(key_.public_key(), senseless, signature));
  EXPECT_EQ(verify_epoch(key_.public_key(), senseless, signature).error(), Errc::malformed);
  EXPECT_EQ(sign_epoch(key_, senseless).error(), Errc::malformed);
}

TEST_F(EpochSigning, EventsAndEpochsAreApart) {
  const Bytes text = as_bytes("{\"v\":1}");
  const Signature signature = sign_event(key_, text);
  EXPECT_TRUE(verify_event(key_.public_key(), text, signature));
  EXPECT_EQ(verify_event(key_.public_key(), as_bytes("{\"v\":2}"), signature).error(), Errc::authentication_failed);
  EXPECT_FALSE(verify_event(key_.public_key(), as_bytes("{\"v\":1} "), signature));
  EXPECT_FALSE(verify(key_.public_key(), text, signature));
  EXPECT_FALSE(verify_epoch(key_.public_key(), statement(), signature));
}

}  // namespace
}  // namespace hotline::crypto
