#pragma once

#include "config/bytes.hpp"
#include "crypto/secret.hpp"

#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace hotline::intake {

/// A light proof of work, for scripts: whoever has done it is one sender of their own, whatever the address. It is asked of nobody.
///
/// A challenge is base64url (no padding) of: 4 bytes, the minute of its making on a clock of this process; 8 random bytes; 16 bytes,
/// BLAKE2b of both under a key in memory. So none has to be kept. A solution is "CHALLENGE.NONCE", the nonce in decimal digits, whose
/// SHA-256 begins with `bits` zero bits. It is good for an hour, once: which were used is remembered, up to a bound; past that the key
/// is changed, and challenges made before are worth nothing. Any thread.
class Work {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit Work(std::size_t bits, Time now = std::chrono::steady_clock::now());

  std::string challenge(Time now = std::chrono::steady_clock::now());
  /// Takes the solution when it is right, and remembers it. Its number (http::senders_begin or above), or nothing.
  std::optional<std::uint64_t> redeem(std::string_view solution, Time now = std::chrono::steady_clock::now());
  std::size_t bits() const noexcept { return bits_; }

  /// Longest text that can be a solution: 38 characters, a dot, 20 digits.
  static constexpr std::size_t solution_bytes_max = 59;
  /// Solutions that are remembered before the key is changed. Each costs 2^bits hashes.
  static constexpr std::size_t remembered_max = 65'536;

 private:
  static constexpr std::size_t made_bytes = 12;
  static constexpr std::size_t seal_bytes = 16;
  ByteArray<seal_bytes> seal(Bytes made) const;
  std::uint32_t minute(Time now) const;
  void forget_when_due(Time now);

  const std::size_t bits_;
  const Time begun_;
  std::mutex mutex_;
  crypto::Secret<32> key_;
  Time forgotten_;                                ///< when `before_` was last let go
  std::unordered_set<std::uint64_t> used_;        ///< random part of what was redeemed in this hour …
  std::unordered_set<std::uint64_t> before_;      ///< … and in the one before
};

}  // namespace hotline::intake
