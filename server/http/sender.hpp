#pragma once

#include "config/bytes.hpp"
#include "crypto/secret.hpp"

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>

namespace hotline::http {

/// Numbers for where requests come from (Request::sender):
///   0                 not known
///   1                 all connections over Unix sockets together (sender_group)
///   2 to 2^32 - 1     one of these: behind Tor or a proxy everyone has the same address, which tells nothing
///   2^32 and above    one address (IPv4), or one network of 48 bits (IPv6): the largest that a customer is given
inline constexpr std::uint64_t unix_sockets = 1;
inline constexpr std::uint64_t senders_begin = std::uint64_t{1} << 32;
constexpr bool is_one_connection(std::uint64_t sender) noexcept { return sender > unix_sockets && sender < senders_begin; }

/// The bytes of a socket address that tell one sender from another; empty when there are none. They lie in `address`.
Bytes telling_bytes(const sockaddr_storage& address) noexcept;

/// What a sender's budgets are counted under: all connections over Unix sockets together, every address alone.
constexpr std::uint64_t sender_group(std::uint64_t sender) noexcept { return is_one_connection(sender) ? unix_sockets : sender; }

/// Makes these numbers. An address goes in and a keyed hash comes out; the key is random, in memory only, and another one every hour.
/// The address is asked of the kernel, never written as text, and wiped at once: nothing here can name a person later. Any thread.
class SenderKeys {
 public:
  using Time = std::chrono::steady_clock::time_point;

  explicit SenderKeys(Time now = std::chrono::steady_clock::now());

  /// Of whoever is at the other end of a connected socket.
  std::uint64_t of(int socket, Time now = std::chrono::steady_clock::now());
  /// Another number once the key has changed: then whoever is still connected is to be asked for again.
  std::uint64_t current(Time now = std::chrono::steady_clock::now());

 private:
  void change_when_due(Time now);

  std::mutex mutex_;
  crypto::Secret<32> key_;
  std::atomic<std::int64_t> due_;      ///< on the steady clock, in its own units
  std::atomic<std::uint64_t> number_{1};
  std::atomic<std::uint64_t> connections_{0};
};

}  // namespace hotline::http
