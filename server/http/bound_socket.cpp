#include "server/http/bound_socket.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <utility>

namespace hotline::http {
namespace {

constexpr int backlog = 4096;
constexpr mode_t socket_mode = 0660;

struct SocketAddress {
  sockaddr_storage storage{};
  socklen_t size = 0;
  const sockaddr* get() const { return reinterpret_cast<const sockaddr*>(&storage); }
};

SocketAddress to_socket_address(const ListenAddress& address) {
  SocketAddress result;
  if (address.is_unix()) {
    auto& unix_address = reinterpret_cast<sockaddr_un&>(result.storage);
    unix_address.sun_family = AF_UNIX;
    const std::string& path = address.socket_path.native();
    std::memcpy(unix_address.sun_path, path.c_str(), std::min(path.size() + 1, sizeof(unix_address.sun_path) - 1));
    result.size = sizeof(sockaddr_un);
  } else if (address.ip.find(':') != std::string::npos) {
    auto& six = reinterpret_cast<sockaddr_in6&>(result.storage);
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(address.port);
    ::inet_pton(AF_INET6, address.ip.c_str(), &six.sin6_addr);
    result.size = sizeof(sockaddr_in6);
  } else {
    auto& four = reinterpret_cast<sockaddr_in&>(result.storage);
    four.sin_family = AF_INET;
    four.sin_port = htons(address.port);
    ::inet_pton(AF_INET, address.ip.c_str(), &four.sin_addr);
    result.size = sizeof(sockaddr_in);
  }
  return result;
}

Problem problem(const ListenAddress& address, std::string_view what) {
  return {"cannot listen on " + to_text(address) + ": " + std::string(what)};
}

Problem problem_of(const ListenAddress& address, int error) {
  switch (error) {
    case EADDRINUSE: return problem(address, "another program listens there; stop it or choose another address");
    case EADDRNOTAVAIL: return problem(address, "this machine does not have that address");
    case EACCES:
    case EPERM: return problem(address, "not permitted; choose a port above 1023, or give the right to bind it (CAP_NET_BIND_SERVICE)");
    case ENOENT: return problem(address, "the folder does not exist; create it");
    default: return problem(address, std::strerror(error));
  }
}

/// Removes a socket file that no program answers on any more.
Outcome<void> remove_stale(const ListenAddress& address, const SocketAddress& target) {
  struct stat status {};
  if (::lstat(address.socket_path.c_str(), &status) != 0) return {};
  if (!S_ISSOCK(status.st_mode)) return problem(address, "a file that is not a socket is there; move it away");
  const int probe = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  const bool refused = probe >= 0 && ::connect(probe, target.get(), target.size) != 0 && errno == ECONNREFUSED;
  if (probe >= 0) ::close(probe);
  if (!refused) return problem_of(address, EADDRINUSE);
  ::unlink(address.socket_path.c_str());
  return {};
}

std::uint16_t port_of(int descriptor) {
  sockaddr_storage storage{};
  socklen_t size = sizeof(storage);
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&storage), &size) != 0) return 0;
  return ntohs(storage.ss_family == AF_INET6 ? reinterpret_cast<sockaddr_in6&>(storage).sin6_port
                                             : reinterpret_cast<sockaddr_in&>(storage).sin_port);
}

}  // namespace

BoundSocket::BoundSocket(int descriptor, int family, ListenAddress address)
    : descriptor_(descriptor), family_(family), address_(std::move(address)) {}
BoundSocket::BoundSocket(BoundSocket&& other) noexcept
    : descriptor_(other.release()), family_(other.family_), address_(std::move(other.address_)) {}
BoundSocket::~BoundSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}
int BoundSocket::release() noexcept { return std::exchange(descriptor_, -1); }

Outcome<BoundSocket> BoundSocket::create(const ListenAddress& address) {
  const SocketAddress target = to_socket_address(address);
  const int family = target.get()->sa_family;
  BoundSocket bound(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), family, address);
  if (bound.descriptor_ < 0) return problem_of(address, errno);
  if (address.is_unix()) {
    if (const Outcome<void> removed = remove_stale(address, target); !removed) return removed.error();
    // On Linux the file gets the descriptor's mode, so that it is never wider than it should be.
    ::fchmod(bound.descriptor_, socket_mode);
  } else {
    const int on = 1;
    ::setsockopt(bound.descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  }
  if (::bind(bound.descriptor_, target.get(), target.size) != 0) return problem_of(address, errno);
  if (address.is_unix() && ::chmod(address.socket_path.c_str(), socket_mode) != 0) return problem_of(address, errno);
  if (::listen(bound.descriptor_, backlog) != 0) return problem_of(address, errno);
  if (!address.is_unix()) bound.address_.port = port_of(bound.descriptor_);
  return bound;
}

}  // namespace hotline::http
