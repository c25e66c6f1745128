#include "server/http/upload_slots.hpp"

#include <gtest/gtest.h>

namespace hotline::http {
namespace {

using std::chrono::seconds;
using Place = UploadSlots::Place;

class SlowUploads : public testing::Test {
 protected:
  static Limits few() {
    Limits limits;
    limits.uploads_max = 4;
    limits.uploads_per_sender_max = 2;
    return limits;
  }
  static constexpr std::uint64_t address = senders_begin + 5;
  static constexpr std::size_t quick = 16 * 1024;   ///< bytes a second that no place is lost at

  UploadSlots::Time at(int second) const { return begin + seconds(second); }
  /// At the end of each second of [from, to).
  bool keep_on(Place& place, std::size_t bytes_per_second, int from, int to) {
    bool kept = true;
    for (int second = from + 1; second <= to; ++second) kept = place.brought(bytes_per_second, at(second));
    return kept;
  }

  const UploadSlots::Time begin = std::chrono::steady_clock::now();
  UploadSlots slots{few()};
};

TEST_F(SlowUploads, TheSlowestMakesRoomForWhoNeedsIt) {
  Place first = slots.take(address, begin);
  Place slow = slots.take(address + 1, begin);
  Place slower = slots.take(address + 2, begin);
  Place last = slots.take(address + 3, begin);
  ASSERT_TRUE(last);
  EXPECT_FALSE(slots.take(address + 9, at(9))) << "nobody is judged by a few seconds";
  EXPECT_TRUE(keep_on(first, 2 * quick, 0, 10));
  EXPECT_TRUE(keep_on(slow, 2000, 0, 10));
  EXPECT_TRUE(keep_on(slower, 1024, 0, 10));
  EXPECT_TRUE(keep_on(last, 2 * quick, 0, 10));
  const Place newcomer = slots.take(address + 9, at(10));
  ASSERT_TRUE(newcomer);
  EXPECT_FALSE(slower.brought(1024, at(11)));
  EXPECT_TRUE(slow.brought(2000, at(11)));
  slower = {};
  const Place another = slots.take(address + 8, at(11));
  EXPECT_TRUE(another) << "what was lost is not given back a second time: this is the other slow one's";
  EXPECT_FALSE(slots.take(address + 7, at(11))) << "who is quick keeps it";
  EXPECT_FALSE(slow.brought(2000, at(12)));
}

TEST_F(SlowUploads, AQuickStartIsForgotten) {
  Place places[] = {slots.take(1, begin), slots.take(2, begin), slots.take(3, begin), slots.take(address, begin)};
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(keep_on(places[i], i == 0 ? 100 * quick : quick, 0, 10));
  ASSERT_TRUE(keep_on(places[3], quick, 0, 10));
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(keep_on(places[i], i == 0 ? 1024 : quick, 10, 32));
  ASSERT_TRUE(keep_on(places[3], quick, 10, 32));
  ASSERT_TRUE(slots.take(address + 1, at(32)));
  EXPECT_FALSE(places[0].brought(1024, at(33)));
}

TEST_F(SlowUploads, AnAddressMakesRoomForItself) {
  Place dripping = slots.take(address, begin);
  Place quick_one = slots.take(address, begin);
  Place of_another = slots.take(address + 1, begin);
  EXPECT_TRUE(keep_on(quick_one, quick, 0, 10));
  EXPECT_TRUE(of_another.brought(1, at(1)));
  const Place newest = slots.take(address, at(10));
  ASSERT_TRUE(newest);
  EXPECT_FALSE(dripping.brought(1024, at(11)));
  EXPECT_TRUE(of_another.brought(1, at(11))) << "not somebody else for it";
}

TEST_F(SlowUploads, BehindTorWhoDripsMakesRoom) {
  Place dripping[] = {slots.take(1, begin), slots.take(2, begin), slots.take(3, begin)};
  ASSERT_TRUE(dripping[2]);
  EXPECT_FALSE(slots.take(4, begin)) << "the last quarter is for others";
  const Place newcomer = slots.take(4, at(10));
  EXPECT_TRUE(newcomer);
  EXPECT_TRUE(slots.take(address, at(10))) << "and still is";
}

TEST_F(SlowUploads, TheQuarterThatIsKeptBackIsNotTakenByIt) {
  Place theirs[] = {slots.take(1, begin), slots.take(2, begin), slots.take(3, begin)};
  Place slowest = slots.take(address, begin);
  ASSERT_TRUE(slowest);
  for (Place& place : theirs) EXPECT_TRUE(place.brought(1000, at(1)));
  Place mine = slots.take(4, at(10));
  ASSERT_TRUE(mine) << "who has some puts one of these in another's place";
  EXPECT_TRUE(slowest.brought(1, at(11)));
  int kept = 0;
  for (Place& place : theirs) kept += place.brought(1000, at(11)) ? 1 : 0;
  EXPECT_EQ(kept, 2);
}

TEST_F(SlowUploads, NoPlaceBringsNothing) {
  Place none;
  EXPECT_FALSE(none.brought(0, begin));
}

}  // namespace
}  // namespace hotline::http
