#include "server/sms/message_reader.hpp"

#include "server/sms/gateway.hpp"
#include "tests/unit/sms/sides.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <string>

/// What the built-in descriptors make of requests that are not plain texts.
namespace hotline::sms {
namespace {

using namespace std::string_view_literals;

Verdict read(const char* gateway, std::string_view body) {
  const Descriptor descriptor = built_in_descriptor(gateway).value();
  const bool is_json = body.starts_with('{');
  const auto fields = is_json ? parse_json_fields(as_bytes(body), json_values_max) : parse_form_fields(as_bytes(body), descriptor.parameters_max);
  EXPECT_TRUE(fields) << body;
  http::Request request;
  request.method = http::Method::post;
  const SignedRequest signed_request{request, as_bytes(body), *fields, "https://h.example/sms/n", 0};
  return read_request(descriptor, signed_request, classify(descriptor, signed_request)).value();
}

struct Seen {
  std::string from, text, raw, flags;
};

Seen seen(const char* gateway, std::string_view body) {
  const Verdict verdict = read(gateway, body);
  EXPECT_EQ(verdict.messages.size(), 1U) << body;
  if (verdict.messages.empty()) return {};
  const Message& one = verdict.messages.front();
  Seen out{std::string(one.from.reveal_text()), std::string(one.text.reveal_text()), std::string(one.raw.reveal_text()), {}};
  for (const std::string& flag : one.flags) out.flags += flag + " ";
  return out;
}

TEST(MessageReader, ThePlaceOfTheWordsOfAnMms) {
  for (const char* gateway : {"plivo", "plivo-v2"}) {
    const Seen mms = seen(gateway, "MessageUUID=m&From=5016001234&To=5018005551&Type=mms&Body=look+here&Media0=https%3A%2F%2Fmedia.plivo.com%2Fx&MediaCount=1");
    EXPECT_EQ(mms.text, "look here") << gateway;
    EXPECT_EQ(mms.flags, "");
    EXPECT_EQ(seen(gateway, "MessageUUID=m&From=5016001234&To=5018005551&Text=no+mas+por+favor&MessageIntent=optout").flags, "opt-out ");
    EXPECT_EQ(seen(gateway, "MessageUUID=m&From=5016001234&To=5018005551&Text=otra+vez&MessageIntent=optin").flags, "opt-in ");
    EXPECT_EQ(seen(gateway, "MessageUUID=m&From=5016001234&To=5018005551&Text=hola&MessageIntent=").flags, "");
  }
}

TEST(MessageReader, ASubjectStandsBeforeTheWords) {
  const auto android = [](std::string_view payload) {
    return seen("android", R"({"event":"mms:downloaded","id":"e","payload":{"sender":"+5016001234",)" + std::string(payload) + "}}");
  };
  EXPECT_EQ(android(R"("subject":"Help","body":"I am at the farm")").text, "Help\nI am at the farm");
  EXPECT_EQ(android(R"("subject":"Help","body":"")").text, "Help");
  EXPECT_EQ(android(R"("subject":"Help")").text, "Help");
  EXPECT_EQ(android(R"("subject":"Help","body":"Help")").text, "Help") << "not twice";
  EXPECT_EQ(android(R"("subject":null,"body":"I am here")").text, "I am here");
  EXPECT_EQ(android(R"("subject":"","body":"I am here")").text, "I am here");
  EXPECT_EQ(seen("sinch", R"({"type":"mo_media","id":"i","from":"5016001234","to":"5018005551","body":{"subject":"Help","message":"I am here","media":[]}})").text, "Help\nI am here");
  EXPECT_EQ(seen("telnyx", R"({"data":{"event_type":"message.received","payload":{"id":"i","from":{"phone_number":"+5016001234"},"to":[{"phone_number":"+5018005551"}],"subject":"Help","text":"I am here"}}})").text,
            "Help\nI am here");
}

TEST(MessageReader, ANoteThatPicturesWillComeIsReadable) {
  const auto note = [](std::string_view subject) {
    return seen("android", R"({"event":"mms:received","id":"e","payload":{"messageId":"m","sender":"+5016001234","transactionId":"t","subject":)" + std::string(subject) + R"(,"size":125684,"contentClass":"IMAGE_BASIC"}})");
  };
  EXPECT_EQ(note("null").text, "mms:received");
  EXPECT_EQ(note("null").flags, "");
  EXPECT_EQ(note("null").from, "+5016001234");
  EXPECT_EQ(note(R"("Photos")").text, "Photos");
}

TEST(MessageReader, WhatWasRepairedIsKeptAsItCame) {
  const auto twilio = [](std::string_view body) { return seen("twilio", "MessageSid=m&From=%2B5016001234&To=%2B5018005551&Body=" + std::string(body)); };
  const Seen bytes = twilio("se%F1ora");
  EXPECT_EQ(bytes.text, "se\uFFFDora");
  EXPECT_EQ(bytes.flags, "text-repaired ");
  EXPECT_EQ(bytes.raw, "se\xf1ora");
  // GSM-7 that somebody took for Latin-1: its letters are control characters there.
  const Seen controls = twilio("%05l+no+me+deja%00");
  EXPECT_EQ(controls.text, "l no me deja");
  EXPECT_EQ(controls.flags, "text-repaired ");
  EXPECT_EQ(controls.raw, "\x05l no me deja\0"sv);
  EXPECT_EQ(twilio("a%7Fb").flags, "text-repaired ");
  EXPECT_EQ(twilio("two%0D%0Alines%09here%0D").flags, "") << "what every text may hold";
  EXPECT_EQ(twilio("two%0D%0Alines").raw, "");
  EXPECT_EQ(twilio("%F1" + std::string(20'000, 'x')).raw.size(), 16U * 1024);

  const Seen half = seen("jasmin", "id=i&from=5016001234&to=5018005551&coding=8&content=x&binary=d83d0041");
  EXPECT_EQ(half.text, "\uFFFD" "A");
  EXPECT_EQ(half.raw, "d83d0041") << "before anything was taken off";
}

TEST(MessageReader, JasminsTextWithoutACodingIsInTheDefaultAlphabet) {
  const auto jasmin = [](std::string_view more) { return seen("jasmin", "id=i&from=5016001234&to=5018005551&" + std::string(more)); };
  EXPECT_EQ(jasmin("content=x&binary=056c2061007d").text, "él a@ñ");
  EXPECT_EQ(jasmin("content=x&binary=056c2061007d&coding=0").text, "él a@ñ");
  EXPECT_EQ(jasmin("content=hola&binary=ff&coding=1").text, "hola") << "another one is Jasmin's to read";
  EXPECT_EQ(jasmin("content=hola").text, "hola");
}

TEST(MessageReader, WhatGatewaysKnowOfConsentIsFlagged) {
  const Seen notice = seen("africastalking", "senderId=HOTLINE&phoneNumber=%2B5016001234");
  EXPECT_EQ(notice.from, "+5016001234");
  EXPECT_EQ(notice.text, "HOTLINE");
  EXPECT_EQ(notice.flags, "opt-out unreadable ") << "it has no id";
  EXPECT_EQ(notice.raw, "senderId=HOTLINE&phoneNumber=%2B5016001234");
  EXPECT_EQ(seen("africastalking", "id=i&from=%2B5016001234&to=1234&text=hola&linkId=l").flags, "");
  const auto twilio = [](std::string_view type) { return seen("twilio", "MessageSid=m&From=%2B5016001234&To=%2B5018005551&Body=sigan&OptOutType=" + std::string(type)).flags; };
  EXPECT_EQ(twilio("START"), "opt-in ");
  EXPECT_EQ(twilio("STOP"), "opt-out ");
  EXPECT_EQ(twilio("HELP"), "");
}

TEST(MessageReader, TheSameNoticeInAnotherMinuteIsAnother) {
  const Descriptor descriptor = built_in_descriptor("africastalking").value();
  const auto dedupe = [&](std::string_view body, std::int64_t now) {
    const auto fields = parse_form_fields(as_bytes(body), descriptor.parameters_max).value();
    http::Request request;
    request.method = http::Method::post;
    const SignedRequest signed_request{request, as_bytes(body), fields, "https://h.example/sms/n", now};
    return std::string(read_request(descriptor, signed_request, classify(descriptor, signed_request))->messages.at(0).dedupe.reveal_text());
  };
  const char* const notice = "senderId=HOTLINE&phoneNumber=%2B5016001234";
  EXPECT_EQ(dedupe(notice, 7200), dedupe(notice, 7259));
  EXPECT_NE(dedupe(notice, 7200), dedupe(notice, 7260));
  const char* const text = "id=i&from=%2B5016001234&to=1234&text=STOP&linkId=l";
  EXPECT_EQ(dedupe(text, 7200), dedupe(text, 10'800)) << "it has an id";
  const char* const begun = "from=%2B5016001234&to=1234&text=START&linkId=l";
  EXPECT_EQ(dedupe(begun, 7200), dedupe(begun, 7259));
  EXPECT_NE(dedupe(begun, 7200), dedupe(begun, 7260)) << "who stops and begins twice gets texts";
  const char* const words = "from=%2B5016001234&to=1234&text=he+is+here&linkId=l";
  EXPECT_EQ(dedupe(words, 7200), dedupe(words, 7260)) << "the gateway tries again";
}

/// A batch of WhatsApp's, signed.
class Batch : public testing::Test {
 protected:
  static std::string path() { return "0123456789abcdef0123456789abcdef"; }
  Result<Verdict> judge(const std::string& value) const {
    SmsSettings settings;
    settings.name = "w";
    settings.token = SettingSecret("secret");
    settings.path_token = SettingSecret(path());
    settings.public_url = "https://h.example/sms/w";
    const auto gateway = Gateway::create(built_in_descriptor("whatsapp").value(), settings);
    const std::string body = R"({"entry":[{"changes":[{"value":{)" + value + "}}]}]}";
    http::Request request;
    request.method = http::Method::post;
    request.headers = {{"content-type", "application/json"}, {"x-hub-signature-256", "sha256=" + test::to_hex(test::hmac(EVP_sha256(), "secret", body))}};
    return gateway->judge(request, as_bytes(body), path(), test::now);
  }
  static std::string list(int count, const std::function<std::string(const std::string&)>& one) {
    std::string all;
    for (int i = 0; i < count; ++i) all += (i == 0 ? "" : ",") + one(std::to_string(i));
    return all;
  }
};

TEST_F(Batch, HasManyTexts) {
  const auto verdict = judge(R"("metadata":{"display_phone_number":"5018005551"},"messages":[)" + list(100, [](const std::string& i) {
    return R"({"from":"5016001234","id":"w)" + i + R"(","timestamp":"1","type":"text","text":{"body":"text )" + i + "\"}}";
  }) + "]");
  ASSERT_TRUE(verdict) << verdict.error();
  ASSERT_EQ(verdict->messages.size(), 100U);
  EXPECT_EQ(verdict->messages.back().text.reveal_text(), "text 99");
  for (const Message& one : verdict->messages) EXPECT_TRUE(one.flags.empty());
}

TEST_F(Batch, HasManyReports) {
  const auto verdict = judge(R"("statuses":[)" + list(300, [](const std::string& i) {
    return R"({"id":"w)" + i + R"(","status":"delivered","timestamp":"1","recipient_id":"5016001234"})";
  }) + "]");
  ASSERT_TRUE(verdict) << verdict.error();
  EXPECT_EQ(verdict->meaning, Meaning::status);
  EXPECT_TRUE(verdict->messages.empty());
  EXPECT_EQ(verdict->reports.size(), 300U);
}

TEST_F(Batch, HasAnEndAndIsKeptWholeThen) {
  const auto verdict = judge(R"("statuses":[)" + list(5000, [](const std::string& i) { return i; }) + "]");
  ASSERT_TRUE(verdict);
  ASSERT_EQ(verdict->messages.size(), 1U);
  EXPECT_EQ(verdict->messages.front().flags.front(), "unreadable");
}

}  // namespace
}  // namespace hotline::sms
