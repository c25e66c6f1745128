#include "server/console/changes.hpp"

#include "tests/support/memory_stores.hpp"
#include "tests/support/run_awaitable.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace hotline::test {
namespace {

namespace asio = boost::asio;

class ChangesTest : public ::testing::Test {
 protected:
  ChangesTest() {
    limits.changes_waiters_max = 3;
    limits.changes_waits_per_member_max = 2;
    limits.changes_wait = std::chrono::hours(1);
  }
  /// Waits on the context; what it got goes to the end of `answers`.
  void begin(const MemberId& who, DeskId where, std::int64_t after) {
    asio::co_spawn(
        context,
        [](console::Changes& told, DeskId desk, MemberId member, std::int64_t seen, std::vector<Result<std::int64_t>>& into) -> asio::awaitable<void> {
          into.push_back(co_await told.wait(desk, member, seen));
        }(changes, where, who, after, answers),
        asio::detached);
    settle();
  }
  void settle() {
    context.restart();
    context.poll();
  }

  Limits limits;
  FixedClock clock{1'700'000'000};
  storage::Arrivals arrivals;
  console::Changes changes{arrivals, clock, limits};
  asio::io_context context;
  std::vector<Result<std::int64_t>> answers;
  const DeskId desk = id_of<DeskId>(1);
  const DeskId other = id_of<DeskId>(2);
  const MemberId ana = id_of<MemberId>(1);
  const MemberId bea = id_of<MemberId>(2);
};

TEST_F(ChangesTest, WhoHasSeenLessIsAnsweredAtOnce) {
  const std::int64_t now = changes.number(desk);
  begin(ana, desk, 0);
  begin(ana, desk, now + 1);
  ASSERT_EQ(answers.size(), 2u) << "also who has a number of another run";
  EXPECT_EQ(*answers[0], now);
  EXPECT_EQ(*answers[1], now);
}

TEST_F(ChangesTest, WhoWaitsIsAnsweredByAChangeOfTheirDesk) {
  const std::int64_t now = changes.number(desk);
  begin(ana, desk, now);
  begin(bea, desk, now);
  arrivals.desk_changed(other);
  settle();
  EXPECT_TRUE(answers.empty());
  arrivals.report_arrived(desk, 0, 1);
  settle();
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(*answers[0], now + 1);
  EXPECT_EQ(changes.number(other), now + 1);
}

TEST_F(ChangesTest, AChangeBetweenTwoCallsIsNotMissed) {
  const std::int64_t now = changes.number(desk);
  arrivals.desk_changed(desk);
  begin(ana, desk, now);
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(*answers[0], now + 1);
}

TEST_F(ChangesTest, WhenTheTimeIsOverTheNumberIsTheSame) {
  limits.changes_wait = std::chrono::milliseconds(1);
  const std::int64_t now = changes.number(desk);
  begin(ana, desk, now);
  context.restart();
  context.run();
  ASSERT_EQ(answers.size(), 1u);
  EXPECT_EQ(*answers[0], now);
}

TEST_F(ChangesTest, NoMoreWaitThanMay) {
  const std::int64_t now = changes.number(desk);
  begin(ana, desk, now);
  begin(ana, desk, now);
  begin(ana, desk, now);
  ASSERT_EQ(answers.size(), 1u) << "two of one member wait";
  EXPECT_EQ(answers[0].error(), make_error_code(Errc::busy));
  begin(bea, desk, now);
  begin(bea, desk, now);
  ASSERT_EQ(answers.size(), 2u) << "three in all wait";
  EXPECT_EQ(answers[1].error(), make_error_code(Errc::busy));
  arrivals.desk_changed(desk);
  settle();
  EXPECT_EQ(answers.size(), 5u);
  begin(bea, desk, changes.number(desk));
  EXPECT_EQ(answers.size(), 5u) << "there is room again";
  changes.end_waits();
  settle();
  EXPECT_EQ(answers.size(), 6u);
}

TEST_F(ChangesTest, NobodyWaitsAtTheEnd) {
  const std::int64_t now = changes.number(desk);
  begin(ana, desk, now);
  changes.end_waits();
  settle();
  begin(ana, desk, now);
  ASSERT_EQ(answers.size(), 2u);
  EXPECT_EQ(*answers[1], now);
}

}  // namespace
}  // namespace hotline::test
