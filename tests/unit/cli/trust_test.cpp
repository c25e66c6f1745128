#include "server/cli/trust.hpp"

#include "crypto/random.hpp"

#include <gtest/gtest.h>

namespace hotline::cli {
namespace {

/// A desk with one member, and the key that vouches for members.
struct Founded {
  crypto::SigningKey desk_key = crypto::SigningKey::from_seed(crypto::random_secret<32>());
  DeskView desk;

  Founded() {
    crypto::initialise();
    desk.desk = {.id = crypto::random_id<DeskId>(), .name = "Desk", .desk_key = desk_key.public_key(), .demo = false};
    const auto recipient = crypto::age::Identity::generate().recipient();
    storage::Member member;
    member.id = crypto::random_id<MemberId>();
    member.name = "ana";
    member.desk = desk.desk.id;
    member.recipient.assign(recipient.bytes().begin(), recipient.bytes().end());
    member.sign_key = crypto::SigningKey::from_seed(crypto::random_secret<32>()).public_key();
    desk.members.push_back(std::move(member));
  }
  storage::Member& member() { return desk.members.front(); }
  void vouch() {
    const auto voucher = vouch_for(member(), desk_key).value();
    member().voucher.assign(voucher.begin(), voucher.end());
  }
};

TEST(Trust, OnlyMembersWithAVoucherAreSealedTo) {
  Founded founded;
  EXPECT_TRUE(vouched_members(founded.desk).empty());
  founded.vouch();
  ASSERT_EQ(vouched_members(founded.desk).size(), 1U);
  EXPECT_EQ(vouched_members(founded.desk).front().name, "ana");
}

TEST(Trust, AVoucherIsForTheseKeysThisMemberAndThisDesk) {
  const auto still_vouched = [](auto change) {
    Founded founded;
    founded.vouch();
    change(founded);
    return !vouched_members(founded.desk).empty();
  };
  EXPECT_TRUE(still_vouched([](Founded&) {}));
  EXPECT_FALSE(still_vouched([](Founded& founded) { founded.member().recipient.back() ^= 1; }));
  EXPECT_FALSE(still_vouched([](Founded& founded) { founded.member().sign_key.back() ^= 1; }));
  EXPECT_FALSE(still_vouched([](Founded& founded) { founded.member().id.bytes.back() ^= 1; }));
  EXPECT_FALSE(still_vouched([](Founded& founded) { founded.member().desk.bytes.back() ^= 1; }));
  EXPECT_FALSE(still_vouched([](Founded& founded) { founded.member().voucher.back() ^= 1; }));
  EXPECT_FALSE(still_vouched([](Founded& founded) { founded.member().voucher.pop_back(); }));
  EXPECT_FALSE(still_vouched([](Founded& founded) { founded.desk.desk.desk_key.back() ^= 1; }));
}

TEST(Trust, WhoHasLeftIsAnAuthorStillButNothingIsSealedToThem) {
  Founded founded;
  founded.vouch();
  founded.desk.former.push_back(std::move(founded.desk.members.front()));
  founded.desk.members.clear();
  EXPECT_TRUE(vouched_members(founded.desk).empty());
  ASSERT_EQ(vouched_authors(founded.desk).size(), 1U);
  founded.desk.former.front().sign_key.back() ^= 1;
  EXPECT_TRUE(vouched_authors(founded.desk).empty());
}

TEST(Trust, NobodyIsNamedTwice) {
  Founded founded;
  founded.vouch();
  const Keyring none;
  EXPECT_TRUE(check_desk(founded.desk, none, ""));
  storage::Member other = founded.member();
  other.voucher.clear();
  other.sign_key.back() ^= 1;
  DeskView twice = founded.desk;
  twice.members.insert(twice.members.begin(), other);
  EXPECT_NE(check_desk(twice, none, "").error().line.find("twice"), std::string::npos);
  DeskView again = founded.desk;
  again.former.push_back(other);
  EXPECT_NE(check_desk(again, none, "").error().line.find("twice"), std::string::npos);
}

TEST(Trust, TheWordsCoverEveryKeyThatTheVoucherCovers) {
  Founded founded;
  const std::string words = member_words(founded.member());
  EXPECT_EQ(words, member_words(founded.member()));
  founded.member().sign_key.back() ^= 1;
  EXPECT_NE(words, member_words(founded.member()));
  founded.member().sign_key.back() ^= 1;
  founded.member().recipient.back() ^= 1;
  EXPECT_NE(words, member_words(founded.member()));
}

}  // namespace
}  // namespace hotline::cli
