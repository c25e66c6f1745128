#include "server/sms/request_signer.hpp"

#include "server/sms/gateways.hpp"
#include "tests/unit/sms/sides.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>

namespace {

using namespace hotline;
using namespace hotline::sms;

const std::string address = "https://report.example/sms/line";
const std::string path_token = "0123456789abcdef0123456789abcdef";

SmsSettings settings_of(const test::Side& side) {
  SmsSettings settings;
  settings.name = "line";
  settings.gateway = side.gateway;
  settings.token = SettingSecret(side.token);
  settings.public_url = address;
  if (side.path_token) settings.path_token = SettingSecret(path_token);
  return settings;
}

http::Request as_received(const GatewayRequest& sent) {
  http::Request request;
  request.method = sent.method;
  request.raw_query = sent.raw_query;
  request.headers = sent.headers;
  return request;
}

/// One side of each gateway: how its texts are encoded makes no difference here.
std::map<std::string, const test::Side*> one_of_each() {
  std::map<std::string, const test::Side*> all;
  for (const test::Side& side : test::sides()) all.emplace(side.gateway, &side);
  return all;
}

class EveryDescriptor : public testing::TestWithParam<std::string> {
 protected:
  Result<Verdict> judge(const GatewayRequest& sent, std::int64_t now = test::now) const {
    return gateway.judge(as_received(sent), sent.body.reveal(), side.path_token ? std::optional<std::string_view>(path_token) : std::nullopt, now);
  }
  Outcome<GatewayRequest> write(const SmsSettings& settings) const { return write_request(descriptor, settings, "check-0001", test::now); }

  const test::Side& side = *one_of_each().at(GetParam());
  Descriptor descriptor = built_in_descriptor(side.gateway).value();
  Gateway gateway = Gateway::create(built_in_descriptor(side.gateway).value(), settings_of(side)).value();
};

TEST_P(EveryDescriptor, TakesItsOwnRequestForAText) {
  const auto sent = write(settings_of(side));
  ASSERT_TRUE(sent) << sent.error().line;
  const auto verdict = judge(*sent);
  if (!sent->is_signed) {
    EXPECT_EQ(side.gateway, "telnyx") << "all others can be signed";
    EXPECT_EQ(verdict.error(), Errc::authentication_failed);
    return;
  }
  ASSERT_TRUE(verdict) << verdict.error().message();
  EXPECT_EQ(verdict->meaning, Meaning::message);
  ASSERT_EQ(verdict->messages.size(), 1U);
  const Message& message = verdict->messages.front();
  EXPECT_EQ(message.text.reveal_text(), check_text);
  EXPECT_EQ(message.from.reveal_text(), "+12025550143");
  EXPECT_TRUE(message.flags.empty()) << message.flags.front();
  EXPECT_TRUE(message.raw.empty());
  EXPECT_FALSE(message.dedupe.empty());
}

TEST_P(EveryDescriptor, RefusesOneOfAWrongToken) {
  SmsSettings settings = settings_of(side);
  if (!side.token.empty()) {
    settings.token = SettingSecret(side.token.substr(0, side.token.size() - 1) + (side.token.back() == 'w' ? 'x' : 'w'));
    const auto sent = write(settings);
    ASSERT_TRUE(sent);
    EXPECT_EQ(judge(*sent).error(), Errc::authentication_failed);
  }
}

TEST_P(EveryDescriptor, RefusesOneOfAnotherAddressWhereThatIsSigned) {
  SmsSettings settings = settings_of(side);
  settings.public_url = "https://report.example/sms/line/";
  const auto sent = write(settings);
  ASSERT_TRUE(sent);
  if (!sent->is_signed) return;
  EXPECT_EQ(judge(*sent).has_value(), !sent->covers_url);
}

INSTANTIATE_TEST_SUITE_P(All, EveryDescriptor, testing::ValuesIn(built_in_descriptor_names()), [](const auto& info) {
  std::string name = info.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

constexpr std::string_view own = R"(
name = "Own"
methods = ["POST"]
accept = ["application/json"]
[[auth]]
kind = "hmac"
algorithm = "sha256"
message = ["query:nonce", "body", "header:x-time", "query:hash"]
signature = "header:x-signature"
prefix = "v1="
encoding = "base64"
body_hash = { in = "query:hash", algorithm = "sha512", encoding = "hex" }
fresh = { at = "header:x-time", unit = "ms", seconds_max = 300 }
[message]
from = "list.1.who"
id = "id"
text = "words"
[[text]]
text = "binary"
unpack = ["base64", "hex"]
charset = "utf-16be"
[dedupe]
by = ["id"]
[respond.accepted]
status = 204
)";

TEST(RequestSigner, WritesWhatADescriptorOfOnesOwnReads) {
  SmsSettings settings;
  settings.name = "own";
  settings.token = SettingSecret("a-token-of-ones-own");
  settings.public_url = address;
  const Descriptor descriptor = parse_descriptor(own, "own.toml").value();
  const auto sent = write_request(descriptor, settings, "check-0001", test::now);
  ASSERT_TRUE(sent) << sent.error().line;
  const Gateway gateway = Gateway::create(parse_descriptor(own, "own.toml").value(), settings).value();
  const auto verdict = gateway.judge(as_received(*sent), sent->body.reveal(), std::nullopt, test::now);
  ASSERT_TRUE(verdict) << verdict.error().message();
  ASSERT_EQ(verdict->messages.size(), 1U);
  EXPECT_EQ(verdict->messages.front().text.reveal_text(), check_text);
  EXPECT_TRUE(verdict->messages.front().flags.empty());
}

TEST(RequestSigner, SaysSoWhenADescriptorContradictsItself) {
  SmsSettings settings;
  settings.name = "own";
  settings.token = SettingSecret("a-token-of-ones-own");
  settings.public_url = address;
  std::string text(own);
  text.replace(text.find("\"list.1.who\""), 12, "\"binary.who\"");
  const auto sent = write_request(parse_descriptor(text, "own.toml").value(), settings, "check-0001", test::now);
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().line, "[sms.own] a text as Own sends it cannot be made up from its descriptor; send a real one");
}

}  // namespace
