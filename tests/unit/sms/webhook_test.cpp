#include "server/sms/webhook.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "tests/support/await.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/unit/sms/twilio.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

namespace {

using namespace hotline;
using namespace hotline::sms;
using test::a_text;
using test::Sent;

constexpr std::int64_t hour = 480'000;

struct Body final : http::BodyReader {
  explicit Body(Errc with) : error(with) {}
  http::Awaitable<Result<Bytes>> read_some() override { co_return error; }
  std::optional<std::uint64_t> declared_size() const override { return std::nullopt; }
  Errc error;
};

class WebhookTest : public testing::Test {
 protected:
  WebhookTest() {
    desks.desk_list.push_back({.id = desk, .name = "Belize City", .demo = false});
    desks.epoch_list.push_back({.id = epoch,
                                .desk = desk,
                                .recipient = ByteVector(recipient.bytes().begin(), recipient.bytes().end()),
                                .not_before = hour * 3600 - 1000,
                                .not_after = hour * 3600 + 100'000});
    make(test::twilio_settings());
  }

  void make(SmsSettings one) {
    std::vector<SmsSettings> settings;
    settings.push_back(std::move(one));
    gateways = std::make_unique<Gateways>(Gateways::create(settings).value());
    webhook = std::make_unique<Webhook>(*gateways, intake, clock, limits);
  }
  http::Response send(Sent sent) { return test::await(webhook->handle(sent.ready())); }
  boost::json::value opened(std::size_t index) {
    const auto text = crypto::age::open(std::span(&identity, 1), inbox.reports.at(index).sealed);
    padded_size = text->size();
    return boost::json::parse(text->reveal_text());
  }
  static std::string body(const http::Response& response) { return std::get<std::string>(response.body); }
  static std::string header(const http::Response& response, std::string_view name) {
    for (const auto& [key, value] : response.headers) {
      if (key == name) return value;
    }
    return {};
  }

  crypto::age::Identity identity = crypto::age::Identity::generate();
  crypto::age::Recipient recipient = identity.recipient();
  DeskId desk{{1, 2, 3}};
  EpochId epoch{{4, 5, 6}};
  test::FixedClock clock{hour * 3600 + 17};
  test::MemoryDesks desks;
  test::MemoryInbox inbox;
  storage::CurrentEpochs epochs{desks, clock};
  MessageIntake intake{inbox, epochs, crypto::LockedKey::create(as_bytes("0123456789abcdef0123456789abcdef")).value(), clock};
  Limits limits;
  std::unique_ptr<Gateways> gateways;
  std::unique_ptr<Webhook> webhook;
  std::size_t padded_size = 0;
};

TEST_F(WebhookTest, StoresATextThatOnlyTheDeskOpens) {
  const auto response = send(test::signed_post(a_text("Ayuda 🙏")));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.content_type, "text/xml; charset=utf-8");
  EXPECT_EQ(body(response), "<Response/>");
  ASSERT_EQ(inbox.reports.size(), 1U);
  const storage::NewReport& report = inbox.reports[0];
  EXPECT_EQ(report.epoch, epoch);
  EXPECT_EQ(report.channel, storage::Channel::sms);
  EXPECT_EQ(report.priority, 3);
  EXPECT_EQ(report.received_hour, hour);
  EXPECT_TRUE(report.sms_dedupe_key.has_value());
  EXPECT_FALSE(report.idempotency_key.has_value());
  EXPECT_EQ(opened(0), boost::json::parse(R"({"v":1,"type":"sms","desk":"01020300000000000000000000000000","received_hour":480000,
    "gateway":"twilio","message_id":"SM0123456789abcdef0123456789abcdef","from":"+5016001234","to":"+5018005551","text":"Ayuda 🙏",
    "media":[],"flags":[],"sms":{"gateway":"twilio","from":"+5016001234","to":"+5018005551"}})"));
  EXPECT_EQ(padded_size, 1024U);
}

TEST_F(WebhookTest, AllFormsOfARequestAreTaken) {
  EXPECT_EQ(send(test::signed_get(a_text("by get"))).status, 200);
  EXPECT_EQ(opened(0).at("text"), "by get");
}

TEST_F(WebhookTest, ASecondDeliveryGetsTheSameAnswerAndIsStoredOnce) {
  const auto first = send(test::signed_post(a_text()));
  const auto second = send(test::signed_post(a_text()));
  EXPECT_EQ(inbox.reports.size(), 1U);
  EXPECT_EQ(second.status, first.status);
  EXPECT_EQ(second.content_type, first.content_type);
  EXPECT_EQ(body(second), body(first));
  EXPECT_EQ(second.headers, first.headers);
  send(test::signed_post(a_text("the same words", "SM2")));
  send(test::signed_post(a_text("the same words", "SM3")));
  EXPECT_EQ(inbox.reports.size(), 3U);
}

TEST_F(WebhookTest, WhatIsKnownToBeCommittedIsNotAskedForWithinTheHour) {
  const auto first = send(test::signed_post(a_text()));
  inbox.failure = Errc::storage_failed;
  const auto second = send(test::signed_post(a_text()));
  EXPECT_EQ(second.status, first.status);
  EXPECT_EQ(body(second), body(first));
  EXPECT_EQ(second.headers, first.headers);
  EXPECT_EQ(send(test::signed_post(a_text("the same words", "SM2"))).status, 503);
  // The database forgets in the end: it is asked again, and what it says counts for an hour more.
  clock.set((hour + 1) * 3600);
  EXPECT_EQ(send(test::signed_post(a_text())).status, 503);
  inbox.failure.reset();
  EXPECT_EQ(send(test::signed_post(a_text())).status, 200);
  inbox.failure = Errc::storage_failed;
  EXPECT_EQ(send(test::signed_post(a_text())).status, 200);
  EXPECT_EQ(inbox.reports.size(), 1U);
}

TEST_F(WebhookTest, WhatIsNotCommittedIsNotAcknowledgedHoweverOftenItComes) {
  for (const Errc failure : {Errc::busy, Errc::storage_full, Errc::storage_failed, Errc::closed}) {
    inbox.failure = failure;
    for (int i = 0; i < 3; ++i) EXPECT_EQ(send(test::signed_post(a_text())).status, 503);
  }
  inbox.failure.reset();
  EXPECT_EQ(send(test::signed_post(a_text())).status, 200);
  EXPECT_EQ(inbox.reports.size(), 1U);
}

TEST_F(WebhookTest, ASecondDeliveryIsNotAcknowledgedWhileTheFirstIsNotCommitted) {
  struct Slow final : storage::Inbox {
    storage::Awaitable<Result<ReportId>> add(storage::NewReport) override {
      const bool outer = ++asked == 1;
      if (outer) meanwhile();
      if (outer) co_return ReportId();
      co_return Errc::closed;
    }
    storage::Awaitable<Result<std::vector<storage::ReportRow>>> list(DeskId, std::int64_t, std::size_t) override { co_return Errc::closed; }
    storage::Awaitable<Result<storage::ReportRow>> get(DeskId, ReportId) override { co_return Errc::closed; }
    storage::Awaitable<Result<std::vector<storage::ReportRow>>> find(DeskId, std::vector<ReportId>) override { co_return Errc::closed; }
    storage::Awaitable<Result<std::int64_t>> count() override { co_return Errc::closed; }
    std::function<void()> meanwhile;
    int asked = 0;
  };
  Slow slow;
  MessageIntake on_slow_disk(slow, epochs, crypto::LockedKey::create(as_bytes("0123456789abcdef0123456789abcdef")).value(), clock);
  Webhook on_slow(*gateways, on_slow_disk, clock, limits);
  const auto deliver = [&] {
    Sent sent = test::signed_post(a_text());
    return test::await(on_slow.handle(sent.ready())).status;
  };
  int second = 0;
  slow.meanwhile = [&] { second = deliver(); };
  EXPECT_EQ(deliver(), 200);
  EXPECT_EQ(second, 503);
  EXPECT_EQ(deliver(), 200);
  EXPECT_EQ(slow.asked, 2);
}

TEST_F(WebhookTest, OneIdFromTwoGatewaysIsTwoTexts) {
  send(test::signed_post(a_text()));
  SmsSettings other = test::twilio_settings();
  other.name = "other";
  make(std::move(other));
  Sent sent = test::signed_post(a_text());
  sent.request.captured = {"other"};
  EXPECT_EQ(send(std::move(sent)).status, 200);
  EXPECT_EQ(inbox.reports.size(), 2U);
}

TEST_F(WebhookTest, DangerIsToldBesideTheSealedText) {
  send(test::signed_post(a_text("¡Peligro!", "SM1")));
  send(test::signed_post(a_text("9", "SM2")));
  send(test::signed_post(a_text("dangerous", "SM3")));
  ASSERT_EQ(inbox.reports.size(), 3U);
  EXPECT_EQ(inbox.reports[0].priority, 0);
  EXPECT_EQ(inbox.reports[1].priority, 0);
  EXPECT_EQ(inbox.reports[2].priority, 3);
}

TEST_F(WebhookTest, WhatIsRefusedLeavesNothingAndLooksAlike) {
  Sent tampered = test::signed_post(a_text());
  tampered.body += "&x=1";
  Sent bare = test::signed_post(a_text());
  bare.request.headers.pop_back();
  Sent with_path = test::signed_post(a_text());
  with_path.request.captured = {"twilio", "guess"};
  for (Sent* sent : {&tampered, &bare, &with_path}) {
    const auto response = send(std::move(*sent));
    EXPECT_EQ(response.status, 403);
    EXPECT_EQ(body(response), "The signature does not match.\n");
    EXPECT_EQ(response.content_type, "text/plain; charset=utf-8");
    EXPECT_TRUE(response.headers.empty());
  }
  EXPECT_EQ(send(test::post("From=%", "")).status, 400);
  EXPECT_EQ(send(test::post("{}", "", "text/plain")).status, 415);
  EXPECT_EQ(send(test::post(std::string(limits.sms_body_bytes_max + 1, 'a'), "")).status, 413);
  Sent unknown = test::signed_post(a_text());
  unknown.request.captured = {"nobody"};
  EXPECT_EQ(send(std::move(unknown)).status, 404);
  Sent head = test::signed_get(a_text());
  head.request.method = http::Method::head;
  const auto refused = send(std::move(head));
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(header(refused, "Allow"), "POST, GET");
  EXPECT_TRUE(inbox.reports.empty());
}

TEST_F(WebhookTest, WhatProvedItselfButCannotBeReadIsSealedWhole) {
  auto without_from = a_text("who am I?");
  std::erase_if(without_from, [](const auto& pair) { return pair.first == "From"; });
  const Sent sent = test::signed_post(without_from);
  for (int i = 0; i < 2; ++i) {
    const auto response = send(test::signed_post(without_from));
    EXPECT_EQ(response.status, 200);
    EXPECT_EQ(body(response), "<Response/>");
  }
  ASSERT_EQ(inbox.reports.size(), 1U);
  const auto report = opened(0);
  EXPECT_EQ(report.at("flags"), boost::json::parse(R"(["unreadable"])"));
  EXPECT_EQ(report.at("text"), "who am I?");
  const std::string raw(report.at("raw").as_string());
  EXPECT_EQ(raw, crypto::to_base64(as_bytes(sent.body), crypto::Base64::standard));
}

TEST_F(WebhookTest, TheLargestUnreadableRequestIsStillKept) {
  auto pairs = a_text(std::string(60'000, 'x'));
  std::erase_if(pairs, [](const auto& pair) { return pair.first == "To"; });
  EXPECT_EQ(send(test::signed_post(pairs)).status, 200);
  ASSERT_EQ(inbox.reports.size(), 1U);
}

TEST_F(WebhookTest, SlowAndBrokenBodies) {
  Sent sent = test::signed_post(a_text());
  for (const auto& [error, status] : {std::pair(Errc::timed_out, 408), std::pair(Errc::malformed, 400), std::pair(Errc::too_large, 413)}) {
    Body reader(error);
    sent.request.body = &reader;
    EXPECT_EQ(test::await(webhook->handle(sent.request)).status, status);
  }
}

TEST_F(WebhookTest, OurFaultsAskForAnotherTry) {
  for (const Errc failure : {Errc::busy, Errc::storage_full, Errc::storage_failed, Errc::closed}) {
    inbox.failure = failure;
    const auto response = send(test::signed_post(a_text()));
    EXPECT_EQ(response.status, 503);
    EXPECT_EQ(header(response, "Retry-After"), "5");
    EXPECT_EQ(body(response), "Try again.\n");
  }
  inbox.failure.reset();
  EXPECT_EQ(send(test::signed_post(a_text())).status, 200);
  EXPECT_EQ(inbox.reports.size(), 1U);
}

TEST_F(WebhookTest, WithoutADeskOrEpochNothingIsAcknowledged) {
  desks.epoch_list.clear();
  EXPECT_EQ(send(test::signed_post(a_text())).status, 503);
  SmsSettings settings = test::twilio_settings();
  settings.desk = "Dangriga";
  make(std::move(settings));
  EXPECT_EQ(send(test::signed_post(a_text())).status, 503);
  EXPECT_TRUE(inbox.reports.empty());
}

TEST_F(WebhookTest, ReportsOnSentMessagesAreAnsweredAndNotStored) {
  const auto response = send(test::signed_post({{"MessageSid", "SM1"}, {"MessageStatus", "delivered"}}));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(body(response), "<Response/>");
  EXPECT_TRUE(inbox.reports.empty());
}

TEST_F(WebhookTest, RoutesLeadHere) {
  http::Router router([](int status, const http::Request*, std::uint64_t) { return http::text_response(status, ""); });
  webhook->add_routes(router);
  Sent sent = test::signed_post(a_text());
  sent.request.captured.clear();
  const auto match = router.find(sent.ready());
  ASSERT_NE(match.handler, nullptr);
  EXPECT_EQ(match.limits.body_bytes_max, limits.sms_body_bytes_max);
  EXPECT_EQ(test::await((*match.handler)(sent.request)).status, 200);
  sent.request.path = "/sms/twilio/token";
  ASSERT_NE(router.find(sent.ready()).handler, nullptr);
  EXPECT_EQ(sent.request.captured, (std::vector<std::string>{"twilio", "token"}));
  sent.request.method = http::Method::put;
  EXPECT_EQ(router.find(sent.request).status, 405);
}

/// Counts what is heard.
struct Listener final : TextEvents {
  void heard(std::string_view, const Message&) override { ++count; }
  http::Awaitable<Result<void>> reported(std::string_view, const DeliveryReport&) override { co_return Result<void>(); }
  int count = 0;
};

TEST_F(WebhookTest, AnOptOutThatMayBeANewOneIsHeededEachTime) {
  Listener listener;
  MessageIntake heeding{inbox, epochs, crypto::LockedKey::create(as_bytes("0123456789abcdef0123456789abcdef")).value(), clock, &listener};
  const auto take = [&](std::string_view flag, std::string_view id) {
    Message message;
    message.from = crypto::SecretBuffer(std::string_view("+5016001234"));
    message.id = crypto::SecretBuffer(id);
    message.dedupe = crypto::SecretBuffer(std::string(flag) + std::string(id));
    if (!flag.empty()) message.flags.emplace_back(flag);
    return test::await(heeding.take({"main", "", false}, message));
  };
  EXPECT_TRUE(take("opt-out", ""));
  EXPECT_EQ(take("opt-out", "").error(), make_error_code(Errc::duplicate));
  EXPECT_EQ(listener.count, 2);
  EXPECT_TRUE(take("opt-out", "id"));
  EXPECT_FALSE(take("opt-out", "id"));
  EXPECT_TRUE(take("", ""));
  EXPECT_FALSE(take("", ""));
  EXPECT_EQ(listener.count, 4) << "these are known to be the same";
}

}  // namespace
