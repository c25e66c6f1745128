#include "server/texting/outbox_runner.hpp"

#include "crypto/random.hpp"
#include "tests/support/run_awaitable.hpp"
#include "tests/unit/texting/memory_outbox.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <future>
#include <thread>

namespace hotline::texting {
namespace {

namespace asio = boost::asio;
using sms::HandedOver;
using storage::TextReason;
using storage::TextState;
using test::MemoryOutbox;

constexpr std::int64_t midnight = 1'762'300'800;   // 2025-11-05 00:00 UTC
constexpr std::int64_t hour = 3600;
constexpr std::string_view phone = "+5016221234";

struct SetClock final : Clock {
  std::atomic<std::int64_t> seconds{midnight + 12 * 3600};
  std::int64_t now() const override { return seconds.load(); }
};

HandedOver taken(std::string_view name) {
  HandedOver outcome;
  outcome.kind = HandedOver::Kind::accepted;
  outcome.names.emplace_back(name);
  return outcome;
}

HandedOver later() {
  HandedOver outcome;
  outcome.kind = HandedOver::Kind::later;
  return outcome;
}

/// Does what the test wrote for each text in turn, and then takes everything.
class FakeCarrier final : public Carrier {
 public:
  explicit FakeCarrier(asio::io_context& context) : context_(context), gate_(context) { gate_.expires_at(asio::steady_timer::time_point::max()); }
  using Act = std::function<HandedOver()>;
  void then(Act act) { acts_.push_back(std::move(act)); }
  /// The next text stays in the air until let_go().
  void hold() { hold_ = true; }
  void let_go() {
    asio::post(context_, [this] { gate_.cancel(); });
  }
  http::Awaitable<HandedOver> hand_over(sms::OutgoingText text) override {
    {
      const std::lock_guard lock(mutex_);
      words_.emplace_back(text.text.reveal_text());
      changed_.notify_all();
    }
    if (hold_) {
      hold_ = false;
      co_await gate_.async_wait(asio::as_tuple(asio::use_awaitable));
    }
    if (acts_.empty()) co_return taken(text.text.reveal_text());
    const Act act = std::move(acts_.front());
    acts_.pop_front();
    co_return act();
  }
  bool repeatable() const noexcept override { return false; }
  std::vector<std::string> words() {
    const std::lock_guard lock(mutex_);
    return words_;
  }
  void wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return words_.size() >= count; });
  }

 private:
  asio::io_context& context_;
  asio::steady_timer gate_;
  std::atomic<bool> hold_{false};
  std::deque<Act> acts_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> words_;
};

class OutboxRunnerTest : public ::testing::Test {
 protected:
  ~OutboxRunnerTest() override { stop(); }

  /// Texts of hours `begin` to `end`, UTC.
  void start(unsigned begin = 0, unsigned end = 0, unsigned per_minute = 60'000) {
    crypto::initialise();
    limits.text_retry_min = limits.text_retry_max = std::chrono::milliseconds(1);
    std::vector<OutboxRunner::Way> ways;
    auto made = std::make_unique<FakeCarrier>(context);
    carrier = made.get();
    ways.push_back({"main", std::move(made), LocalHours::create(begin * 60, end * 60, "Etc/UTC").value(), "", per_minute});
    runner = std::make_unique<OutboxRunner>(context, outbox, silenced, clock, limits, crypto::LockedKey::create(ByteVector(32, 7)).value(), std::move(ways));
    thread = std::thread([this] { context.run(); });
  }
  void stop() {
    work.reset();
    context.stop();
    if (thread.joinable()) thread.join();
  }
  TextId order(std::string_view words, bool at_any_hour = false) {
    TextId id;
    crypto::random_bytes(id.bytes);
    order_as(id, words, at_any_hour);
    return id;
  }
  void order_as(TextId id, std::string_view words, bool at_any_hour = false) {
    storage::TextRow row;
    row.id = id;
    row.gateway = "main";
    sms::OutgoingText text{"", crypto::SecretBuffer(phone), crypto::SecretBuffer(std::string_view("+1")), crypto::SecretBuffer(words)};
    EXPECT_TRUE(test::run_awaitable(runner->order(std::move(row), std::move(text), at_any_hour)));
  }
  std::vector<std::string> words(std::initializer_list<const char*> list) { return {list.begin(), list.end()}; }

  asio::io_context context{1};
  asio::executor_work_guard<asio::io_context::executor_type> work = asio::make_work_guard(context);
  MemoryOutbox outbox;
  Silenced silenced{10};
  SetClock clock;
  Limits limits;
  FakeCarrier* carrier = nullptr;
  std::unique_ptr<OutboxRunner> runner;
  std::thread thread;
};

TEST_F(OutboxRunnerTest, WhatThrowsWhileItIsHandedOverIsNotKnownAndEndsNothing) {
  start();
  carrier->then([]() -> HandedOver { throw std::bad_alloc(); });
  const TextId first = order("first");
  const auto row = outbox.settled(first);
  EXPECT_EQ(row.state, TextState::not_sent);
  EXPECT_EQ(row.reason, TextReason::perhaps_sent);
  EXPECT_EQ(outbox.settled(order("second")).state, TextState::sent);
  EXPECT_EQ(carrier->words(), words({"first", "second"})) << "never twice";
}

TEST_F(OutboxRunnerTest, WhatThrowsBeforeIsTriedAgain) {
  outbox.attempts_that_throw = 1;
  start();
  EXPECT_EQ(outbox.settled(order("first")).state, TextState::sent);
  EXPECT_EQ(carrier->words(), words({"first"}));
}

TEST_F(OutboxRunnerTest, WhatHasHappenedIsRecordedWhenTheDiskTakesIt) {
  outbox.settles_that_fail = 1;
  start();
  EXPECT_EQ(outbox.settled(order("first")).state, TextState::sent);
  EXPECT_EQ(carrier->words(), words({"first"}));
}

TEST_F(OutboxRunnerTest, WhatIsTriedAgainWaitsForTheHoursToo) {
  start(7, 21);
  clock.seconds = midnight + 21 * hour - 30;
  carrier->then([this] {
    clock.seconds = midnight + 21 * hour + 30;
    return later();
  });
  const TextId evening = order("evening");
  carrier->wait_for(1);
  EXPECT_EQ(outbox.settled(order("urgent", true)).state, TextState::sent);
  EXPECT_EQ(outbox.row(evening).state, TextState::waiting);
  EXPECT_EQ(outbox.settled(order("urgent too", true)).state, TextState::sent);
  EXPECT_EQ(carrier->words(), words({"evening", "urgent", "urgent too"})) << "nothing rings at night";
  clock.seconds = midnight + 31 * hour;
  order("good morning");
  EXPECT_EQ(outbox.settled(evening).state, TextState::sent);
}

TEST_F(OutboxRunnerTest, AClockThatIsSetExpiresNothing) {
  start();
  carrier->then([this] {
    clock.seconds += 10 * 365 * 24 * hour;
    return later();
  });
  EXPECT_EQ(outbox.settled(order("first")).state, TextState::sent);
}

TEST_F(OutboxRunnerTest, AClockThatIsSetBackHoldsNothingForYears) {
  start(7, 21);
  clock.seconds = midnight + 4 * 365 * 24 * hour;   // at night
  const TextId first = order("first");
  clock.seconds = midnight + 12 * hour;
  order("second");
  EXPECT_EQ(outbox.settled(first).state, TextState::sent);
}

TEST_F(OutboxRunnerTest, GivesUpWhenNobodyTookItForLong) {
  limits.text_hours = 0;
  start();
  const auto row = outbox.settled(order("first"));
  EXPECT_EQ(row.state, TextState::not_sent);
  EXPECT_EQ(row.reason, TextReason::expired);
  EXPECT_TRUE(carrier->words().empty());
}

TEST_F(OutboxRunnerTest, WhatIsBeingHandedOverCannotBeTakenBack) {
  start();
  carrier->hold();
  const TextId held = order("held");
  const TextId behind = order("behind");
  carrier->wait_for(1);
  EXPECT_EQ(test::run_awaitable(runner->cancel(held)).error(), Errc::not_found);
  order_as(held, "held");
  EXPECT_EQ(test::run_awaitable(runner->cancel(held)).error(), Errc::not_found) << "ordered once more, by who got no answer, it is still the same text";
  EXPECT_TRUE(test::run_awaitable(runner->cancel(behind)));
  carrier->let_go();
  EXPECT_EQ(outbox.settled(held).state, TextState::sent) << "and not \"taken back\", which would be a lie";
  EXPECT_EQ(outbox.row(behind).reason, TextReason::cancelled);
  outbox.settled(order("last"));
  EXPECT_EQ(carrier->words(), words({"held", "last"}));
}

TEST_F(OutboxRunnerTest, AnEndWaitsForWhatIsInTheAirAndStartsNothing) {
  start(0, 0, 1);
  carrier->hold();
  const TextId held = order("held");
  const TextId behind = order("behind");
  carrier->wait_for(1);
  std::thread gateway([this] { carrier->let_go(); });
  runner->finish();
  EXPECT_EQ(outbox.row(held).state, TextState::sent);
  EXPECT_EQ(outbox.row(behind).state, TextState::waiting);
  EXPECT_FALSE(outbox.tried(behind)) << "it is \"not sent\" for sure at the next start";
  runner->finish();
  gateway.join();
}

TEST_F(OutboxRunnerTest, AReportThatOvertakesOurOwnRecordIsNotLost) {
  start();
  carrier->hold();
  const TextId held = order("name");
  carrier->wait_for(1);
  const sms::DeliveryReport report{crypto::SecretBuffer(std::string_view("name")), TextState::delivered, TextReason::none, ""};
  EXPECT_TRUE(test::run_awaitable(runner->reported("main", report)));
  carrier->let_go();
  EXPECT_EQ(outbox.become(held, TextState::delivered).state, TextState::delivered);
}

TEST_F(OutboxRunnerTest, AReportFindsItsTextUnderAnotherName) {
  start();
  const TextId sent = order("1a2b");
  EXPECT_EQ(outbox.settled(sent).state, TextState::sent);
  sms::DeliveryReport report{crypto::SecretBuffer(std::string_view("6699")), TextState::delivered, TextReason::none, ""};
  report.other_names.emplace_back(std::string_view("1a2b"));
  EXPECT_TRUE(test::run_awaitable(runner->reported("main", report)));
  EXPECT_EQ(outbox.row(sent).state, TextState::delivered);
}

TEST_F(OutboxRunnerTest, AReportUnderAnotherNameThatOvertakesTheHandOverIsNotLost) {
  start();
  carrier->hold();
  const TextId held = order("1a2b");
  carrier->wait_for(1);
  sms::DeliveryReport report{crypto::SecretBuffer(std::string_view("6699")), TextState::delivered, TextReason::none, ""};
  report.other_names.emplace_back(std::string_view("1a2b"));
  EXPECT_TRUE(test::run_awaitable(runner->reported("main", report)));
  carrier->let_go();
  EXPECT_EQ(outbox.become(held, TextState::delivered).state, TextState::delivered);
  // It was about that text: one that is called so later is another.
  const TextId other = order("6699");
  EXPECT_EQ(outbox.settled(other).state, TextState::sent);
}

TEST_F(OutboxRunnerTest, AReportOnTheServersOwnTextThatOvertakesItsHandOverWaitsForNoOther) {
  start();
  carrier->hold();
  std::vector<sms::OutgoingText> own;
  own.push_back({"", crypto::SecretBuffer(std::string_view("+5016221234")), crypto::SecretBuffer(std::string_view("+1")), crypto::SecretBuffer(std::string_view("16"))});
  runner->send_automatic("main", std::move(own), false);
  carrier->wait_for(1);
  sms::DeliveryReport report{crypto::SecretBuffer(std::string_view("16")), TextState::refused, TextReason::undelivered, ""};
  report.other_names.emplace_back(std::string_view("10"));
  EXPECT_TRUE(test::run_awaitable(runner->reported("main", report)));
  carrier->let_go();
  const TextId desks = order("10");
  outbox.settled(desks);
  runner->finish();
  EXPECT_EQ(outbox.row(desks).state, TextState::sent);
}

TEST_F(OutboxRunnerTest, WhoSaysStopMeanwhileGetsNoText) {
  start();
  carrier->then([this] {
    silenced.add("main", phone);
    return later();
  });
  const auto row = outbox.settled(order("first"));
  EXPECT_EQ(row.state, TextState::refused);
  EXPECT_EQ(row.reason, TextReason::opted_out);
  EXPECT_EQ(carrier->words(), words({"first"}));
}

TEST_F(OutboxRunnerTest, WhatWaitsWhenTextsBecomeUnsafeDoesNotLeave) {
  start();
  carrier->hold();
  const TextId held = order("held");
  const TextId behind = order("behind");
  carrier->wait_for(1);
  runner->became_unsafe("main", phone);
  runner->became_unsafe("nobody", phone);
  const TextId warned = order("ordered by who was warned of it");
  carrier->let_go();
  EXPECT_EQ(outbox.settled(held).state, TextState::sent) << "the gateway had it already";
  const auto row = outbox.settled(behind);
  EXPECT_EQ(row.state, TextState::not_sent);
  EXPECT_EQ(row.reason, TextReason::became_unsafe);
  EXPECT_EQ(outbox.settled(warned).state, TextState::sent);
  EXPECT_EQ(carrier->words(), words({"held", "ordered by who was warned of it"}));
}

TEST_F(OutboxRunnerTest, WhatWaitsForTheMorningIsToldAtOnceAsNotSent) {
  start(7, 21);
  clock.seconds = midnight;
  const TextId morning = order("for the morning");
  runner->became_unsafe("main", "+5016220000");
  EXPECT_EQ(outbox.settled(order("somebody else's phone", true)).state, TextState::sent);
  EXPECT_EQ(outbox.row(morning).state, TextState::waiting);
  runner->became_unsafe("main", phone);
  EXPECT_EQ(outbox.settled(morning).reason, TextReason::became_unsafe);
}

TEST_F(OutboxRunnerTest, WhatIsToBeTriedAgainIsNotOnceTextsAreNotSafe) {
  start();
  carrier->then([this] {
    runner->became_unsafe("main", phone);
    return later();
  });
  EXPECT_EQ(outbox.settled(order("first")).reason, TextReason::became_unsafe);
  EXPECT_EQ(carrier->words(), words({"first"}));
}

TEST_F(OutboxRunnerTest, AnOrderThatCrossesNotSafeDoesNotLeave) {
  start();
  outbox.while_adding = [this] { runner->became_unsafe("main", phone); };
  EXPECT_EQ(outbox.settled(order("crossed")).reason, TextReason::became_unsafe);
  EXPECT_TRUE(carrier->words().empty());
}

}  // namespace
}  // namespace hotline::texting
