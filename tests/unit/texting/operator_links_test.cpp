#include "server/texting/operator_links.hpp"

#include "crypto/age_keys.hpp"
#include "server/smpp/pdu.hpp"
#include "server/texting/smpp_carrier.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/support/operator_by_hand.hpp"
#include "tests/support/run_awaitable.hpp"

#include <gtest/gtest.h>

#include <future>
#include <string>
#include <thread>

namespace hotline::texting {
namespace {

using smpp::Status;

constexpr std::int64_t now = 1'762'344'000;

struct Events final : sms::TextEvents {
  void heard(std::string_view, const sms::Message& message) override { texts.emplace_back(message.text.reveal_text()); }
  http::Awaitable<Result<void>> reported(std::string_view gateway, const sms::DeliveryReport& report) override {
    if (failure) co_return *failure;
    reports.push_back(std::string(gateway) + ":" + std::string(report.name.reveal_text()));
    co_return Result<void>();
  }
  std::vector<std::string> texts;
  std::vector<std::string> reports;
  std::optional<Errc> failure;
};

class OperatorLinksTest : public ::testing::Test {
 protected:
  OperatorLinksTest() {
    crypto::initialise();
    desks.desk_list.push_back({.id = desk, .name = "Belize City", .demo = false});
    settings.emplace_back();
    settings[0].name = "op";
    settings[0].smpp.emplace();
    settings[0].smpp->host = "127.0.0.1";
    settings[0].smpp->port = by_hand.port();
    settings[0].smpp->system_id = "hotline";
    settings[0].smpp->password = SettingSecret("secret");
  }
  void begin_epoch() {
    desks.epoch_list.push_back({.id = EpochId{{4, 5, 6}},
                                .desk = desk,
                                .recipient = ByteVector(recipient.bytes().begin(), recipient.bytes().end()),
                                .not_before = now - 1000,
                                .not_after = now + 100'000});
    epochs.look_again();
  }
  void start() {
    auto created = OperatorLinks::create(settings, clock, limits);
    ASSERT_TRUE(created) << created.error().line;
    links = std::move(*created);
    links->start(intake, events);
    by_hand.bind();
  }

  crypto::age::Identity identity = crypto::age::Identity::generate();
  crypto::age::Recipient recipient = identity.recipient();
  DeskId desk{{1, 2, 3}};
  test::FixedClock clock{now};
  test::MemoryDesks desks;
  test::MemoryInbox inbox;
  storage::CurrentEpochs epochs{desks, clock};
  Events events;
  sms::MessageIntake intake{inbox, epochs, crypto::LockedKey::create(ByteVector(32, 7)).value(), clock, &events};
  Limits limits;
  std::vector<SmsSettings> settings;
  test::OperatorByHand by_hand;
  std::unique_ptr<OperatorLinks> links;
};

TEST_F(OperatorLinksTest, WithoutAnEpochATextIsAskedForAgain) {
  start();
  EXPECT_EQ(by_hand.deliver("ayuda"), Status::temporary_fault);
  EXPECT_TRUE(events.texts.empty());
  begin_epoch();
  EXPECT_EQ(by_hand.deliver("ayuda"), Status::ok);
  EXPECT_EQ(inbox.reports.size(), 1U);
  EXPECT_EQ(events.texts, std::vector<std::string>{"ayuda"});
}

TEST_F(OperatorLinksTest, WhatCannotBeStoredIsAskedForAgain) {
  begin_epoch();
  start();
  for (const Errc failure : {Errc::storage_failed, Errc::storage_full, Errc::busy}) {
    inbox.failure = failure;
    EXPECT_EQ(by_hand.deliver("ayuda"), Status::temporary_fault);
  }
  inbox.failure.reset();
  EXPECT_EQ(by_hand.deliver("ayuda"), Status::ok);
  EXPECT_EQ(inbox.reports.size(), 1U);
}

TEST_F(OperatorLinksTest, ReceiptsAreAnsweredWhenTheyAreRecorded) {
  begin_epoch();
  start();
  constexpr std::string_view receipt = "id:7f sub:001 dlvrd:001 submit date:2611240310 done date:2611240311 stat:DELIVRD err:000 text:";
  events.failure = Errc::storage_failed;
  EXPECT_EQ(by_hand.deliver(receipt, 4), Status::temporary_fault);
  events.failure.reset();
  EXPECT_EQ(by_hand.deliver(receipt, 4), Status::ok);
  EXPECT_EQ(events.reports, std::vector<std::string>{"op:7f"});
  EXPECT_TRUE(inbox.reports.empty());
}

TEST_F(OperatorLinksTest, WhenItEndsNothingMoreIsTakenButATextThatIsLeavingMayLeave) {
  begin_epoch();
  start();
  links->stop_taking();
  EXPECT_EQ(by_hand.deliver("demasiado tarde"), Status::temporary_fault);
  EXPECT_TRUE(inbox.reports.empty());

  SmppCarrier carrier(*links->find("op"));
  auto leaving = std::async(std::launch::async, [&] {
    return test::run_awaitable(carrier.hand_over({"", crypto::SecretBuffer(std::string_view("+5016200001")), crypto::SecretBuffer(std::string_view("555")),
                                                  crypto::SecretBuffer(std::string_view("hola"))}));
  });
  by_hand.take_submit(Status::ok, "0A");
  const sms::HandedOver outcome = leaving.get();
  EXPECT_EQ(outcome.kind, sms::HandedOver::Kind::accepted);
  EXPECT_EQ(outcome.names.at(0).reveal_text(), "a");

  auto stopping = std::async(std::launch::async, [&] { links->stop(); });
  by_hand.unbind();
  stopping.get();
}

TEST_F(OperatorLinksTest, SettingsThatCannotBeMeantAreTold) {
  settings[0].smpp->password = SettingSecret("longer than eight");
  const auto created = OperatorLinks::create(settings, clock, limits);
  ASSERT_FALSE(created);
  EXPECT_EQ(created.error().line.find("[sms.op.smpp] "), 0U) << created.error().line;
  EXPECT_EQ(created.error().line.find("longer than"), std::string::npos);
}

TEST_F(OperatorLinksTest, ItsDeskMustExist) {
  settings[0].desk = "Belmopan";
  const auto created = OperatorLinks::create(settings, clock, limits);
  ASSERT_TRUE(created);
  EXPECT_FALSE((*created)->check_desks(desks.desk_list));
  desks.desk_list.push_back({.id = DeskId{{9}}, .name = "Belmopan", .demo = false});
  EXPECT_TRUE((*created)->check_desks(desks.desk_list));
}

}  // namespace
}  // namespace hotline::texting
