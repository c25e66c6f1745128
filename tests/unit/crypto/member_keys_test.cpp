#include "crypto/member_keys.hpp"

#include "crypto/random.hpp"
#include "crypto/typed_code.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hotline::crypto {
namespace {

bool same(const Secret<32>& a, const Secret<32>& b) { return equal_in_constant_time(a.reveal(), b.reveal()); }

TEST(MemberKeys, PassphraseAndSaltMakeTwoKeys) {
  const auto keys = derive_passphrase_keys(as_bytes("correct horse"), ByteArray<16>{1});
  const auto again = derive_passphrase_keys(as_bytes("correct horse"), ByteArray<16>{1});
  const auto salted = derive_passphrase_keys(as_bytes("correct horse"), ByteArray<16>{2});
  const auto spaced = derive_passphrase_keys(as_bytes("correct horse "), ByteArray<16>{1});
  ASSERT_TRUE(keys && again && salted && spaced);
  EXPECT_TRUE(same(keys->auth, again->auth) && same(keys->wrap, again->wrap));
  EXPECT_FALSE(same(keys->auth, keys->wrap));
  EXPECT_FALSE(same(keys->auth, salted->auth) || same(keys->wrap, salted->wrap));
  EXPECT_FALSE(same(keys->auth, spaced->auth) || same(keys->wrap, spaced->wrap));
  EXPECT_NE(auth_key_hash(keys->auth), auth_key_hash(salted->auth));
}

class Wrapping : public testing::Test {
 protected:
  const Secret<32> wrap_ = random_secret<32>();
  const Secret<32> secret_ = random_secret<32>();
  const MemberId member_ = random_id<MemberId>();
  const ByteVector wrapped_ = wrap_member_secret(wrap_, member_, secret_);
};

TEST_F(Wrapping, OpensWithItsKeyForItsMember) {
  EXPECT_EQ(wrapped_.size(), wrapped_secret_bytes);
  const auto opened = unwrap_member_secret(wrap_, member_, wrapped_);
  ASSERT_TRUE(opened);
  EXPECT_TRUE(same(*opened, secret_));
}

TEST_F(Wrapping, IsDifferentEachTime) { EXPECT_NE(wrap_member_secret(wrap_, member_, secret_), wrapped_); }

TEST_F(Wrapping, OpensForNobodyElse) {
  EXPECT_EQ(unwrap_member_secret(random_secret<32>(), member_, wrapped_).error(), Errc::wrong_key);
  EXPECT_EQ(unwrap_member_secret(wrap_, random_id<MemberId>(), wrapped_).error(), Errc::wrong_key);
}

TEST_F(Wrapping, FindsEveryChange) {
  for (std::size_t i = 0; i < wrapped_.size(); ++i) {
    ByteVector changed = wrapped_;
    changed[i] ^= 0x10;
    EXPECT_EQ(unwrap_member_secret(wrap_, member_, changed).error(), Errc::wrong_key) << i;
  }
  for (const std::size_t size : {std::size_t{0}, wrapped_.size() - 1}) {
    EXPECT_EQ(unwrap_member_secret(wrap_, member_, Bytes(wrapped_).first(size)).error(), Errc::malformed);
  }
  ByteVector longer = wrapped_;
  longer.push_back(0);
  EXPECT_EQ(unwrap_member_secret(wrap_, member_, longer).error(), Errc::malformed);
}

TEST_F(Wrapping, SeedsAreApart) {
  EXPECT_FALSE(same(member_identity_seed(secret_), member_signing_seed(secret_)));
  EXPECT_FALSE(same(member_identity_seed(secret_), secret_));
}

TEST(RecoveryCode, IsReadBackAndUnwraps) {
  const RecoveryCode code = RecoveryCode::generate();
  const std::string text(code.to_text().reveal_text());
  EXPECT_EQ(text.size(), 39U);
  EXPECT_EQ(std::ranges::count(text, '-'), 7);
  const auto read = RecoveryCode::parse(text);
  ASSERT_TRUE(read);
  EXPECT_TRUE(std::ranges::equal(read->reveal(), code.reveal()));
  const MemberId member{{9}};
  const Secret<32> secret = random_secret<32>();
  const auto opened = unwrap_member_secret(read->wrap_key(), member, wrap_member_secret(code.wrap_key(), member, secret));
  ASSERT_TRUE(opened);
  EXPECT_TRUE(same(*opened, secret));
  EXPECT_FALSE(same(RecoveryCode::generate().wrap_key(), code.wrap_key()));
}

TEST(RecoveryCode, UsesAllSymbols) {
  std::array<int, 256> seen{};
  for (int i = 0; i < 200; ++i) {
    const RecoveryCode code = RecoveryCode::generate();
    for (const Byte symbol : code.reveal()) ++seen[symbol];
  }
  for (unsigned value = 0; value < 32; ++value) EXPECT_GT(seen[static_cast<Byte>(code_symbol(value))], 0) << code_symbol(value);
  EXPECT_EQ(std::ranges::count_if(seen, [](int n) { return n > 0; }), 32);
}

TEST(RecoveryCode, FindsErrorsAndSwappedRows) {
  const RecoveryCode code = RecoveryCode::generate();
  const std::string text(as_text(code.reveal()));
  for (std::size_t i = 0; i < text.size(); ++i) {
    std::string wrong = text;
    wrong[i] = wrong[i] == '7' ? '8' : '7';
    EXPECT_EQ(RecoveryCode::parse(wrong).error(), Errc::authentication_failed) << i;
  }
  EXPECT_EQ(RecoveryCode::parse(text.substr(16) + text.substr(0, 16)).error(), Errc::authentication_failed);
  EXPECT_EQ(RecoveryCode::parse(text.substr(1)).error(), Errc::malformed);
  EXPECT_EQ(RecoveryCode::parse(text + "0").error(), Errc::malformed);
}

}  // namespace
}  // namespace hotline::crypto
