#include "server/texting/web_carrier.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hotline::texting {
namespace {

std::string problem_of(const char* gateway_name, const SmsSendSettings& send) {
  SmsSettings settings;
  settings.name = "main";
  settings.token = SettingSecret("MCowBQYDK2VwAyEAMCowBQYDK2VwAyEAMCowBQYDK2U=");
  settings.path_token = SettingSecret("0123456789abcdef0123456789abcdef");
  settings.public_url = "https://report.example.org/sms/main";
  const auto gateway = sms::Gateway::create(sms::built_in_descriptor(gateway_name).value(), settings);
  if (!gateway) return gateway.error().line;
  boost::asio::thread_pool threads(1);
  const auto carrier = WebCarrier::create(*gateway, send, Limits(), threads);
  return carrier ? "" : carrier.error().line;
}

TEST(WebCarrier, ASecretThatNoHeaderTakesIsFoundAtTheStart) {
  crypto::initialise();
  SmsSendSettings send;
  send.secret = SettingSecret("KEY1\nKEY2");
  const std::string line = problem_of("telnyx", send);
  EXPECT_EQ(line.find("[sms.main.send] secret or account has characters"), 0U) << line;
  EXPECT_EQ(line.find("KEY"), std::string::npos);
  send.secret = SettingSecret("KEY1");
  EXPECT_EQ(problem_of("telnyx", send), "");
}

TEST(WebCarrier, ANumberIsNotTheIdOfANumber) {
  crypto::initialise();
  SmsSendSettings send;
  send.secret = SettingSecret("KEY1");
  for (const char* from : {"", "+5016221234", "Hotline"}) {
    send.from = from;
    EXPECT_EQ(problem_of("whatsapp", send), "[sms.main.send] from must be the id of the phone number at WhatsApp Cloud API, digits alone; it is not the phone number itself") << from;
  }
  send.from = "106540352242922";
  EXPECT_EQ(problem_of("whatsapp", send), "");
  EXPECT_EQ(problem_of("telnyx", send), "");
}

}  // namespace
}  // namespace hotline::texting
