#include "server/http/text_space.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <vector>

namespace hotline::http {
namespace {

constexpr std::size_t step = 64 * 1024;

class TextSpaceTest : public testing::Test {
 protected:
  static Limits sixteen_steps() {
    Limits limits;
    limits.connections_max = 32;
    return limits;
  }
  bool grow(std::uint64_t sender, std::size_t bytes) {
    auto share = std::make_unique<TextSpace::Share>(space, sender);
    const bool has_room = share->grow(bytes);
    shares.push_back(std::move(share));
    return has_room;
  }

  static constexpr std::uint64_t address = senders_begin + 5;
  TextSpace space{sixteen_steps()};
  std::vector<std::unique_ptr<TextSpace::Share>> shares;
};

TEST_F(TextSpaceTest, WhatEachHasForItselfTakesNone) {
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(grow(address, TextSpace::own_bytes));
  EXPECT_TRUE(grow(address, TextSpace::own_bytes + 1)) << "and all is still there";
}

TEST_F(TextSpaceTest, AnAddressHasAnEighth) {
  EXPECT_TRUE(grow(address, TextSpace::own_bytes + 1));
  EXPECT_TRUE(grow(address, TextSpace::own_bytes + step));
  EXPECT_FALSE(grow(address, TextSpace::own_bytes + 1));
  EXPECT_TRUE(grow(address + 1, TextSpace::own_bytes + 2 * step));
  shares.erase(shares.begin());
  EXPECT_TRUE(grow(address, TextSpace::own_bytes + 1)) << "what was given back is there again";
  EXPECT_TRUE(shares.back()->grow(TextSpace::own_bytes + step)) << "within the step";
  EXPECT_FALSE(shares.back()->grow(TextSpace::own_bytes + step + 1));
}

TEST_F(TextSpaceTest, ThoseOverUnixSocketsLeaveAQuarter) {
  for (std::uint64_t connection = 2; connection < 14; ++connection) EXPECT_TRUE(grow(connection, TextSpace::own_bytes + step));
  EXPECT_FALSE(grow(14, TextSpace::own_bytes + 1));
  for (std::uint64_t other = 0; other < 4; ++other) EXPECT_TRUE(grow(address + other, TextSpace::own_bytes + 1));
  EXPECT_FALSE(grow(address + 4, TextSpace::own_bytes + 1)) << "all is taken";
  shares.clear();
  EXPECT_TRUE(grow(address + 4, TextSpace::own_bytes + 1));
}

}  // namespace
}  // namespace hotline::http
