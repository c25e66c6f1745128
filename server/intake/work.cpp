#include "server/intake/work.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "server/http/sender.hpp"

#include <algorithm>
#include <bit>
#include <cstring>

namespace hotline::intake {
namespace {

constexpr std::uint32_t minutes_valid = 60;
constexpr std::size_t challenge_bytes_max = 38;
constexpr std::size_t nonce_digits_max = 20;

std::size_t leading_zero_bits(Bytes hash) {
  std::size_t bits = 0;
  for (const Byte byte : hash) {
    bits += static_cast<std::size_t>(std::countl_zero(byte));
    if (byte != 0) break;
  }
  return bits;
}

bool is_nonce(std::string_view text) {
  return !text.empty() && text.size() <= nonce_digits_max && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

Work::Work(std::size_t bits, Time now) : bits_(bits), begun_(now), key_(crypto::random_secret<32>()), forgotten_(now) {}

std::uint32_t Work::minute(Time now) const {
  return static_cast<std::uint32_t>(std::chrono::duration_cast<std::chrono::minutes>(now - begun_).count());
}

ByteArray<Work::seal_bytes> Work::seal(Bytes made) const {
  const auto hash = crypto::keyed_blake2b(key_.reveal(), {made});
  return to_array(std::span(hash).first<seal_bytes>());
}

void Work::forget_when_due(Time now) {
  if (now - forgotten_ < std::chrono::minutes(minutes_valid)) return;
  before_ = std::move(used_);
  used_.clear();
  if (now - forgotten_ >= std::chrono::minutes(2 * minutes_valid)) before_.clear();
  forgotten_ = now;
}

std::string Work::challenge(Time now) {
  ByteArray<made_bytes + seal_bytes> bytes;
  const std::uint32_t made = minute(now);
  std::memcpy(bytes.data(), &made, sizeof(made));
  crypto::random_bytes(MutableBytes(bytes).subspan(sizeof(made), made_bytes - sizeof(made)));
  const std::lock_guard lock(mutex_);
  const auto sealed = seal(Bytes(bytes).first(made_bytes));
  std::ranges::copy(sealed, bytes.begin() + made_bytes);
  return crypto::to_base64(bytes, crypto::Base64::url_unpadded);
}

std::optional<std::uint64_t> Work::redeem(std::string_view solution, Time now) {
  const std::size_t dot = solution.find('.');
  if (solution.size() > solution_bytes_max || dot == solution.npos || dot > challenge_bytes_max) return std::nullopt;
  if (!is_nonce(solution.substr(dot + 1))) return std::nullopt;
  const auto bytes = crypto::from_base64(solution.substr(0, dot), crypto::Base64::url_unpadded);
  if (!bytes || bytes->size() != made_bytes + seal_bytes) return std::nullopt;
  if (leading_zero_bits(crypto::sha256(as_bytes(solution))) < bits_) return std::nullopt;

  std::uint32_t made = 0;
  std::uint64_t number = 0;
  std::memcpy(&made, bytes->data(), sizeof(made));
  std::memcpy(&number, bytes->data() + sizeof(made), sizeof(number));
  const std::lock_guard lock(mutex_);
  forget_when_due(now);
  const Bytes whole(*bytes);
  if (!crypto::equal_in_constant_time(whole.subspan(made_bytes), seal(whole.first(made_bytes)))) return std::nullopt;
  if (minute(now) - made >= minutes_valid) return std::nullopt;
  if (before_.contains(number) || !used_.insert(number).second) return std::nullopt;
  if (used_.size() >= remembered_max) {
    key_ = crypto::random_secret<32>();
    used_.clear();
    before_.clear();
  }
  return number < http::senders_begin ? number + http::senders_begin : number;
}

}  // namespace hotline::intake
