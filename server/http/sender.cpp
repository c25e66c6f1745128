#include "server/http/sender.hpp"

#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace hotline::http {
namespace {

constexpr std::chrono::hours key_lifetime{1};
constexpr std::size_t ipv6_network_bytes = 6;

/// A socket address of the kernel's, gone when it goes out of sight.
struct Peer {
  sockaddr_storage address{};
  Peer() = default;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;
  ~Peer() { crypto::wipe({reinterpret_cast<Byte*>(&address), sizeof(address)}); }
};

}  // namespace

Bytes telling_bytes(const sockaddr_storage& address) noexcept {
  const auto* raw = reinterpret_cast<const Byte*>(&address);
  if (address.ss_family == AF_INET) return {raw + offsetof(sockaddr_in, sin_addr), sizeof(in_addr)};
  if (address.ss_family != AF_INET6) return {};
  const auto* const v6 = reinterpret_cast<const in6_addr*>(raw + offsetof(sockaddr_in6, sin6_addr));
  const Bytes whole(reinterpret_cast<const Byte*>(v6), sizeof(in6_addr));
  return IN6_IS_ADDR_V4MAPPED(v6) ? whole.last(sizeof(in_addr)) : whole.first(ipv6_network_bytes);
}

SenderKeys::SenderKeys(Time now) : key_(crypto::random_secret<32>()), due_((now + key_lifetime).time_since_epoch().count()) {}

void SenderKeys::change_when_due(Time now) {
  if (now.time_since_epoch().count() < due_.load(std::memory_order_relaxed)) return;
  const std::lock_guard lock(mutex_);
  if (now.time_since_epoch().count() < due_.load(std::memory_order_relaxed)) return;
  key_ = crypto::random_secret<32>();
  due_ = (now + key_lifetime).time_since_epoch().count();
  ++number_;
}

std::uint64_t SenderKeys::current(Time now) {
  change_when_due(now);
  return number_.load(std::memory_order_relaxed);
}

std::uint64_t SenderKeys::of(int socket, Time now) {
  change_when_due(now);
  std::uint64_t sender = 0;
  {
    Peer peer;
    socklen_t size = sizeof(peer.address);
    if (::getpeername(socket, reinterpret_cast<sockaddr*>(&peer.address), &size) != 0) return 0;
    if (peer.address.ss_family == AF_UNIX) {
      return unix_sockets + 1 + connections_++ % (senders_begin - unix_sockets - 1);
    }
    const Bytes telling = telling_bytes(peer.address);
    if (telling.empty()) return 0;
    const std::lock_guard lock(mutex_);
    const auto hash = crypto::keyed_blake2b(key_.reveal(), {telling});
    std::memcpy(&sender, hash.data(), sizeof(sender));
  }
  crypto::wipe_stack();
  return sender < senders_begin ? sender + senders_begin : sender;
}

}  // namespace hotline::http
