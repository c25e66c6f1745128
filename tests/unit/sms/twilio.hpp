#pragma once

#include "server/http/memory_body.hpp"
#include "server/http/message.hpp"
#include "server/sms/gateway.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// Twilio's side, written apart from ours after its documentation: signs and sends.
namespace hotline::test {

using Pairs = std::vector<std::pair<std::string, std::string>>;

inline std::string percent(const std::string& text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', digits[byte / 16], digits[byte % 16]};
    }
  }
  return out;
}

inline std::string form(const Pairs& pairs) {
  std::string out;
  for (const auto& [name, value] : pairs) out += (out.empty() ? "" : "&") + percent(name) + "=" + percent(value);
  return out;
}

inline std::string base64(const unsigned char* bytes, int size) {
  std::string text(static_cast<std::size_t>((size + 2) / 3 * 4) + 1, '\0');
  text.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes, size)));
  return text;
}

inline std::string twilio_signature(const std::string& token, const std::string& url, const Pairs& pairs) {
  std::map<std::string, std::set<std::string>> sorted;
  for (const auto& [name, value] : pairs) sorted[name].insert(value);
  std::string text = url;
  for (const auto& [name, values] : sorted) {
    for (const std::string& value : values) text += name + value;
  }
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha1(), token.data(), static_cast<int>(token.size()), reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac, &size);
  return base64(mac, static_cast<int>(size));
}

/// What the clock shows, in seconds since 1970.
inline constexpr std::int64_t now = 1'728'000'017;

inline const std::string twilio_token = "an-auth-token-of-twilio";
inline const std::string twilio_url = "https://report.example/sms/twilio";

inline SmsSettings twilio_settings() {
  SmsSettings settings;
  settings.name = "twilio";
  settings.gateway = "twilio";
  settings.token = SettingSecret(twilio_token);
  settings.public_url = twilio_url;
  return settings;
}

inline Pairs a_text(const std::string& text = "They took my passport", const std::string& sid = "SM0123456789abcdef0123456789abcdef") {
  return {{"ToCountry", "BZ"}, {"MessageSid", sid}, {"SmsStatus", "received"}, {"From", "+5016001234"}, {"To", "+5018005551"},
          {"Body", text},      {"NumMedia", "0"},   {"NumSegments", "1"},      {"AccountSid", "AC0123"}};
}

/// A request with the body that it reads.
struct Sent {
  http::Request request;
  std::string body;
  std::unique_ptr<http::BodyReader> reader;

  http::Request& ready() {
    reader = std::make_unique<http::MemoryBody>(as_bytes(body));
    request.body = reader.get();
    return request;
  }
};

inline Sent post(std::string body, const std::string& signature, const std::string& type = "application/x-www-form-urlencoded",
                 const std::string& raw_query = {}) {
  Sent sent;
  sent.request.method = http::Method::post;
  sent.request.path = sent.request.raw_path = "/sms/twilio";
  sent.request.raw_query = raw_query;
  sent.request.captured = {"twilio"};
  sent.request.headers = {{"host", "elsewhere.example"}, {"content-type", type}, {"x-twilio-signature", signature}};
  sent.body = std::move(body);
  return sent;
}

inline Sent signed_post(const Pairs& pairs) { return post(form(pairs), twilio_signature(twilio_token, twilio_url, pairs)); }

inline Sent signed_get(const Pairs& pairs) {
  Sent sent = post({}, twilio_signature(twilio_token, twilio_url + "?" + form(pairs), {}), "", form(pairs));
  sent.request.method = http::Method::get;
  return sent;
}

}  // namespace hotline::test
