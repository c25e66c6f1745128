#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "server/sms/gateway.hpp"
#include "tests/fuzz/check.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace hotline;

/// Any text gives a descriptor or one complaint on one line; and whatever descriptor it is, any request gets a verdict.
/// What follows a zero byte is the request: the raw query, another zero byte, the body.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  crypto::initialise();
  std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto take = [&] {
    const std::size_t end = std::min(input.find('\0'), input.size());
    const std::string_view part = input.substr(0, end);
    input.remove_prefix(std::min(end + 1, input.size()));
    return part;
  };
  auto descriptor = sms::parse_descriptor(take(), "fuzz/gateway.toml");
  if (!descriptor) {
    const std::string& line = descriptor.error().line;
    FUZZ_CHECK(line.starts_with("fuzz/gateway.toml:") && line.find('\n') == std::string::npos);
    return 0;
  }
  FUZZ_CHECK(!descriptor->methods.empty() && !descriptor->auth.empty() && !descriptor->dedupe_by.empty());
  FUZZ_CHECK(descriptor->accepted.status / 100 == 2 && descriptor->overload.status >= 429);

  SmsSettings settings;
  settings.name = "fuzz";
  settings.token = SettingSecret("00");
  settings.path_token = SettingSecret("0123456789abcdef0123456789abcdef");
  settings.public_url = "https://gateway.example:8443/sms/fuzz";
  const auto gateway = sms::Gateway::create(std::move(*descriptor), settings);
  if (!gateway) return 0;   // "00" is no base64 key
  http::Request request;
  request.raw_query = take();
  const std::string_view body = take();
  for (const http::Method method : gateway->descriptor().methods) {
    request.method = method;
    for (const char* type : {"application/json", "application/x-www-form-urlencoded"}) {
      request.headers = {{"content-type", type}, {"x-signature", std::string(body.substr(0, 100))}};
      const auto verdict = gateway->judge(request, as_bytes(body), "0123456789abcdef0123456789abcdef", 1'700'000'000);
      if (!verdict) {
        const auto& error = verdict.error();
        FUZZ_CHECK(error == Errc::malformed || error == Errc::authentication_failed || error == Errc::unsupported ||
                   error == Errc::too_large);
      } else if (verdict->meaning == sms::Meaning::message) {
        FUZZ_CHECK(!verdict->messages.empty());
        for (const sms::Message& message : verdict->messages) FUZZ_CHECK(!message.dedupe.empty());
      }
    }
  }
  return 0;
}
