#include "server/sms/recent_keys.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace {

using namespace hotline;
using hotline::sms::RecentKeys;

RecentKeys::Key key_of(Byte first, Byte last = 0) {
  RecentKeys::Key key{};
  key.front() = first;
  key.back() = last;
  return key;
}

TEST(RecentKeys, HoldWhatWasToldForThatHour) {
  RecentKeys keys(64);
  EXPECT_FALSE(keys.holds(key_of(1), 100));
  keys.committed(key_of(1), 100);
  EXPECT_TRUE(keys.holds(key_of(1), 100));
  EXPECT_FALSE(keys.holds(key_of(1), 101));
  EXPECT_FALSE(keys.holds(key_of(1), 99));
  keys.committed(key_of(1), 101);
  EXPECT_TRUE(keys.holds(key_of(1), 101));
}

TEST(RecentKeys, TheWholeKeyMustBeTheSame) {
  RecentKeys keys(64);
  keys.committed(key_of(1), 100);
  EXPECT_FALSE(keys.holds(key_of(1, 1), 100));
  EXPECT_FALSE(keys.holds(key_of(2), 100));
  EXPECT_FALSE(RecentKeys(1).holds({}, 0));
  EXPECT_FALSE(RecentKeys(1).holds({}, 100));
}

TEST(RecentKeys, NewKeysPushOutOldOnesAndNoRoomIsAdded) {
  constexpr std::ptrdiff_t room = 4;
  RecentKeys keys(room);
  std::vector<RecentKeys::Key> all;
  for (Byte i = 0; i < 100; ++i) {
    all.push_back(key_of(i));
    keys.committed(all.back(), 100);
    EXPECT_TRUE(keys.holds(all.back(), 100));
  }
  EXPECT_EQ(std::count_if(all.begin(), all.end(), [&](const auto& key) { return keys.holds(key, 100); }), room);
}

}  // namespace
