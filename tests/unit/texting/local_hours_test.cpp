#include "server/texting/local_hours.hpp"
#include "server/texting/silenced.hpp"

#include "crypto/secret.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hotline::texting {
namespace {

constexpr std::int64_t midnight = 1'762'300'800;   // 2025-11-05 00:00 UTC
constexpr std::int64_t hour = 3600;

LocalHours hours(unsigned begin, unsigned end, std::string_view zone = "Etc/UTC") { return LocalHours::create(begin * 60, end * 60, zone).value(); }

TEST(LocalHours, OpenWithinThem) {
  const LocalHours day = hours(7, 21);
  EXPECT_EQ(day.next_open(midnight + 12 * hour), midnight + 12 * hour);
  EXPECT_EQ(day.next_open(midnight + 7 * hour), midnight + 7 * hour);
  EXPECT_EQ(day.next_open(midnight + 3 * hour), midnight + 7 * hour);
  EXPECT_EQ(day.next_open(midnight + 21 * hour), midnight + 31 * hour);
  EXPECT_EQ(day.next_open(midnight + 21 * hour - 1), midnight + 21 * hour - 1);
}

TEST(LocalHours, MaySpanMidnightOrBeAlways) {
  const LocalHours night = hours(22, 6);
  EXPECT_EQ(night.next_open(midnight + 2 * hour), midnight + 2 * hour);
  EXPECT_EQ(night.next_open(midnight + 6 * hour), midnight + 22 * hour);
  EXPECT_EQ(hours(0, 0).next_open(midnight + 5 * hour), midnight + 5 * hour);
}

TEST(LocalHours, AreThoseOfThePlace) {
  EXPECT_EQ(hours(7, 21, "America/Belize").next_open(midnight + 12 * hour), midnight + 13 * hour) << "UTC-6";
  EXPECT_FALSE(LocalHours::create(0, 60, "Atlantis/Capital"));
  // 2026-03-29 01:00 UTC: Berlin's clocks go from 2 to 3.
  constexpr std::int64_t before_change = 1'774'744'200;   // 00:30 UTC, 01:30 there
  EXPECT_EQ(hours(7, 21, "Europe/Berlin").next_open(before_change), before_change + hour / 2 + 4 * hour);
}

TEST(Silenced, HoldsNumbersOfAGatewayUpToItsBound) {
  crypto::initialise();
  Silenced silenced(2);
  silenced.add("main", "+1");
  silenced.add("main", "+1");
  EXPECT_TRUE(silenced.holds("main", "+1"));
  EXPECT_FALSE(silenced.holds("other", "+1"));
  silenced.add("main", "+2");
  silenced.add("main", "+3");
  EXPECT_FALSE(silenced.holds("main", "+1")) << "the oldest goes";
  EXPECT_TRUE(silenced.holds("main", "+3"));
  silenced.remove("main", "+3");
  EXPECT_FALSE(silenced.holds("main", "+3"));
}

}  // namespace
}  // namespace hotline::texting
