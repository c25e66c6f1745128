#include "server/intake/way_out.hpp"

#include "server/intake/visit.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace hotline::intake {
namespace {

TEST(WayOut, KnowsWhichVisitsAreOver) {
  WayOut way_out("https://weather.example/");
  const std::string one = new_visit();
  const std::string other = new_visit();
  ASSERT_NE(one, other);
  EXPECT_FALSE(way_out.is_over(one));
  way_out.leave(one);
  way_out.leave(one);
  EXPECT_TRUE(way_out.is_over(one));
  EXPECT_FALSE(way_out.is_over(other));
}

TEST(WayOut, IgnoresWhatIsNoVisit) {
  WayOut way_out("https://weather.example/");
  const std::string visit = new_visit();
  for (const std::string& text : {std::string(), visit.substr(1), visit + "A", std::string(22, '.'), std::string(21, 'A') + " ", std::string(1 << 14, 'A')}) {
    EXPECT_FALSE(is_visit(text)) << text.substr(0, 30);
    way_out.leave(text);
    EXPECT_FALSE(way_out.is_over(text)) << text.substr(0, 30);
  }
}

TEST(WayOut, ForgetsTheOldestFirst) {
  WayOut way_out("https://weather.example/");
  std::vector<std::string> visits(WayOut::visits_max + 1);
  std::ranges::generate(visits, new_visit);
  for (const std::string& visit : visits) {
    way_out.leave(visit);
    way_out.leave(visits.back());   // said again, it takes no other's place
  }
  EXPECT_TRUE(way_out.is_over(visits.back()));
  EXPECT_FALSE(way_out.is_over(visits[0]));
  EXPECT_TRUE(way_out.is_over(visits[1]));
}

TEST(Visit, OfATokenIsTheSameEachTimeAndDoesNotTellIt) {
  const auto token = crypto::Secret<32>(std::span<const Byte, 32>(ByteArray<32>{1, 2, 3}));
  const auto other = crypto::Secret<32>(std::span<const Byte, 32>(ByteArray<32>{1, 2, 4}));
  EXPECT_EQ(visit_of(token), visit_of(token));
  EXPECT_NE(visit_of(token), visit_of(other));
  EXPECT_TRUE(is_visit(visit_of(token)));
}

TEST(Visit, IsANewOneWhereTheFormHasNone) {
  Submission submission;
  const std::string first = visit_of(submission);
  EXPECT_TRUE(is_visit(first));
  EXPECT_NE(visit_of(submission), first);
  submission.fields.emplace_back("v", crypto::SecretBuffer("<script>"));
  EXPECT_TRUE(is_visit(visit_of(submission)));
  submission.fields[0].second = crypto::SecretBuffer(first);
  EXPECT_EQ(visit_of(submission), first);
}

}  // namespace
}  // namespace hotline::intake
