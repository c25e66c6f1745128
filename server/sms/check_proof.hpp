#pragma once

#include "config/bytes.hpp"
#include "crypto/secret.hpp"
#include "server/http/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::sms {

/// What `hotline sms check` and the server prove to each other by a key that only the database holds: that a request is a check and no
/// text, and that this server answered it and no other. Header of both: "Hotline-Check". Any thread.
class CheckProof {
 public:
  static constexpr std::string_view header = "hotline-check";
  static constexpr std::int64_t seconds_max = 300;

  /// What the proof of a request covers.
  struct Covered {
    http::Method method;
    std::string_view gateway;     ///< its name in the settings
    std::string_view raw_query;
    Bytes body;
  };

  /// `key`: Stores::server_key("sms-check").
  explicit CheckProof(crypto::LockedKey key) : key_(std::move(key)) {}

  /// The header's value for a request: "SECONDS.HEX", HMAC-SHA256.
  std::string of_request(const Covered& covered, std::int64_t now_seconds) const;
  /// Whether `value` is that, and at most five minutes early or late.
  bool holds(std::string_view value, const Covered& covered, std::int64_t now_seconds) const;
  /// The header's value for the answer to the request that carried `value`: hex HMAC-SHA256.
  std::string of_answer(std::string_view value) const;

 private:
  std::string mac(std::string_view seconds, const Covered& covered) const;

  crypto::LockedKey key_;
};

}  // namespace hotline::sms
