#include "server/console/totp.hpp"

#include "crypto/secret.hpp"
#include "server/http/query.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>
#include <stdexcept>

namespace hotline::console {
namespace {

ByteArray<20> hmac_sha1(Bytes key, Bytes message) {
  ByteArray<20> out;
  unsigned size = 0;
  // SHA-1 is what RFC 6238 programs speak; as an HMAC it is not known to be broken.
  if (HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), message.data(), message.size(), out.data(), &size) == nullptr || size != out.size()) {
    throw std::runtime_error("OpenSSL cannot compute an HMAC: out of memory, or its default provider is missing");
  }
  return out;
}

}  // namespace

std::string totp_code(Bytes secret, std::int64_t step, std::size_t digits) {
  ByteArray<8> message;
  for (std::size_t i = 0; i < message.size(); ++i) message[i] = static_cast<Byte>(static_cast<std::uint64_t>(step) >> (56 - 8 * i));
  const auto mac = hmac_sha1(secret, message);
  const std::size_t at = mac[19] & 15U;
  std::uint32_t number = (mac[at] & 0x7fU) << 24 | static_cast<std::uint32_t>(mac[at + 1]) << 16 | static_cast<std::uint32_t>(mac[at + 2]) << 8 | mac[at + 3];
  std::string code(digits, '0');
  for (std::size_t i = digits; i-- > 0; number /= 10) code[i] = static_cast<char>('0' + number % 10);
  return code;
}

std::optional<std::int64_t> totp_match(Bytes secret, std::string_view code, std::int64_t now_seconds, std::int64_t last_used) {
  std::string digits;
  for (const char c : code) {
    if (c != ' ') digits.push_back(c);
  }
  if (digits.size() != totp_digits) return std::nullopt;
  const std::int64_t now = now_seconds / totp_step_seconds;
  std::optional<std::int64_t> matched;
  for (const std::int64_t step : {now + 1, now - 1, now}) {
    if (crypto::equal_in_constant_time(as_bytes(totp_code(secret, step)), as_bytes(digits)) && step > last_used) matched = step;
  }
  return matched;
}

std::string to_base32(Bytes bytes) {
  constexpr std::string_view symbols = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  std::string text;
  std::uint32_t bits = 0;
  unsigned held = 0;
  for (const Byte byte : bytes) {
    bits = bits << 8 | byte;
    for (held += 8; held >= 5; held -= 5) text.push_back(symbols[bits >> (held - 5) & 31U]);
  }
  if (held > 0) text.push_back(symbols[bits << (5 - held) & 31U]);
  return text;
}

std::string totp_uri(Bytes secret, std::string_view member_name) {
  return "otpauth://totp/Console:" + http::percent_encode(member_name) + "?secret=" + to_base32(secret) + "&issuer=Console";
}

}  // namespace hotline::console
