#include "server/texting/leftovers.hpp"

#include "tests/unit/texting/memory_outbox.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

namespace hotline::texting {
namespace {

using test::MemoryOutbox;
constexpr std::chrono::milliseconds at_once{0};

TEST(Leftovers, AreGivenUpAtOnceWhereTheStoreTakesIt) {
  MemoryOutbox outbox;
  const SystemClock clock;
  Leftovers leftovers(outbox, clock);
  EXPECT_FALSE(leftovers.given_up());
  leftovers.give_up_now();
  EXPECT_TRUE(leftovers.given_up());
}

TEST(Leftovers, WaitForADiskThatIsFull) {
  MemoryOutbox outbox;
  const SystemClock clock;
  Leftovers leftovers(outbox, clock, at_once);
  outbox.give_ups_that_fail = 3;
  leftovers.give_up_now();
  EXPECT_FALSE(leftovers.given_up()) << "and nothing is thrown, so that the server starts";
  outbox.give_ups_that_throw = 2;
  boost::asio::io_context context;
  boost::asio::co_spawn(context, leftovers.keep_trying(), [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
  context.run();
  EXPECT_TRUE(leftovers.given_up());
  EXPECT_EQ(outbox.give_ups_that_fail, 0);
}

}  // namespace
}  // namespace hotline::texting
