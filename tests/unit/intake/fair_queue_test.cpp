#include "server/intake/fair_queue.hpp"

#include "server/intake/argon2_pool.hpp"
#include "server/http/upload_slots.hpp"
#include "tests/support/run_awaitable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <latch>
#include <string>
#include <vector>

namespace hotline::intake {
namespace {

/// Says its name when it has its turn.
class Named final : public Task {
 public:
  Named(std::string name, std::vector<std::string>& done) : name_(std::move(name)), done_(done) {}
  void run() noexcept override { done_.push_back(name_); }
  void refuse(Errc) noexcept override { done_.push_back("not " + name_); }

 private:
  std::string name_;
  std::vector<std::string>& done_;
};

class FairQueueTest : public testing::Test {
 protected:
  void add(Standing standing, const std::string& name) {
    if (const auto dropped = queue.add(standing, std::make_unique<Named>(name, done))) dropped->refuse(Errc::busy);
  }
  std::vector<std::string> all() {
    while (const auto task = queue.take()) task->run();
    return std::exchange(done, {});
  }
  using Names = std::vector<std::string>;
  static constexpr Standing crowd(std::uint64_t sender, bool fresh = true) { return {sender, sender, false, fresh}; }
  static constexpr Standing within(std::uint64_t sender) { return {sender, sender, true, true}; }
  /// With solved work, a number of its own; from where `group` is.
  static constexpr Standing worked(std::uint64_t number, std::uint64_t group) { return {number, group, true, true}; }
  /// Of so many tries, how often this one is served that comes when all places are taken.
  template <class Fill>
  int served_of_100(Fill fill, Standing newcomer) {
    int served = 0;
    for (int i = 0; i < 100; ++i) {
      fill();
      add(newcomer, "newcomer");
      const Names told = all();
      served += static_cast<int>(std::ranges::count(told, "newcomer"));
    }
    return served;
  }
  static bool begins_with_a(const std::string& name) { return name.starts_with("a"); }
  static bool is_refused(const std::string& name) { return name.starts_with("not "); }

  std::vector<std::string> done;
  FairQueue queue{4};
};

TEST_F(FairQueueTest, BudgetBeforeCrowdAndSendersInTurn) {
  queue = FairQueue(100);
  for (const char* name : {"a1", "a2", "a3"}) add(crowd(1), name);
  add(crowd(2), "b1");
  add(within(3), "c1");
  add(within(3), "c2");
  add(within(4), "d1");
  EXPECT_EQ(all(), (Names{"c1", "d1", "c2", "a1", "b1", "a2", "a3"}));
  EXPECT_EQ(queue.size(), 0U);
}

TEST_F(FairQueueTest, FreshConnectionsFirstAmongTheirOwn) {
  add(crowd(1, false), "old");
  add(crowd(1, true), "new");
  EXPECT_EQ(all(), (Names{"new", "old"}));
}

TEST_F(FairQueueTest, TheCrowdHasEveryFourthTurn) {
  queue = FairQueue(100);
  for (const char* name : {"b1", "b2"}) add(crowd(2), name);
  for (std::uint64_t number = 11; number <= 18; ++number) add(worked(number, 1), "w");
  EXPECT_EQ(all(), (Names{"w", "w", "w", "b1", "w", "w", "w", "b2", "w", "w"}));
}

TEST_F(FairQueueTest, OneOfWhoHasMostGoes) {
  for (int i = 0; i < 20; ++i) {
    for (const char* name : {"a1", "a2", "a3"}) add(crowd(1), name);
    add(crowd(2), "b1");
    add(crowd(3), "c1");
    const Names told = all();
    EXPECT_EQ(std::ranges::count_if(told, is_refused), 1);
    EXPECT_TRUE(told.front().starts_with("not a"));
  }
}

TEST_F(FairQueueTest, OneOfTheirOwnGoesWhenTheyHaveAll) {
  for (const char* name : {"a1", "a2", "a3", "a4", "a5"}) add(crowd(1), name);
  const Names told = all();
  EXPECT_EQ(told.size(), 5U);
  EXPECT_EQ(std::ranges::count_if(told, begins_with_a), 4);
}

TEST_F(FairQueueTest, ANewcomerIsNotTheOneToGo) {
  queue = FairQueue(8);
  const auto addresses = [this] {
    for (std::uint64_t sender = 101; sender <= 108; ++sender) add(within(sender), "a");
  };
  EXPECT_GT(served_of_100(addresses, within(200)), 50) << "of many within budget any may go";
  const auto connections = [this] {
    for (int i = 0; i < 8; ++i) add(crowd(1), "a");
  };
  EXPECT_GT(served_of_100(connections, crowd(1)), 50) << "nor among fresh connections of one sender";
}

TEST_F(FairQueueTest, SolvedWorkBuysTurnsAndNoPlaces) {
  queue = FairQueue(8);
  const auto from_one_address = [this] {
    for (std::uint64_t number = 101; number <= 108; ++number) add(worked(number, 1), "a");
  };
  EXPECT_EQ(served_of_100(from_one_address, within(200)), 100);
  EXPECT_EQ(served_of_100(from_one_address, crowd(200)), 100);
  EXPECT_GT(served_of_100(from_one_address, crowd(1)), 50) << "without work, from where all come from";
}

TEST_F(FairQueueTest, WhoSolvedWorkIsNotOneOfTheManyThatDidNot) {
  queue = FairQueue(8);
  const auto flood = [this] {
    for (int i = 0; i < 8; ++i) add(crowd(1), "a");
  };
  EXPECT_EQ(served_of_100(flood, worked(101, 1)), 100);
}

TEST_F(FairQueueTest, OfEqualsOneInTheCrowdGoes) {
  for (std::uint64_t sender = 1; sender <= 4; ++sender) add(sender == 2 ? crowd(sender) : within(sender), std::to_string(sender));
  add(within(9), "9");
  EXPECT_EQ(all(), (Names{"not 2", "1", "3", "4", "9"}));
  for (std::uint64_t sender = 1; sender <= 4; ++sender) add(within(sender), std::to_string(sender));
  add(crowd(9), "9");
  EXPECT_EQ(all(), (Names{"not 9", "1", "2", "3", "4"}));
}

TEST_F(FairQueueTest, AFreshConnectionTakesThePlaceOfAWornOne) {
  for (const char* name : {"1", "2", "3", "4"}) add(crowd(1, false), name);
  add(crowd(1, true), "new");
  const Names told = all();
  EXPECT_TRUE(told.front().starts_with("not ")) << told.front();
  EXPECT_EQ(told.at(1), "new");
}

TEST_F(FairQueueTest, OneWhoseOnlyTaskWentIsForgottenInItsTurn) {
  queue = FairQueue(1);
  add(crowd(1), "a");
  add(within(2), "b");
  add(crowd(1), "c");
  EXPECT_EQ(all(), (Names{"not a", "not c", "b"}));
  add(crowd(1), "d");
  EXPECT_EQ(all(), (Names{"d"}));
}

TEST(Argon2PoolTest, OneSenderDoesNotShutAnotherOut) {
  Limits limits;
  limits.argon2_slots = 1;
  limits.argon2_queue_max = 4;
  Argon2Pool pool(limits);
  boost::asio::io_context context;
  std::latch begun(1);
  std::latch go(1);
  std::vector<std::string> told;
  const auto ask = [&](Standing standing, std::string name, bool waits) -> boost::asio::awaitable<void> {
    auto work = [&begun, &go, waits]() -> Result<int> {
      if (waits) {
        begun.count_down();
        go.wait();
      }
      return 1;
    };
    const auto done = co_await pool.run(standing, std::move(work));
    told.push_back(done ? name : done.error() == Errc::busy ? name + " busy" : name + " closed");
  };
  const auto spawn = [&](Standing standing, std::string name, bool waits = false) {
    boost::asio::co_spawn(context, ask(standing, std::move(name), waits), boost::asio::detached);
    context.poll();
  };
  spawn({}, "first", true);
  begun.wait();
  for (int i = 0; i < 6; ++i) spawn({.sender = 1, .group = 1}, "a");
  spawn({.sender = 2, .group = 2}, "b");
  EXPECT_EQ(told, (std::vector<std::string>{"a busy", "a busy", "a busy"}));
  told.clear();
  go.count_down();
  context.run();
  EXPECT_EQ(told, (std::vector<std::string>{"first", "a", "b", "a", "a"}));
  told.clear();
  pool.stop();
  context.restart();
  spawn({}, "late");
  context.run();
  EXPECT_EQ(told, (std::vector<std::string>{"late closed"}));
}

TEST(UploadSlotsTest, NobodyTakesThemAll) {
  Limits limits;
  limits.uploads_max = 8;
  limits.uploads_per_sender_max = 3;
  http::UploadSlots slots(limits);
  const std::uint64_t one = http::senders_begin + 1;
  std::vector<http::UploadSlots::Place> places;
  const auto take = [&](std::uint64_t sender) {
    auto place = slots.take(sender);
    if (!place) return false;
    places.push_back(std::move(place));
    return true;
  };
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(take(one));
  EXPECT_FALSE(take(one)) << "no more than its share";
  places.pop_back();
  EXPECT_TRUE(take(one)) << "what was given back is there again";
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(take(static_cast<std::uint64_t>(i + 1))) << "Unix sockets have no share, but";
  EXPECT_FALSE(take(4)) << "the last quarter is for those who have none";
  EXPECT_TRUE(take(one + 1));
  EXPECT_FALSE(take(one + 1));
  EXPECT_TRUE(take(one + 2));
  EXPECT_FALSE(take(one + 3)) << "all are taken";
  places.clear();
  EXPECT_TRUE(take(one + 3));
}

}  // namespace
}  // namespace hotline::intake
