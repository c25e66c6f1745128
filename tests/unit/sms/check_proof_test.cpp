#include "server/sms/check_proof.hpp"

#include "crypto/age.hpp"
#include "server/sms/webhook.hpp"
#include "tests/support/await.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/unit/sms/twilio.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace {

using namespace hotline;
using namespace hotline::sms;
using test::Sent;

CheckProof proof_by(std::string_view key) { return CheckProof(crypto::LockedKey::create(as_bytes(key)).value()); }

const std::string our_key = "0123456789abcdef0123456789abcdef";
const std::string other_key = "fedcba98765432100123456789abcdef";

TEST(CheckProof, CoversAllOfTheRequest) {
  const CheckProof proof = proof_by(our_key);
  const CheckProof::Covered covered{http::Method::post, "main", "a=b", as_bytes("body")};
  const std::string value = proof.of_request(covered, test::now);
  EXPECT_TRUE(proof.holds(value, covered, test::now));
  EXPECT_FALSE(proof_by(other_key).holds(value, covered, test::now));
  EXPECT_FALSE(proof.holds(value, {http::Method::get, "main", "a=b", as_bytes("body")}, test::now));
  EXPECT_FALSE(proof.holds(value, {http::Method::post, "other", "a=b", as_bytes("body")}, test::now));
  EXPECT_FALSE(proof.holds(value, {http::Method::post, "main", "a=c", as_bytes("body")}, test::now));
  EXPECT_FALSE(proof.holds(value, {http::Method::post, "main", "a=b", as_bytes("Body")}, test::now));
  EXPECT_FALSE(proof.holds("1" + value.substr(1, 9) + "." + value.substr(11, 63), covered, test::now)) << "cut";
  const std::string later = std::to_string(test::now + 1) + value.substr(10);
  EXPECT_FALSE(proof.holds(later, covered, test::now)) << "the time is covered too";
}

TEST(CheckProof, IsGoodForFiveMinutes) {
  const CheckProof proof = proof_by(our_key);
  const CheckProof::Covered covered{http::Method::post, "main", "", as_bytes("body")};
  const std::string value = proof.of_request(covered, test::now);
  EXPECT_TRUE(proof.holds(value, covered, test::now + 300));
  EXPECT_TRUE(proof.holds(value, covered, test::now - 300));
  EXPECT_FALSE(proof.holds(value, covered, test::now + 301));
  EXPECT_FALSE(proof.holds(value, covered, test::now - 301));
}

TEST(CheckProof, WhatIsNoneIsRefused) {
  const CheckProof proof = proof_by(our_key);
  const CheckProof::Covered covered{http::Method::post, "main", "", {}};
  for (const std::string value : {"", ".", "1728000017", "1728000017.", ".00", "x.00", "1728000017x.00", "-1.00", "99999999999999999999.00"}) {
    EXPECT_FALSE(proof.holds(value, covered, test::now)) << value;
  }
}

TEST(CheckProof, TheAnswerIsToOneRequestAndOfOneServer) {
  const std::string one = proof_by(our_key).of_answer("1.a");
  EXPECT_NE(one, proof_by(our_key).of_answer("1.b"));
  EXPECT_NE(one, proof_by(other_key).of_answer("1.a"));
}

class CheckedWebhook : public testing::Test {
 protected:
  CheckedWebhook() {
    desks.desk_list.push_back({.id = desk, .name = "Belize City", .demo = false});
    begin_epoch();
    std::vector<SmsSettings> settings;
    settings.push_back(test::twilio_settings());
    gateways = std::make_unique<Gateways>(Gateways::create(settings).value());
    webhook = std::make_unique<Webhook>(*gateways, intake, clock, limits);
    webhook->answer_checks(proof_by(our_key));
  }
  void begin_epoch() {
    desks.epoch_list.push_back({.id = EpochId{{4, 5, 6}},
                                .desk = desk,
                                .recipient = ByteVector(recipient.bytes().begin(), recipient.bytes().end()),
                                .not_before = test::now - 1000,
                                .not_after = test::now + 100'000});
  }
  static std::string check_of(const Sent& sent, std::string_view key = our_key, std::int64_t time = test::now) {
    return proof_by(key).of_request({sent.request.method, "twilio", sent.request.raw_query, as_bytes(sent.body)}, time);
  }
  http::Response send(Sent sent, const std::string& check) {
    sent.request.headers.emplace_back("hotline-check", check);
    return test::await(webhook->handle(sent.ready()));
  }
  static std::string proof_in(const http::Response& response) {
    for (const auto& [name, value] : response.headers) {
      if (name == "Hotline-Check") return value;
    }
    return "";
  }

  crypto::age::Identity identity = crypto::age::Identity::generate();
  crypto::age::Recipient recipient = identity.recipient();
  DeskId desk{{1, 2, 3}};
  test::FixedClock clock{test::now};
  test::MemoryDesks desks;
  test::MemoryInbox inbox;
  storage::CurrentEpochs epochs{desks, clock};
  MessageIntake intake{inbox, epochs, crypto::LockedKey::create(as_bytes(our_key)).value(), clock};
  Limits limits;
  std::unique_ptr<Gateways> gateways;
  std::unique_ptr<Webhook> webhook;
};

TEST_F(CheckedWebhook, ACheckIsAnsweredLikeATextAndNotStored) {
  Sent sent = test::signed_post(test::a_text());
  const std::string check = check_of(sent);
  const auto response = send(std::move(sent), check);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(std::get<std::string>(response.body), "<Response/>");
  EXPECT_EQ(proof_in(response), proof_by(our_key).of_answer(check));
  EXPECT_TRUE(inbox.reports.empty());
}

TEST_F(CheckedWebhook, NobodyElseMakesATextDisappear) {
  int id = 0;
  const auto fresh = [&] { return test::signed_post(test::a_text("a text", "SM" + std::to_string(++id))); };
  const std::string of_another = check_of(test::signed_post(test::a_text("another text", "SM0")));
  for (int i = 0; i < 4; ++i) {
    Sent sent = fresh();
    const std::string check = i == 0   ? check_of(sent, other_key)
                              : i == 1 ? check_of(sent, our_key, test::now - 301)
                              : i == 2 ? of_another
                                       : "";
    const auto response = send(std::move(sent), check);
    EXPECT_EQ(response.status, 200) << i;
    EXPECT_EQ(proof_in(response), "") << i;
    EXPECT_EQ(inbox.reports.size(), static_cast<std::size_t>(i) + 1) << i;
  }
}

TEST_F(CheckedWebhook, ACheckDoesNotStandForTheGatewaysProof) {
  Sent sent = test::post(test::form(test::a_text()), "bm90IHRoZSBzaWduYXR1cmU=");
  const std::string check = check_of(sent);
  const auto response = send(std::move(sent), check);
  EXPECT_EQ(response.status, 403);
  EXPECT_EQ(proof_in(response), proof_by(our_key).of_answer(check)) << "the check is to know who refused it";
}

TEST_F(CheckedWebhook, ADeskThatCannotReceiveIsTold) {
  desks.epoch_list.clear();
  Sent sent = test::signed_post(test::a_text());
  const std::string check = check_of(sent);
  const auto response = send(std::move(sent), check);
  EXPECT_EQ(response.status, 503);
  EXPECT_NE(proof_in(response), "");
}

}  // namespace
