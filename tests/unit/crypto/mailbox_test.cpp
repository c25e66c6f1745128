#include "crypto/mailbox.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hotline::crypto {
namespace {

bool same(const Secret<32>& a, const Secret<32>& b) { return equal_in_constant_time(a.reveal(), b.reveal()); }

TEST(Mailbox, IsOneForACodeAndADesk) {
  const ReturnCode code = ReturnCode::from_token(ByteArray<32>{1});
  const DeskId desk{{1, 2, 3}};
  const auto keys = derive_mailbox(code, desk);
  const auto again = derive_mailbox(*ReturnCode::parse(code.to_text().reveal_text()), desk);
  const auto elsewhere = derive_mailbox(code, DeskId{{1, 2, 4}});
  const auto other = derive_mailbox(ReturnCode::from_token(ByteArray<32>{2}), desk);
  ASSERT_TRUE(keys && again && elsewhere && other);
  EXPECT_TRUE(same(keys->key, again->key) && same(keys->seed, again->seed));
  EXPECT_FALSE(same(keys->key, keys->seed));
  EXPECT_FALSE(same(keys->key, elsewhere->key) || same(keys->seed, elsewhere->seed));
  EXPECT_FALSE(same(keys->key, other->key) || same(keys->seed, other->seed));
}

TEST(Mailbox, TagsAreAllDifferentAndDependOnTheKey) {
  std::set<ByteArray<16>> tags;
  const Secret<32> key(ByteArray<32>{7});
  const Secret<32> other(ByteArray<32>{8});
  for (std::uint32_t i = 0; i < 1000; ++i) {
    tags.insert(mailbox_tag(key.reveal(), i));
    tags.insert(mailbox_tag(other.reveal(), i));
  }
  tags.insert(mailbox_tag(key.reveal(), 0x01000000));
  tags.insert(mailbox_tag(key.reveal(), 0xFFFFFFFF));
  EXPECT_EQ(tags.size(), 2002U);
}

}  // namespace
}  // namespace hotline::crypto
