#include "crypto/random.hpp"
#include "server/texting/outbox_runner.hpp"
#include "tests/support/run_awaitable.hpp"
#include "tests/unit/texting/memory_outbox.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>
#include <utility>

namespace hotline::texting {
namespace {

namespace asio = boost::asio;
using sms::HandedOver;
using sms::OutgoingText;
using testing::ElementsAre;

/// Noon in a place whose texts may arrive at one in the morning only.
struct FixedClock final : Clock {
  std::int64_t now() const override { return 1'762'300'800 + 12 * 3600; }
};

/// Writes down what it is given, and answers as it is told; then takes everything.
class FakeCarrier final : public Carrier {
 public:
  explicit FakeCarrier(std::deque<HandedOver::Kind> answers) : answers_(std::move(answers)) {}
  http::Awaitable<HandedOver> hand_over(OutgoingText text) override {
    HandedOver outcome;
    outcome.kind = HandedOver::Kind::accepted;
    {
      const std::lock_guard lock(mutex_);
      if (!answers_.empty()) {
        outcome.kind = answers_.front();
        answers_.pop_front();
      }
      if (named_by_words) outcome.names.emplace_back(text.text.reveal_text());
      words_.emplace_back(std::string(text.to.reveal_text()) + " " + std::string(text.from.reveal_text()) + " " + std::string(text.text.reveal_text()));
    }
    changed_.notify_all();
    if (!meanwhile) co_return outcome;
    std::exchange(meanwhile, nullptr)();
    co_await asio::post(co_await asio::this_coro::executor, asio::use_awaitable);
    co_return outcome;
  }
  bool named_by_words = false;       ///< as reports will call each text
  std::function<void()> meanwhile;   ///< done while the next text is being handed over
  bool repeatable() const noexcept override { return false; }
  std::vector<std::string> wait_for(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return words_.size() >= count; });
    return words_;
  }

 private:
  std::deque<HandedOver::Kind> answers_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> words_;
};

class AutomaticTest : public testing::Test {
 protected:
  ~AutomaticTest() override {
    if (!thread_.joinable()) return;
    work_.reset();
    context_.stop();
    thread_.join();
  }
  void make(std::deque<HandedOver::Kind> answers = {}, std::string from = "") {
    crypto::initialise();
    limits_.text_retry_min = limits_.text_retry_max = std::chrono::milliseconds(1);
    std::vector<OutboxRunner::Way> ways;
    auto made = std::make_unique<FakeCarrier>(std::move(answers));
    carrier_ = made.get();
    ways.push_back({"main", std::move(made), LocalHours::create(60, 120, "Etc/UTC").value(), std::move(from), 60'000});
    runner_ = std::make_unique<OutboxRunner>(context_, outbox_, silenced_, clock_, limits_, crypto::LockedKey::create(ByteVector(32, 7)).value(), std::move(ways));
  }
  /// Only now does anything leave.
  void go() {
    thread_ = std::thread([this] { context_.run(); });
  }
  static std::vector<OutgoingText> texts(std::initializer_list<std::string_view> words, std::string_view to = "+1") {
    std::vector<OutgoingText> all;
    for (const std::string_view one : words) all.push_back({"id", crypto::SecretBuffer(to), crypto::SecretBuffer("+2"), crypto::SecretBuffer(one)});
    return all;
  }

  Limits limits_;
  FixedClock clock_;
  test::MemoryOutbox outbox_;
  Silenced silenced_{10};
  FakeCarrier* carrier_ = nullptr;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_ = asio::make_work_guard(context_);
  std::unique_ptr<OutboxRunner> runner_;
  std::thread thread_;
};

TEST_F(AutomaticTest, LeavesAtAnyHourInItsOrderAndDangerFirst) {
  make();
  runner_->send_automatic("main", texts({"first", "second"}), false);
  runner_->send_automatic("main", texts({"other"}, "+3"), false);
  runner_->send_automatic("main", texts({"danger"}, "+4"), true);
  runner_->send_automatic("nobody", texts({"nowhere"}), true);
  runner_->send_automatic("main", {}, true);
  go();
  EXPECT_THAT(carrier_->wait_for(4), ElementsAre("+4 +2 danger", "+1 +2 first", "+1 +2 second", "+3 +2 other"));
}

TEST_F(AutomaticTest, TheDesksOwnTextsGoFirstButForDanger) {
  make();
  storage::TextRow row;
  crypto::random_bytes(row.id.bytes);
  row.gateway = "main";
  asio::co_spawn(context_, runner_->order(std::move(row), std::move(texts({"the desk"}).front()), true), [](const std::exception_ptr&, const Result<void>&) {});
  runner_->send_automatic("main", texts({"answer"}), false);
  runner_->send_automatic("main", texts({"danger"}), true);
  go();
  EXPECT_THAT(carrier_->wait_for(3), ElementsAre("+1 +2 danger", "+1 +2 the desk", "+1 +2 answer"));
}

TEST_F(AutomaticTest, ComesFromTheNumberOfTheSettings) {
  make({}, "+9");
  runner_->send_automatic("main", texts({"text"}), false);
  go();
  EXPECT_THAT(carrier_->wait_for(1), ElementsAre("+1 +9 text"));
}

TEST_F(AutomaticTest, IsTriedAgainAndWhatFollowsWaits) {
  make({HandedOver::Kind::later, HandedOver::Kind::later});
  runner_->send_automatic("main", texts({"first", "second"}), false);
  go();
  EXPECT_THAT(carrier_->wait_for(4), ElementsAre("+1 +2 first", "+1 +2 first", "+1 +2 first", "+1 +2 second"));
}

TEST_F(AutomaticTest, WhatMayHaveArrivedIsNotRepeatedAndNothingFollows) {
  make({HandedOver::Kind::unknown});
  runner_->send_automatic("main", texts({"first", "second"}), false);
  runner_->send_automatic("main", texts({"other"}, "+3"), false);
  go();
  EXPECT_THAT(carrier_->wait_for(2), ElementsAre("+1 +2 first", "+3 +2 other"));
}

TEST_F(AutomaticTest, WhatIsRefusedIsNotRepeatedAndNothingFollows) {
  make({HandedOver::Kind::refused});
  runner_->send_automatic("main", texts({"first", "second"}), false);
  runner_->send_automatic("main", texts({"other"}, "+3"), false);
  go();
  EXPECT_THAT(carrier_->wait_for(2), ElementsAre("+1 +2 first", "+3 +2 other"));
}

TEST_F(AutomaticTest, IsDroppedWhenItIsTooLateOrNotWanted) {
  make();
  silenced_.add("main", "+5");
  runner_->send_automatic("main", texts({"too late"}), true, std::chrono::milliseconds(0));
  runner_->send_automatic("main", texts({"not wanted"}, "+5"), true);
  runner_->send_automatic("main", texts({"text"}), false);
  go();
  EXPECT_THAT(carrier_->wait_for(1), ElementsAre("+1 +2 text"));
}

TEST_F(AutomaticTest, WhatIsNotSafeAnyMoreDoesNotLeaveAndWhatAnswersThatDoes) {
  make();
  runner_->send_automatic("main", texts({"must tell", "child"}), false);
  runner_->send_automatic("main", texts({"other"}, "+3"), false);
  runner_->send_automatic("main", texts({"danger"}), true);
  runner_->drop_automatic("main", "+1");
  runner_->drop_automatic("nobody", "+1");
  runner_->send_automatic("main", texts({"we do not write"}), false);
  go();
  EXPECT_THAT(carrier_->wait_for(3), ElementsAre("+1 +2 danger", "+3 +2 other", "+1 +2 we do not write"));
}

TEST_F(AutomaticTest, WhatBecameUnsafeDropsThemToo) {
  make();
  runner_->send_automatic("main", texts({"must tell", "child"}), false);
  runner_->send_automatic("main", texts({"danger"}), true);
  runner_->became_unsafe("main", "+1");
  runner_->send_automatic("main", texts({"we do not write"}), false);
  go();
  EXPECT_THAT(carrier_->wait_for(2), ElementsAre("+1 +2 danger", "+1 +2 we do not write"));
}

TEST_F(AutomaticTest, NothingFollowsWhatWasBeingHandedOverWhenItBecameUnsafe) {
  for (const auto outcome : {HandedOver::Kind::accepted, HandedOver::Kind::later}) {
    AutomaticTest::make({outcome});
    carrier_->meanwhile = [&] {
      runner_->drop_automatic("main", "+1");
      runner_->send_automatic("main", texts({"we do not write"}), false);
    };
    runner_->send_automatic("main", texts({"must tell", "child"}), false);
    go();
    EXPECT_THAT(carrier_->wait_for(2), ElementsAre("+1 +2 must tell", "+1 +2 we do not write"));
    runner_->finish();
    EXPECT_THAT(carrier_->wait_for(2), testing::SizeIs(2));
    context_.stop();
    thread_.join();
    context_.restart();
  }
}

/// What an operator's link makes of a receipt: its own spelling, and what the id may have been called in the answer.
sms::DeliveryReport report_on(std::string_view name, std::initializer_list<std::string_view> others, storage::TextState state) {
  sms::DeliveryReport report{crypto::SecretBuffer(name), state, storage::TextReason::none, ""};
  for (const std::string_view other : others) report.other_names.emplace_back(other);
  return report;
}

TEST_F(AutomaticTest, AReportOnOneIsNotTakenForOneOnADesksText) {
  make();
  carrier_->named_by_words = true;
  storage::TextRow row;
  crypto::random_bytes(row.id.bytes);
  row.gateway = "main";
  const TextId desks = row.id;
  asio::co_spawn(context_, runner_->order(std::move(row), std::move(texts({"10"}).front()), true), [](const std::exception_ptr&, const Result<void>&) {});
  runner_->send_automatic("main", texts({"16"}), false);
  go();
  carrier_->wait_for(2);
  runner_->finish();
  EXPECT_TRUE(test::run_awaitable(runner_->reported("main", report_on("16", {"10", "22"}, storage::TextState::refused))));
  EXPECT_EQ(outbox_.row(desks).state, storage::TextState::sent);
  EXPECT_TRUE(test::run_awaitable(runner_->reported("main", report_on("10", {"a", "16"}, storage::TextState::delivered))));
  EXPECT_EQ(outbox_.row(desks).state, storage::TextState::delivered);
}

TEST_F(AutomaticTest, WaitsInBoundedNumber) {
  make();
  for (int i = 0; i < 1500; ++i) runner_->send_automatic("main", texts({"text"}), false);
  for (int i = 0; i < 1500; ++i) runner_->send_automatic("main", texts({"danger"}), true);
  runner_->send_automatic("main", texts({"more"}), false);
  go();
  const auto sent = carrier_->wait_for(2000);
  EXPECT_EQ(sent[999], "+1 +2 danger");
  EXPECT_EQ(sent[1000], "+1 +2 text");
}

}  // namespace
}  // namespace hotline::texting
