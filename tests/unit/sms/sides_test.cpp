#include "server/sms/webhook.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "tests/support/await.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/unit/sms/sides.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

/// Every built-in gateway against the same demands.
namespace {

using namespace hotline;
using namespace hotline::sms;
using test::Sent;
using test::Side;
using test::Words;

constexpr std::int64_t hour = test::now / 3600;
const std::string address = "https://report.example/sms/line";
const std::string path_token = "0123456789abcdef0123456789abcdef";

class EveryGateway : public testing::TestWithParam<std::size_t> {
 protected:
  EveryGateway() {
    desks.desk_list.push_back({.id = desk, .name = "Belize City", .demo = false});
    desks.epoch_list.push_back({.id = epoch,
                                .desk = desk,
                                .recipient = ByteVector(recipient.bytes().begin(), recipient.bytes().end()),
                                .not_before = hour * 3600 - 1000,
                                .not_after = hour * 3600 + 100'000});
    std::vector<SmsSettings> settings(1);
    settings[0].name = "line";
    settings[0].gateway = side.gateway;
    settings[0].token = SettingSecret(side.token);
    settings[0].public_url = address;
    if (side.path_token) settings[0].path_token = SettingSecret(path_token);
    auto created = Gateways::create(settings);
    EXPECT_TRUE(created) << (created ? "" : created.error().line);
    gateways = std::make_unique<Gateways>(std::move(*created));
    webhook = std::make_unique<Webhook>(*gateways, intake, clock, limits);
  }

  /// Signed and with the right path, unless told else.
  Sent sealed(Sent sent, std::int64_t time = test::now) const { return sealed(std::move(sent), side.token, time); }
  Sent sealed(Sent sent, const std::string& token, std::int64_t time) const {
    side.sign(sent, token, time, side.path_token ? address + "/" + path_token : address);
    if (side.path_token) sent.request.captured.push_back(path_token);
    return sent;
  }
  static Sent copy(const Sent& sent) {
    Sent other;
    other.request = sent.request;
    other.body = sent.body;
    return other;
  }
  int send(Sent sent) {
    const auto response = test::await(webhook->handle(sent.ready()));
    answer = std::get<std::string>(response.body);
    return response.status;
  }
  int send(const Words& words) { return send(sealed(side.write(words))); }

  boost::json::value opened(std::size_t index) {
    return boost::json::parse(crypto::age::open(std::span(&identity, 1), inbox.reports.at(index).sealed)->reveal_text());
  }
  boost::json::value last() { return opened(inbox.reports.size() - 1); }
  std::string flags() { return boost::json::serialize(last().at("flags")); }
  std::set<std::string> texts() {
    std::set<std::string> all;
    for (std::size_t i = 0; i < inbox.reports.size(); ++i) all.insert(std::string(opened(i).at("text").as_string()));
    return all;
  }
  bool is_post() const { return side.write({}).request.method == http::Method::post; }
  std::string media_type() const { return side.write({}).request.media_type(); }

  const Side& side = test::sides().at(GetParam());
  std::string answer;
  crypto::age::Identity identity = crypto::age::Identity::generate();
  crypto::age::Recipient recipient = identity.recipient();
  DeskId desk{{1, 2, 3}};
  EpochId epoch{{4, 5, 6}};
  test::FixedClock clock{test::now};
  test::MemoryDesks desks;
  test::MemoryInbox inbox;
  storage::CurrentEpochs epochs{desks, clock};
  MessageIntake intake{inbox, epochs, crypto::LockedKey::create(as_bytes("0123456789abcdef0123456789abcdef")).value(), clock};
  Limits limits;
  std::unique_ptr<Gateways> gateways;
  std::unique_ptr<Webhook> webhook;
};

TEST_P(EveryGateway, ATextArrivesAsItWasWritten) {
  for (const std::string text : {"Ayúdame 🙏 50% & a=b + c", "line one\nline two \"quoted\" \\ / <b>", "9", "ñ ¿dónde? €"}) {
    Words words;
    words.id = "id " + text.substr(0, 1);
    words.text = text;
    ASSERT_EQ(send(words), 200) << answer;
    EXPECT_EQ(answer, side.answer);
    const auto report = last();
    EXPECT_EQ(report.at("text").as_string(), text);
    EXPECT_EQ(report.at("flags").as_array().size(), 0U) << flags();
    EXPECT_EQ(report.as_object().contains("raw"), false);
    EXPECT_EQ(report.at("from").as_string(), "+5016001234");   // however the gateway writes it
    EXPECT_EQ(report.at("to").as_string(), "+5018005551");
  }
  EXPECT_EQ(inbox.reports.size(), 4U);
  EXPECT_EQ(inbox.reports[2].priority, 0);
}

TEST_P(EveryGateway, WhatIsTamperedWithIsRefused) {
  Sent sent = sealed(side.write({}));
  Words other;
  other.text = "They took my passport";
  const Sent changed = side.write(other);
  // Keep the proof, put other words under it.
  std::string& signed_query = sent.request.raw_query;
  const std::size_t behind = side.write({}).request.raw_query.size();
  if (!signed_query.empty() && changed.request.method == http::Method::get) {
    signed_query = changed.request.raw_query + signed_query.substr(behind);
  } else {
    sent.body = changed.body + sent.body.substr(side.write({}).body.size());
  }
  EXPECT_EQ(send(std::move(sent)), side.signs_content ? 403 : 200);
  EXPECT_EQ(inbox.reports.size(), side.signs_content ? 0U : 1U);
}

TEST_P(EveryGateway, AWrongSecretIsRefused) {
  if (!side.token.empty()) {
    const std::string wrong = side.token.substr(0, side.token.size() - 1) + "_";
    EXPECT_EQ(send(sealed(side.write({}), wrong, test::now)), 403);
    EXPECT_EQ(answer, "The signature does not match.\n");
    Sent bare = side.write({});
    if (side.path_token) bare.request.captured.push_back(path_token);
    // Vonage calls so when it has a fault of its own, and again with a signature.
    EXPECT_EQ(send(std::move(bare)), side.gateway == "vonage-messages" ? 503 : 403) << "without any proof";
  }
  if (side.path_token) {
    for (const std::string path : {"0123456789abcdef0123456789abcdee", ""}) {
      Sent sent = sealed(side.write({}));
      sent.request.captured[1] = path;
      EXPECT_EQ(send(std::move(sent)), 403);
    }
    Sent none = sealed(side.write({}));
    none.request.captured.pop_back();
    EXPECT_EQ(send(std::move(none)), 403);
  }
  EXPECT_TRUE(inbox.reports.empty());
}

TEST_P(EveryGateway, WhatComesLateIsTakenAndFlagged) {
  for (const std::int64_t off : {std::int64_t{-86'400}, std::int64_t{86'400}}) {
    Words words;
    words.id = "id" + std::to_string(off);
    words.text = "text" + std::to_string(off);
    const int status = send(sealed(side.write(words), test::now + off));
    if (side.late_is_refused) {
      EXPECT_EQ(status, 403);
      continue;
    }
    ASSERT_EQ(status, 200);
    EXPECT_EQ(flags(), side.signs_time ? "[\"late\"]" : "[]");
  }
}

TEST_P(EveryGateway, ATimeThatIsNoneProvesNothing) {
  if (!side.signs_time || side.time_is_any_number) return;
  EXPECT_EQ(send(sealed(side.write({}), 12)), 403);
  EXPECT_EQ(send(sealed(side.write({}), test::now * 10)), 403);
  EXPECT_TRUE(inbox.reports.empty());
}

TEST_P(EveryGateway, ReplayedOrSentTwiceItIsStoredOnce) {
  const Sent first = sealed(side.write({}));
  ASSERT_EQ(send(copy(first)), 200);
  const std::string first_answer = answer;
  EXPECT_EQ(send(copy(first)), 200);                                   // replayed
  EXPECT_EQ(answer, first_answer);
  EXPECT_EQ(send(sealed(side.write({}), test::now + 20)), 200);        // tried again, signed anew
  EXPECT_EQ(inbox.reports.size(), 1U);
  Words other;
  other.id = "id-0002";
  if (!side.has_id) other.text = "another text";
  EXPECT_EQ(send(other), 200);
  EXPECT_EQ(inbox.reports.size(), 2U);
}

TEST_P(EveryGateway, WhatLacksSomethingIsKeptWhole) {
  const auto lacks = [&](const char* what, std::optional<std::string> Words::*member, bool required) {
    Words words;
    words.*member = std::nullopt;
    const std::size_t before = inbox.reports.size();
    const Sent sent = side.write(words);
    ASSERT_EQ(send(words), 200) << what;
    ASSERT_EQ(inbox.reports.size(), before + 1) << what;
    EXPECT_EQ(flags(), required ? "[\"unreadable\"]" : "[]") << what;
    if (!required) return;
    const auto raw = crypto::from_base64(std::string(last().at("raw").as_string()), crypto::Base64::standard).value();
    const std::string& content = is_post() ? sent.body : sent.request.raw_query;
    EXPECT_TRUE(as_text(raw).starts_with(content)) << what;
    if (!side.token.empty()) EXPECT_EQ(as_text(raw).find(side.token), std::string_view::npos) << "the gateway's secret is not for the desk";
    EXPECT_EQ(send(words), 200) << what;
    if (!side.signs_content) EXPECT_EQ(inbox.reports.size(), before + 1) << what << ", sent twice";
  };
  lacks("from", &Words::from, true);
  lacks("to", &Words::to, side.to_required);
  if (media_type() != "text/plain") lacks("text", &Words::text, true);
  if (side.has_id) lacks("id", &Words::id, true);
}

TEST_P(EveryGateway, RepeatedFieldsAreToldToTheDesk) {
  if (!side.write({}).request.raw_query.empty() || media_type() != "application/x-www-form-urlencoded") return;
  Words other;
  other.text = "second";
  Sent sent = side.write({});
  sent.body += "&" + side.write(other).body;
  EXPECT_EQ(send(sealed(std::move(sent))), 200);
  ASSERT_EQ(inbox.reports.size(), 1U);
  EXPECT_EQ(flags(), "[\"repeated-field\"]");
  EXPECT_EQ(last().at("text").as_string(), *Words().text);
}

TEST_P(EveryGateway, OtherMediaTypesAndMethodsAreRefused) {
  Sent sent = sealed(side.write({}));
  if (is_post()) {
    for (auto& [name, value] : sent.request.headers) {
      if (name == "content-type") value = "text/html";
    }
    EXPECT_EQ(send(copy(sent)), 415);
  }
  sent.request.method = http::Method::put;
  EXPECT_EQ(send(std::move(sent)), 405);
  EXPECT_TRUE(inbox.reports.empty());
}

TEST_P(EveryGateway, WhatIsTooLargeIsRefused) {
  if (!is_post()) return;
  Words words;
  words.text = std::string(gateways->all().begin()->second.body_bytes_max(limits) + 1, 'x');
  EXPECT_EQ(send(words), 413);
  EXPECT_TRUE(inbox.reports.empty());
}

TEST_P(EveryGateway, ABodyThatIsNotWhatItSaysIsRefusedUnlessItProvesItself) {
  if (!is_post() || media_type() == "text/plain") return;
  Sent sent = side.write({});
  sent.body = "{\"%";
  const int status = send(sealed(std::move(sent)));
  // A signature over fields says nothing of those that could not be read: it is over none of them.
  const bool by_fields = media_type() == "application/x-www-form-urlencoded" &&
                         ((side.signs_content && !side.time_is_any_number) || side.gateway == "smssync");
  ASSERT_EQ(status, by_fields ? 400 : 200);
  ASSERT_EQ(inbox.reports.size(), status == 200 ? 1U : 0U);
  if (status == 200) EXPECT_EQ(last().at("raw").as_string(), "eyIl");
}

TEST_P(EveryGateway, ReportsOnSentMessagesAreAnsweredAndNotStored) {
  if (!side.status) return;
  EXPECT_EQ(send(sealed(copy(*side.status))), 200);
  EXPECT_EQ(answer, side.answer);
  EXPECT_EQ(inbox.reports.size(), 0U);
}

TEST_P(EveryGateway, ABatchIsTakenWholeAndReportsInItAreNot) {
  if (!side.batch) return;
  std::vector<Words> all(3);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].id = "id" + std::to_string(i);
    all[i].text = "text" + std::to_string(i);
  }
  const std::set<std::string> wanted{"text0", "text1", "text2"};
  EXPECT_EQ(send(sealed(side.batch(all, true))), 200);
  EXPECT_EQ(texts(), wanted);
  EXPECT_EQ(inbox.reports.size(), 3U);
  EXPECT_EQ(send(sealed(side.batch(all, false))), 200);
  EXPECT_EQ(inbox.reports.size(), 3U) << "in another batch they are the same texts";
  // One that cannot be read does not take the others with it, and is kept.
  for (std::size_t i = 0; i < all.size(); ++i) all[i].id = "more" + std::to_string(i);
  all[1].from.reset();
  EXPECT_EQ(send(sealed(side.batch(all, true))), 200);
  EXPECT_EQ(inbox.reports.size(), 6U);
  EXPECT_EQ(flags(), "[\"unreadable\"]");
}

TEST_P(EveryGateway, ALargeBatchIsTakenWholeOrNotAtAll) {
  if (!side.batch) return;
  const bool beyond_usual = gateways->all().begin()->second.body_bytes_max(limits) > limits.sms_body_bytes_max;
  std::vector<Words> all(beyond_usual ? 120 : 60);
  for (std::size_t i = 0; i < all.size(); ++i) {
    all[i].id = "id" + std::to_string(i);
    all[i].text = std::string(beyond_usual ? 1000 : 10, 'x') + std::to_string(i);
  }
  if (side.signs_content) {
    Sent changed = sealed(side.batch(all, true));
    changed.body.at(changed.body.rfind('x')) = 'y';
    EXPECT_EQ(send(std::move(changed)), 403) << "the proof is over all of it";
  }
  EXPECT_EQ(inbox.reports.size(), 0U);
  Sent sent = sealed(side.batch(all, true));
  EXPECT_EQ(sent.body.size() > limits.sms_body_bytes_max, beyond_usual);
  EXPECT_EQ(send(std::move(sent)), 200);
  EXPECT_EQ(inbox.reports.size(), all.size());
  EXPECT_EQ(texts().size(), all.size());
  EXPECT_EQ(flags(), "[]");
}

TEST_P(EveryGateway, ABatchIsNotAcknowledgedUntilAllOfItIsStored) {
  if (!side.batch) return;
  std::vector<Words> all(2);
  all[0].id = "first";
  all[1].id = "second";
  inbox.failure = Errc::busy;
  EXPECT_EQ(send(sealed(side.batch(all, false))), 503);
  inbox.failure.reset();
  EXPECT_EQ(send(all[0]), 200);
  EXPECT_EQ(send(sealed(side.batch(all, false))), 200);
  EXPECT_EQ(inbox.reports.size(), 2U);
}

INSTANTIATE_TEST_SUITE_P(All, EveryGateway, testing::Range(std::size_t{0}, test::sides().size()), [](const auto& info) {
  std::string name = test::sides().at(info.param).gateway + "_" + std::to_string(info.param);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST(Sides, AreThereForEveryBuiltInGateway) {
  std::set<std::string> tested;
  for (const Side& side : test::sides()) tested.insert(side.gateway);
  const auto names = built_in_descriptor_names();
  EXPECT_EQ(tested, std::set<std::string>(names.begin(), names.end()));
}

}  // namespace
