#include "server/sms/check_proof.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "server/sms/hmac.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>

namespace hotline::sms {

std::string CheckProof::mac(std::string_view seconds, const Covered& covered) const {
  // Fixed lengths and separators that no part can hold: one text means one request.
  static constexpr Byte separator = 0;
  const auto query = crypto::sha256(as_bytes(covered.raw_query));
  const auto body = crypto::sha256(covered.body);
  Hmac hmac(HashAlgorithm::sha256, key_.reveal());
  for (const std::string_view part : {std::string_view("request"), std::string_view(covered.method == http::Method::get ? "GET" : "POST"), covered.gateway, seconds}) {
    hmac.update(as_bytes(part));
    hmac.update(Bytes(&separator, 1));
  }
  hmac.update(query);
  hmac.update(body);
  return crypto::to_hex(hmac.finish().view());
}

std::string CheckProof::of_request(const Covered& covered, std::int64_t now_seconds) const {
  const std::string seconds = std::to_string(now_seconds);
  return seconds + "." + mac(seconds, covered);
}

bool CheckProof::holds(std::string_view value, const Covered& covered, std::int64_t now_seconds) const {
  const std::size_t point = value.find('.');
  if (point == std::string_view::npos || point == 0 || point > 12) return false;
  const std::string_view seconds = value.substr(0, point);
  std::int64_t at = 0;
  const auto [end, error] = std::from_chars(seconds.data(), seconds.data() + seconds.size(), at);
  if (error != std::errc() || end != seconds.data() + seconds.size()) return false;
  const bool fresh = std::abs(now_seconds - at) <= seconds_max;
  const std::string expected = mac(seconds, covered);
  const std::string_view given = value.substr(point + 1);
  return given.size() == expected.size() && crypto::equal_in_constant_time(as_bytes(given), as_bytes(expected)) && fresh;
}

std::string CheckProof::of_answer(std::string_view value) const {
  static constexpr Byte separator = 0;
  Hmac hmac(HashAlgorithm::sha256, key_.reveal());
  hmac.update(as_bytes("seen"));
  hmac.update(Bytes(&separator, 1));
  hmac.update(as_bytes(value));
  return crypto::to_hex(hmac.finish().view());
}

}  // namespace hotline::sms
