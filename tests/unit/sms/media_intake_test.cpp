#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "server/sms/webhook.hpp"
#include "tests/support/await.hpp"
#include "tests/support/memory_blobs.hpp"
#include "tests/support/memory_stores.hpp"
#include "tests/unit/sms/sides_support.hpp"
#include "tests/unit/sms/twilio.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <utility>

namespace {

using namespace hotline;
using namespace hotline::sms;
namespace json = boost::json;
using test::a_text;
using test::Sent;

constexpr std::int64_t hour = 480'000;
constexpr std::string_view android_key = "a-long-key-of-the-phone";

SmsSettings android_settings() {
  SmsSettings settings;
  settings.name = "phone";
  settings.gateway = "android";
  settings.token = SettingSecret(std::string(android_key));
  settings.public_url = "https://report.example.org/sms/phone";
  return settings;
}

class MediaIntake : public testing::Test {
 protected:
  MediaIntake() {
    desks.desk_list.push_back({.id = desk, .name = "Belize City", .demo = false});
    desks.epoch_list.push_back({.id = epoch,
                                .desk = desk,
                                .recipient = ByteVector(recipient.bytes().begin(), recipient.bytes().end()),
                                .not_before = hour * 3600 - 1000,
                                .not_after = hour * 3600 + 100'000});
    make(android_settings());
  }
  void make(SmsSettings one) {
    std::vector<SmsSettings> settings;
    settings.push_back(std::move(one));
    gateways = std::make_unique<Gateways>(Gateways::create(settings).value());
    intake = std::make_unique<MessageIntake>(inbox, epochs, crypto::LockedKey::create(as_bytes("0123456789abcdef0123456789abcdef")).value(), clock);
    intake->keep_media({blobs, MediaTickets(key), limits, [this](std::string_view gateway) { queued.emplace_back(gateway); }});
    webhook = std::make_unique<Webhook>(*gateways, *intake, clock, limits);
  }
  int send(Sent sent) { return test::await(webhook->handle(sent.ready())).status; }
  static Sent mms(json::array attachments, const std::string& id = "event-1", const std::string& text = "look") {
    json::object payload{{"messageId", "m"}, {"sender", "+5016001234"}, {"body", text}, {"attachments", std::move(attachments)}};
    Sent sent = test::json_request({{"event", "mms:downloaded"}, {"id", id}, {"payload", std::move(payload)}});
    sent.request.captured = {"phone"};
    return sent;
  }
  int send_mms(json::array attachments, std::string id = "event-1", std::string text = "look") {
    return send_signed(mms(std::move(attachments), id, text));
  }
  Sent signed_now(Sent sent) const {
    const std::string time = std::to_string(clock.now());
    test::header(sent, "x-timestamp", time);
    test::header(sent, "x-signature", test::to_hex(test::hmac(EVP_sha256(), std::string(android_key), sent.body + time)));
    return sent;
  }
  int send_signed(Sent sent) { return send(signed_now(std::move(sent))); }
  json::object opened(std::size_t index) {
    const auto text = crypto::age::open(std::span(&identity, 1), inbox.reports.at(index).sealed);
    return json::parse(text->reveal_text()).get_object();
  }
  /// The file of an attachment as it came.
  std::string file(std::size_t report, std::size_t index) {
    const storage::Attachment attachment = inbox.reports.at(report).attachments.at(index);
    EXPECT_EQ(blobs.ids.at(attachment.handle), attachment.id);
    const json::object content = opened(report);
    const json::object& entry = content.at("attachments").get_array().at(index).get_object();
    EXPECT_EQ(std::string_view(entry.at("id").get_string()), to_text(attachment.id));
    const auto plain = crypto::age::open(std::span(&identity, 1), blobs.files.at(attachment.handle));
    EXPECT_TRUE(plain);
    const Bytes whole = plain->reveal().first(static_cast<std::size_t>(entry.at("bytes").get_int64()));
    EXPECT_EQ(std::string_view(entry.at("sha256").get_string()), crypto::to_hex(crypto::sha256(whole)));
    return std::string(as_text(whole));
  }

  crypto::age::Identity identity = crypto::age::Identity::generate();
  crypto::age::Recipient recipient = identity.recipient();
  DeskId desk{{1, 2, 3}};
  EpochId epoch{{4, 5, 6}};
  test::FixedClock clock{hour * 3600 + 17};
  test::MemoryDesks desks;
  test::MemoryInbox inbox;
  test::MemoryBlobs blobs;
  storage::CurrentEpochs epochs{desks, clock};
  crypto::LockedKey key = crypto::LockedKey::create(as_bytes("fedcba9876543210fedcba9876543210")).value();
  Limits limits;
  std::vector<std::string> queued;
  std::unique_ptr<Gateways> gateways;
  std::unique_ptr<MessageIntake> intake;
  std::unique_ptr<Webhook> webhook;
};

TEST_F(MediaIntake, FilesInTheMessageAreSealedWithIt) {
  const std::string picture(700'000, '\xd8');
  const std::string wrapped = crypto::to_base64(as_bytes("second"), crypto::Base64::standard).insert(4, "\n");
  ASSERT_EQ(send_mms({{{"partId", 1}, {"contentType", "image/jpeg"}, {"name", "../IMG 1.jpg"}, {"data", crypto::to_base64(as_bytes(picture), crypto::Base64::standard)}},
                      {{"partId", 2}, {"contentType", "image/gif"}, {"data", wrapped}}}),
            200);
  ASSERT_EQ(inbox.reports.size(), 1U);
  ASSERT_EQ(inbox.reports[0].attachments.size(), 2U);
  EXPECT_EQ(file(0, 0), picture);
  EXPECT_EQ(file(0, 1), "second");
  const json::object content = opened(0);
  const json::object& first = content.at("attachments").get_array().at(0).get_object();
  EXPECT_EQ(first.at("name"), "IMG 1.jpg");
  EXPECT_EQ(first.at("media_type"), "image/jpeg");
  EXPECT_EQ(content.at("text"), "look");
  EXPECT_EQ(content.at("flags"), json::array());
  EXPECT_TRUE(inbox.reports[0].media_waiting.empty());
}

TEST_F(MediaIntake, WhatIsNoBase64IsKeptAsItCame) {
  ASSERT_EQ(send_mms({{{"contentType", "image/jpeg"}, {"data", "AA=A"}}, {{"contentType", "image/png"}, {"data", "b2s="}}}), 200);
  EXPECT_EQ(file(0, 0), "AA=A");
  EXPECT_EQ(file(0, 1), "ok");
  EXPECT_EQ(opened(0).at("flags"), json::array({"file-undecoded"}));
}

TEST_F(MediaIntake, AFileThatDidNotComeIsTold) {
  ASSERT_EQ(send_mms({{{"contentType", "video/mp4"}, {"name", "v.mp4"}, {"size", 9'000'000}}}, "event-1", ""), 200);
  EXPECT_FALSE(opened(0).contains("attachments"));
  EXPECT_EQ(opened(0).at("flags"), json::array({"file-missing"}));
}

TEST_F(MediaIntake, NoMoreThanTheLimitIsKeptAndThatIsTold) {
  limits.media_per_text_max = 2;
  ASSERT_EQ(send_mms({{{"data", "YQ=="}}, {{"data", "Yg=="}}, {{"data", "Yw=="}}}), 200);
  EXPECT_EQ(inbox.reports.at(0).attachments.size(), 2U);
  EXPECT_EQ(file(0, 1), "b");
  EXPECT_EQ(opened(0).at("flags"), json::array({"files-left-out"}));
}

TEST_F(MediaIntake, ASecondDeliveryLeavesNoFileBehind) {
  ASSERT_EQ(send_mms({{{"data", "YQ=="}}}), 200);
  make(android_settings());   // who does not remember asks the store
  ASSERT_EQ(send_mms({{{"data", "YQ=="}}}), 200);
  EXPECT_EQ(inbox.reports.size(), 1U);
  EXPECT_EQ(blobs.last, 2);
  EXPECT_EQ(blobs.files.size(), 1U);
}

TEST_F(MediaIntake, NothingIsAcknowledgedThatIsNotStoredWhole) {
  blobs.failure = Errc::storage_full;
  EXPECT_EQ(send_mms({{{"data", "YQ=="}}, {{"data", "Yg=="}}}), 503);
  EXPECT_TRUE(inbox.reports.empty());
  EXPECT_TRUE(blobs.files.empty());
  blobs.failure.reset();
  EXPECT_EQ(send_mms({{{"data", "YQ=="}}, {{"data", "Yg=="}}}), 200);
  EXPECT_EQ(inbox.reports.size(), 1U);
}

TEST_F(MediaIntake, ATextThatIsTooLongToBeSealedIsKeptAsAFileToo) {
  const std::string words(100'000, 'x');
  ASSERT_EQ(send_mms({}, "event-1", words), 200);
  EXPECT_EQ(file(0, 0), words);
  EXPECT_EQ(opened(0).at("text").get_string().size(), 48U * 1024);
  EXPECT_EQ(opened(0).at("flags"), json::array({"cut"}));
}

TEST_F(MediaIntake, PicturesThatTheGatewayKeepsAreQueuedWithATicketThatTheTextKnows) {
  make(test::twilio_settings());
  auto fields = a_text("see");
  std::erase_if(fields, [](const auto& field) { return field.first == "NumMedia"; });
  fields.push_back({"NumMedia", "2"});
  fields.push_back({"MediaUrl0", "https://api.twilio.com/m/0"});
  fields.push_back({"MediaUrl1", "https://api.twilio.com/m/1"});
  fields.push_back({"MediaContentType1", "image/png"});
  ASSERT_EQ(send(test::signed_post(fields)), 200);
  ASSERT_EQ(inbox.reports.at(0).media_waiting.size(), 2U);
  const json::object content = opened(0);
  const MediaTickets tickets(key);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto ticket = tickets.open(inbox.reports[0].media_waiting[i]);
    ASSERT_TRUE(ticket);
    EXPECT_EQ(ticket->gateway, "twilio");
    EXPECT_EQ(ticket->desk, desk);
    EXPECT_EQ(ticket->url.reveal_text(), "https://api.twilio.com/m/" + std::to_string(i));
    EXPECT_EQ(ticket->type.reveal_text(), i == 0 ? "" : "image/png");
    EXPECT_EQ(ticket->reference.size(), 32U);
    EXPECT_EQ(std::string_view(content.at("media").get_array().at(i).at("reference").get_string()), ticket->reference);
  }
  EXPECT_EQ(queued, std::vector<std::string>{"twilio"});
  ASSERT_EQ(send(test::signed_post(fields)), 200);
  EXPECT_EQ(queued.size(), 1U);
}

/// Counts what is read of it, and does something else when so much was.
class CountedBody final : public http::BodyReader {
 public:
  explicit CountedBody(Bytes all) : rest_(all) {}
  http::Awaitable<Result<Bytes>> read_some() override {
    if (read >= 200'000) {
      if (const auto other = std::exchange(meanwhile, nullptr)) other();
    }
    const Bytes piece = rest_.first(std::min<std::size_t>(rest_.size(), 16 * 1024));
    rest_ = rest_.subspan(piece.size());
    read += piece.size();
    co_return piece;
  }
  std::optional<std::uint64_t> declared_size() const override { return std::nullopt; }
  std::size_t read = 0;
  std::function<void()> meanwhile;

 private:
  Bytes rest_;
};

TEST_F(MediaIntake, WhatCannotProveItselfIsNotReadToItsEnd) {
  SmsSettings settings = android_settings();
  settings.path_token = SettingSecret("end-of-the-path");
  make(std::move(settings));
  const json::array pictures{{{"contentType", "image/jpeg"}, {"data", std::string(1'000'000, 'A')}}};
  Sent without_path = mms(pictures);
  test::header(without_path, "x-signature", "00");
  Sent without_header = mms(pictures);
  without_header.request.captured.push_back("end-of-the-path");
  for (Sent* sent : {&without_path, &without_header}) {
    CountedBody body(as_bytes(sent->body));
    sent->request.body = &body;
    EXPECT_EQ(test::await(webhook->handle(sent->request)).status, 403);
    EXPECT_LE(body.read, limits.sms_body_bytes_max + 16 * 1024);
  }
  Sent right = mms(pictures);
  right.request.captured.push_back("end-of-the-path");
  EXPECT_EQ(send_signed(std::move(right)), 200);
}

TEST_F(MediaIntake, WithoutAPlaceALargeMessageIsAskedForAgain) {
  const auto large = [] { return mms({{{"contentType", "image/jpeg"}, {"data", std::string(1'000'000, 'A')}}}); };
  constexpr std::uint64_t gateway = http::senders_begin + 1;
  const auto answer = [&](std::function<void()> meanwhile) {
    Sent sent = signed_now(large());
    CountedBody body(as_bytes(sent.body));
    body.meanwhile = std::move(meanwhile);
    sent.request.body = &body;
    sent.request.sender = gateway;
    const int status = test::await(webhook->handle(sent.request)).status;
    if (status != 200) EXPECT_LT(body.read, 300'000U) << "it goes on sending, and nobody holds it any more";
    return status;
  };
  http::UploadSlots& slots = webhook->large_bodies();
  {
    const auto one = slots.take(gateway);
    const auto two = slots.take(gateway);
    EXPECT_EQ(answer(nullptr), 503) << "no place";
  }
  const auto lose_it = [&] {
    // 200 KB in a minute: others need the place.
    std::vector<http::UploadSlots::Place> others;
    for (std::uint64_t i = 2; i < 10; ++i) others.push_back(slots.take(http::senders_begin + i, std::chrono::steady_clock::now() + std::chrono::minutes(1)));
    EXPECT_TRUE(others.back());
  };
  EXPECT_EQ(answer(lose_it), 503) << "lost, although there is one again";
  EXPECT_TRUE(inbox.reports.empty());
  EXPECT_EQ(answer(nullptr), 200);
  EXPECT_EQ(inbox.reports.size(), 1U);
}

TEST_F(MediaIntake, ATicketOfAnotherKeyOrOneThatWasChangedDoesNotOpen) {
  const MediaTickets tickets(key);
  auto sealed = tickets.seal({"twilio", desk, std::string(32, 'a'), crypto::SecretBuffer(std::string_view("https://a.org/")), {}}).value();
  EXPECT_TRUE(tickets.open(sealed));
  EXPECT_EQ(as_text(sealed).find("a.org"), std::string_view::npos);
  const auto other = crypto::LockedKey::create(as_bytes("0000000000000000fedcba9876543210")).value();
  EXPECT_FALSE(MediaTickets(other).open(sealed));
  sealed.back() = static_cast<Byte>(sealed.back() ^ 1);
  EXPECT_FALSE(tickets.open(sealed));
}

}  // namespace
