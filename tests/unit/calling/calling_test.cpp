#include "server/calling/calling.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <new>
#include <optional>

namespace hotline::test {
namespace {

using calling::Calling;
using calling::CallMessage;
using calling::Delivery;
using calling::Grade;
using calling::Moment;

/// A desk's reports and the memory of its calls, without a disk.
class MemoryCalls final : public storage::Calls {
 public:
  storage::Awaitable<Result<storage::Unopened>> unopened(DeskId, std::int64_t after) override {
    const std::lock_guard lock(mutex_);
    if (broken) co_return Errc::storage_failed;
    storage::Unopened found;
    for (std::size_t i = 0; i < reports_.size(); ++i) {
      found.newest = static_cast<std::int64_t>(i) + 1;
      if (found.newest > after && (!found.arrived || reports_[i] < *found.arrived)) found.arrived = reports_[i];
      if (!found.urgency || reports_[i] < *found.urgency) found.urgency = reports_[i];
    }
    co_return found;
  }
  storage::Awaitable<Result<std::optional<storage::DeskCalls>>> load(DeskId) override {
    const std::lock_guard lock(mutex_);
    co_return kept_;
  }
  storage::Awaitable<Result<void>> save(storage::DeskCalls calls) override {
    const std::lock_guard lock(mutex_);
    if (saves_that_throw > 0) {
      --saves_that_throw;
      throw std::bad_alloc();
    }
    if (broken) co_return Errc::storage_failed;
    kept_ = std::move(calls);
    changed_.notify_all();
    co_return Result<void>();
  }
  void add(std::uint8_t priority) {
    const std::lock_guard lock(mutex_);
    reports_.push_back(priority);
  }
  template <class Condition>
  void wait_until(Condition condition) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return kept_ && condition(*kept_); });
  }
  std::atomic<bool> broken = false;
  std::atomic<int> saves_that_throw = 0;

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::uint8_t> reports_;
  std::optional<storage::DeskCalls> kept_;
};

/// Keeps what it was given, and answers as it was told, or not before it is told.
class FakeSender final : public calling::Sender {
 public:
  Delivery send(const CallMessage& message, const std::stop_token& stop) override {
    std::unique_lock lock(mutex_);
    sent_.push_back(message);
    changed_.notify_all();
    if (stuck_ && !released_.wait(lock, stop, [this] { return !stuck_; })) return {Delivery::Kind::failed, 0, {}};
    return {kind, 0, {}};
  }
  std::vector<CallMessage> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sent_.size() >= count; });
    return sent_;
  }
  void stick() {
    const std::lock_guard lock(mutex_);
    stuck_ = true;
  }
  Delivery::Kind kind = Delivery::Kind::sent;

 private:
  std::mutex mutex_;
  std::condition_variable_any changed_;
  std::condition_variable_any released_;
  std::vector<CallMessage> sent_;
  bool stuck_ = false;
};

class CallingTest : public testing::Test {
 protected:
  CallingTest() {
    desk.id.bytes.fill(1);
    desk.name = "Belize City";
  }
  FakeSender& entry(std::string of_desk, Byte id, std::uint8_t urgency = 1) {
    calling::Entry one;
    one.desk = std::move(of_desk);
    one.rules.id.fill(id);
    one.rules.urgency = urgency;
    one.language = id % 2 == 0 ? "es" : "en";
    auto sender = std::make_unique<FakeSender>();
    FakeSender& there = *sender;
    one.sender = std::move(sender);
    entries.push_back(std::move(one));
    return there;
  }
  void start() {
    running = std::make_unique<Calling>(std::move(entries), std::vector{desk}, Calling::Stores{calls, arrivals}, "https://console.example.org",
                                        [this] { return Moment{steady, wall}; }, limits);
    running->start();
    calls.wait_until([](const storage::DeskCalls&) { return true; });
  }
  void arrive(std::uint8_t priority) {
    calls.add(priority);
    arrivals.report_arrived(desk.id, priority, 1);
  }

  Limits limits;
  storage::Desk desk;
  MemoryCalls calls;
  storage::Arrivals arrivals;
  std::atomic<std::int64_t> steady = 1000;
  std::atomic<std::int64_t> wall = 490'000 * 3600;
  std::vector<calling::Entry> entries;
  std::unique_ptr<Calling> running;
};

TEST_F(CallingTest, AnArrivalRingsThoseOfItsDesk) {
  FakeSender& all = entry("", 1);
  FakeSender& ours = entry("Belize City", 2);
  FakeSender& danger_alone = entry("Belize City", 3, 0);
  entry("Elsewhere", 4);
  start();
  arrive(1);
  const auto message = all.wait_for(1).at(0);
  EXPECT_EQ(message.grade, Grade::soon);
  EXPECT_EQ(message.console, "https://console.example.org");
  EXPECT_EQ(ours.wait_for(1).at(0).sentence, calling::call_message("es", Grade::soon, "").sentence);
  arrive(0);
  EXPECT_EQ(danger_alone.wait_for(1).at(0).grade, Grade::now);
  EXPECT_EQ(all.wait_for(2).at(1).grade, Grade::now);
}

TEST_F(CallingTest, OneThatHangsHoldsUpNobodyElse) {
  FakeSender& dead = entry("", 1);
  FakeSender& alive = entry("", 2);
  dead.stick();
  start();
  arrive(1);
  dead.wait_for(1);
  alive.wait_for(1);
  arrive(0);
  EXPECT_EQ(alive.wait_for(2).at(1).grade, Grade::now);
  running->stop();
}

TEST_F(CallingTest, WhatIsUnderWayAtTheEndIsMadeByTheNextProcess) {
  entry("", 1).stick();
  start();
  arrive(0);
  calls.wait_until([](const storage::DeskCalls& kept) { return kept.calls.size() == 1 && kept.calls[0].cause == 3; });
  running.reset();
  FakeSender& again = entry("", 1);
  start();
  EXPECT_EQ(again.wait_for(1).at(0).grade, Grade::now);
  running->stop();
  running.reset();
  calls.wait_until([](const storage::DeskCalls& kept) { return kept.calls.size() == 1 && kept.calls[0].cause == 0 && kept.calls[0].quiet_minute != 0; });
}

TEST_F(CallingTest, ADatabaseThatFailsStopsNoCallThatWasSeen) {
  FakeSender& sender = entry("", 1);
  sender.kind = Delivery::Kind::failed;
  start();
  arrive(1);
  calls.wait_until([](const storage::DeskCalls& kept) { return kept.calls.size() == 1 && kept.calls[0].tries == 1; });
  calls.broken = true;
  steady += 15;
  wall += 15;
  arrivals.report_arrived(desk.id, 4, 1);
  sender.wait_for(2);
  calls.broken = false;
}

TEST_F(CallingTest, WantOfMemoryBetweenDecidingAndCallingSilencesNobody) {
  limits.call_retry_min = limits.call_retry_max = std::chrono::milliseconds(0);
  FakeSender& sender = entry("", 1);
  FakeSender& other = entry("", 2);
  start();
  calls.saves_that_throw = 1;
  arrive(0);
  EXPECT_EQ(sender.wait_for(1).at(0).grade, Grade::now);
  EXPECT_EQ(other.wait_for(1).at(0).grade, Grade::now);
  running->stop();
  EXPECT_EQ(calls.saves_that_throw, 0);
}

TEST_F(CallingTest, WithoutEntriesForAnyDeskNothingRuns) {
  entry("Elsewhere", 1);
  running = std::make_unique<Calling>(std::move(entries), std::vector{desk}, Calling::Stores{calls, arrivals}, "", [] { return Moment{}; }, limits);
  running->start();
  arrive(0);
  running->stop();
}

}  // namespace
}  // namespace hotline::test
