#pragma once

#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "server/http/message.hpp"
#include "server/sms/descriptor.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::sms {

/// A text as the gateway itself would send it.
struct GatewayRequest {
  http::Method method = http::Method::post;
  std::string raw_query;                                      ///< without '?'
  std::vector<std::pair<std::string, std::string>> headers;   ///< names in lower case; Host and Content-Length are not among them
  crypto::SecretBuffer body;                                  ///< may hold the token
  bool is_signed = true;      ///< false: only the gateway can sign (a public key is all that we have), so it will be refused
  bool covers_url = false;    ///< the signature is over the public address
};

/// What the text of a check says to whoever finds it.
inline constexpr std::string_view check_text = "A check of the SMS line by its operator. Nobody wrote this.";

/// The inverse of signature.cpp and message_reader.cpp: from the descriptor and the secrets of the settings a request with
/// `check_text` that Gateway::judge() takes for a message. `id` tells this text from others. Fails with one line for descriptors whose
/// requests cannot be made up, which only files of an operator's own can be. No I/O; any thread.
Outcome<GatewayRequest> write_request(const Descriptor& descriptor, const SmsSettings& settings, std::string_view id, std::int64_t now_seconds);

}  // namespace hotline::sms
