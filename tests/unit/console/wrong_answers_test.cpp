#include "server/console/wrong_answers.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <exception>
#include <string>

namespace hotline::test {
namespace {

using console::WrongAnswers;
using std::chrono::milliseconds;
using std::chrono::minutes;

const WrongAnswers::Time begin{std::chrono::hours(1)};

TEST(WrongAnswers, WaitsGrowAndEndAtEightSeconds) {
  WrongAnswers wrong(milliseconds(500));
  for (const int seconds_by_two : {1, 2, 4, 8, 16, 16, 16}) EXPECT_EQ(wrong.count("ana", begin), milliseconds(500 * seconds_by_two));
  EXPECT_LE(wrong.count("bea", begin), milliseconds(500)) << "another account is another matter";
}

TEST(WrongAnswers, AreForgotten) {
  WrongAnswers wrong(milliseconds(500));
  for (int i = 0; i < 5; ++i) wrong.count("ana", begin);
  EXPECT_EQ(wrong.count("ana", begin + minutes(14)), milliseconds(8000));
  EXPECT_EQ(wrong.count("ana", begin + minutes(14 + 15)), milliseconds(500));
  wrong.count("ana", begin + minutes(30));
  wrong.forget("ana");
  EXPECT_EQ(wrong.count("ana", begin + minutes(30)), milliseconds(500));
}

TEST(WrongAnswers, OfTheWholeProcessQueueBehindEachOther) {
  WrongAnswers wrong(milliseconds(500));
  milliseconds last{0};
  for (int i = 0; i < 400; ++i) last = wrong.count("name " + std::to_string(i), begin);
  EXPECT_GE(last, 399 * WrongAnswers::between_any_two);
  for (int i = 0; i < 10'000; ++i) last = wrong.count("more " + std::to_string(i), begin);
  EXPECT_EQ(last, WrongAnswers::wait_max);
  EXPECT_EQ(wrong.count("ana", begin + WrongAnswers::wait_max + WrongAnswers::wait_max), milliseconds(500)) << "and is over with it";
}

TEST(WrongAnswers, TriesAreClaimedBeforeTheyAreKnown) {
  WrongAnswers wrong(milliseconds(500));
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(wrong.claim("codes", 20, begin));
  EXPECT_FALSE(wrong.claim("codes", 20, begin));
  EXPECT_TRUE(wrong.claim("other", 20, begin));
  EXPECT_FALSE(wrong.claim("codes", 20, begin + minutes(14)));
  EXPECT_TRUE(wrong.claim("codes", 20, begin + minutes(15)));
  wrong.forget("codes");
  EXPECT_TRUE(wrong.claim("codes", 1, begin + minutes(15)));
}

TEST(WrongAnswers, WithoutAWaitNobodyWaits) {
  WrongAnswers wrong(milliseconds(0));
  for (int i = 0; i < 100; ++i) EXPECT_EQ(wrong.count("ana", begin), milliseconds(0));
}

TEST(WrongAnswers, SoManyWaitAndTheRestIsToldAtOnce) {
  WrongAnswers wrong(std::chrono::hours(1));
  int told = 0;
  for (int again = 0; again < 2; ++again) {   // places are free once nobody is there
    boost::asio::io_context io;
    const auto guess = [&](const std::string& account) {
      boost::asio::co_spawn(io, wrong.wait_after_wrong(account), [&](std::exception_ptr, auto...) { ++told; });
      io.restart();
      io.poll();
    };
    told = 0;
    for (int i = 0; i < 256; ++i) guess("name " + std::to_string(i));
    EXPECT_EQ(told, 0);
    guess("ana");
    guess("nobody");
    EXPECT_EQ(told, 2);
  }
}

}  // namespace
}  // namespace hotline::test
