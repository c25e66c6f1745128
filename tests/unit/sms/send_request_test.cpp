#include "server/sms/send_request.hpp"

#include <gtest/gtest.h>

namespace hotline::sms {
namespace {

using Kind = HandedOver::Kind;
using storage::TextReason;

OutgoingText text_of(std::string_view words) {
  return {"0123456789abcdef0123456789abcdef", crypto::SecretBuffer(std::string_view("+5016221234")), crypto::SecretBuffer(std::string_view("+15005550006")),
          crypto::SecretBuffer(words)};
}

constexpr SendAccount account{.path = {}, .account = "AC/1", .secret = "s3&cret", .callback = "https://h.example/sms/n/p?x=1"};

SendRules rules_of(std::string_view gateway) {
  const auto descriptor = built_in_descriptor(gateway);
  EXPECT_TRUE(descriptor) << descriptor.error().line;
  EXPECT_TRUE(descriptor->send) << gateway;
  return *descriptor->send;
}

std::string header(const SendRequest& request, std::string_view name) {
  for (const auto& [key, value] : request.headers) {
    if (key == name) return value;
  }
  return {};
}

SendRequest write(std::string_view gateway, std::string_view words = "¿Está bien? a+b & \"c\"\n") {
  auto request = write_send_request(rules_of(gateway), text_of(words), account);
  EXPECT_TRUE(request) << gateway;
  return request ? std::move(*request) : SendRequest();
}

std::string body(const SendRequest& request) { return std::string(request.body.reveal_text()); }

TEST(SendRequest, TwilioGetsAFormWithBasicLogin) {
  const SendRequest request = write("twilio");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/2010-04-01/Accounts/AC%2F1/Messages.json");
  EXPECT_EQ(header(request, "Authorization"), "Basic QUMvMTpzMyZjcmV0");
  EXPECT_EQ(header(request, "Content-Type"), "application/x-www-form-urlencoded");
  const std::string sent = body(request);
  EXPECT_NE(sent.find("To=%2B5016221234"), std::string::npos) << sent;
  EXPECT_NE(sent.find("Body=%C2%BFEst%C3%A1+bien%3F+a%2Bb+%26+%22c%22%0A"), std::string::npos) << sent;
  EXPECT_NE(sent.find("StatusCallback=https%3A%2F%2Fh.example%2Fsms%2Fn%2Fp%3Fx%3D1"), std::string::npos) << sent;
}

TEST(SendRequest, TelnyxGetsJsonWithABearer) {
  const SendRequest request = write("telnyx");
  EXPECT_EQ(header(request, "Authorization"), "Bearer s3&cret");
  EXPECT_EQ(header(request, "Content-Type"), "application/json");
  EXPECT_EQ(body(request), "{\"from\":\"+15005550006\",\"to\":\"+5016221234\",\"text\":\"¿Está bien? a+b & \\\"c\\\"\\u000A\",\"webhook_url\":\"https://h.example/sms/n/p?x=1\"}");
}

TEST(SendRequest, KannelGetsAQueryWhoseReportAddressHoldsOurNameForTheText) {
  const SendRequest request = write("kannel", "hola");
  EXPECT_EQ(request.method, "GET");
  EXPECT_TRUE(request.body.empty());
  EXPECT_NE(request.target.find("/cgi-bin/sendsms?"), std::string::npos) << request.target;
  EXPECT_NE(request.target.find("coding=0"), std::string::npos) << request.target;
  EXPECT_NE(request.target.find("hotline_text%3D0123456789abcdef0123456789abcdef%26hotline_state%3D%25d"), std::string::npos) << request.target;
  EXPECT_NE(write("kannel", "ñandú").target.find("coding=2"), std::string::npos) << "ú is not in GSM-7";
  EXPECT_NE(write("kannel", "ñ à €").target.find("coding=0"), std::string::npos) << "these are";
}

TEST(SendRequest, JasminGetsUnicodeInHex) {
  const SendRequest request = write("jasmin", "ú🙂");
  EXPECT_NE(request.target.find("hex-content=00FAD83DDE42"), std::string::npos) << request.target;
  EXPECT_NE(request.target.find("coding=8"), std::string::npos) << request.target;
  EXPECT_EQ(request.target.find("&content="), std::string::npos) << request.target;
}

TEST(SendRequest, BandwidthGetsAccountAndApplicationEachInItsPlace) {
  SendAccount two = account;
  two.account = "9900000/93de2206-9669";
  two.secret = "api-user:pa ss";
  const auto request = write_send_request(rules_of("bandwidth"), text_of("hola"), two);
  ASSERT_TRUE(request);
  EXPECT_EQ(request->target, "/api/v2/users/9900000/messages");
  EXPECT_EQ(header(*request, "Authorization"), "Basic YXBpLXVzZXI6cGEgc3M=");
  EXPECT_EQ(body(*request), "{\"to\":[\"+5016221234\"],\"from\":\"+15005550006\",\"text\":\"hola\",\"applicationId\":\"93de2206-9669\","
                            "\"tag\":\"0123456789abcdef0123456789abcdef\"}");
}

TEST(SendRequest, NumbersLoseTheirPlusWhereTheGatewayWantsDigits) {
  EXPECT_NE(body(write("plivo")).find("\"dst\":\"5016221234\""), std::string::npos);
}

TEST(SendRequest, EveryRuleOfABuiltInDescriptorIsComplete) {
  std::size_t count = 0;
  for (const std::string& name : built_in_descriptor_names()) {
    const auto descriptor = built_in_descriptor(name);
    ASSERT_TRUE(descriptor) << descriptor.error().line;
    if (!descriptor->send) continue;
    ++count;
    const auto request = write_send_request(*descriptor->send, text_of("hola"), account);
    ASSERT_TRUE(request) << name;
    const std::string all = request->target + body(*request);
    EXPECT_NE(all.find("5016221234"), std::string::npos) << name;
    EXPECT_NE(all.find("hola"), std::string::npos) << name;
    EXPECT_EQ(all.find("{text"), std::string::npos) << name;
    EXPECT_TRUE(descriptor->report) << name << ": what becomes of a text is never known";
  }
  EXPECT_GE(count, 20u);
}

TEST(SendRequest, ALineBreakNeverGetsIntoAHeader) {
  SendRules rules = rules_of("httpsms");
  SendAccount broken = account;
  broken.secret = "a\r\nX: y";
  EXPECT_EQ(write_send_request(rules, text_of("x"), broken).error(), Errc::malformed);
}

HandedOver answer(std::string_view gateway, int status, std::string_view said, std::optional<std::string_view> retry_after = {}) {
  return read_send_answer(rules_of(gateway), text_of("x"), status, as_bytes(said), retry_after);
}

TEST(SendAnswer, AcceptedWithTheGatewaysName) {
  const HandedOver twilio = answer("twilio", 201, R"({"sid":"SM1","status":"queued","error_code":null})");
  EXPECT_EQ(twilio.kind, Kind::accepted);
  ASSERT_EQ(twilio.names.size(), 1u);
  EXPECT_EQ(twilio.names[0].reveal_text(), "SM1");
  const HandedOver jasmin = answer("jasmin", 200, "Success \"07033084-5cfd\"");
  ASSERT_EQ(jasmin.names.size(), 1u);
  EXPECT_EQ(jasmin.names[0].reveal_text(), "07033084-5cfd");
  const HandedOver kannel = answer("kannel", 202, "0: Accepted for delivery");
  ASSERT_EQ(kannel.names.size(), 1u);
  EXPECT_EQ(kannel.names[0].reveal_text(), "0123456789abcdef0123456789abcdef") << "reports carry our own name";
}

TEST(SendAnswer, RefusedWithAReason) {
  EXPECT_EQ(answer("twilio", 400, R"({"code":21610,"status":400})").reason, TextReason::opted_out);
  EXPECT_EQ(answer("twilio", 400, R"({"code":21610,"status":400})").code, "21610");
  EXPECT_EQ(answer("twilio", 401, R"({"code":20003})").reason, TextReason::account);
  EXPECT_EQ(answer("twilio", 400, R"({"code":12345})").reason, TextReason::other);
  EXPECT_EQ(answer("twilio", 404, "<html>").reason, TextReason::other);
  EXPECT_EQ(answer("twilio", 404, "<html>").code, "404");
  const HandedOver vonage = answer("vonage-sms", 200, R"({"messages":[{"status":"6","error-text":"x"}]})");
  EXPECT_EQ(vonage.kind, Kind::refused) << "200 is not yes";
  EXPECT_EQ(vonage.reason, TextReason::bad_number);
}

TEST(SendAnswer, WhatStandsBesideTheCaseIsACodeAndNothingElse) {
  EXPECT_EQ(safe_code("AbsentSubscriber"), "AbsentSubscriber");
  EXPECT_EQ(safe_code("131026"), "131026");
  EXPECT_EQ(safe_code("not sent: I need help"), "") << "words";
  EXPECT_EQ(safe_code("5016221234"), "") << "a number of a phone";
  EXPECT_EQ(safe_code("to_5016221234_failed"), "");
  EXPECT_EQ(safe_code(std::string(33, 'a')), "");
  EXPECT_EQ(answer("twilio", 400, R"({"code":"no +5016221234"})").code, "400");
}

TEST(SendAnswer, WhoSaysYesWithoutANameIsNotTheGateway) {
  EXPECT_EQ(answer("twilio", 200, "<html>Welcome</html>").kind, Kind::unknown);
  EXPECT_EQ(answer("twilio", 201, "{}").kind, Kind::unknown);
  EXPECT_EQ(answer("vonage-sms", 200, "<html>").kind, Kind::unknown) << "neither yes nor no";
  EXPECT_EQ(answer("kannel", 200, "<html>").kind, Kind::refused) << "Kannel says 202";
  EXPECT_EQ(answer("twilio", 302, "").kind, Kind::refused) << "nobody is followed with a secret in hand";
}

TEST(SendAnswer, EachPartThatIsReportedOnHasAName) {
  const HandedOver vonage = answer("vonage-sms", 200, R"({"message-count":"2","messages":[{"status":"0","message-id":"A"},{"status":"0","message-id":"B"}]})");
  EXPECT_EQ(vonage.kind, Kind::accepted);
  ASSERT_EQ(vonage.names.size(), 2u);
  EXPECT_EQ(vonage.names[1].reveal_text(), "B");
}

TEST(SendAnswer, ToBeTriedAgain) {
  EXPECT_EQ(answer("twilio", 429, R"({"code":20429})").kind, Kind::later);
  EXPECT_EQ(answer("twilio", 400, R"({"code":20429})").kind, Kind::later);
  EXPECT_EQ(answer("twilio", 503, "", "7").retry_after_seconds, 7);
  EXPECT_EQ(answer("twilio", 503, "", "99999999").retry_after_seconds, 3600);
  EXPECT_EQ(answer("twilio", 503, "", "soon").retry_after_seconds, std::nullopt);
  EXPECT_EQ(answer("vonage-sms", 200, R"({"messages":[{"status":"1"}]})").kind, Kind::later);
  for (const int status : {500, 502, 504}) EXPECT_EQ(answer("twilio", status, "").kind, Kind::unknown) << status << ": it may have been taken";
}

}  // namespace
}  // namespace hotline::sms
