#include "server/http/bound_socket.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
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
    case EPERM:
      return problem(address, address.is_unix() ? "not permitted; name a folder in which the server may write"
                                                : "not permitted; choose a port above 1023, or let systemd open it: hotline-public.socket, hotline-console.socket");
    case ENOENT: return problem(address, "the folder does not exist; create it");
    case EAFNOSUPPORT: return problem(address, "no such addresses here; with behind-tor.conf listen on Unix sockets alone");
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

SocketAddress address_of(int descriptor) {
  SocketAddress found;
  found.size = sizeof(found.storage);
  if (::getsockname(descriptor, reinterpret_cast<sockaddr*>(&found.storage), &found.size) != 0) found.size = 0;
  return found;
}

ListenAddress to_listen_address(const SocketAddress& found) {
  ListenAddress address;
  char text[INET6_ADDRSTRLEN] = {};
  if (found.storage.ss_family == AF_UNIX) {
    const auto& unix_address = reinterpret_cast<const sockaddr_un&>(found.storage);
    // One without a name, or with one that is no file, cannot be told apart from others in what is printed, and need not be.
    const bool named = found.size > offsetof(sockaddr_un, sun_path) && unix_address.sun_path[0] == '/';
    address.socket_path = named ? std::filesystem::path(unix_address.sun_path) : std::filesystem::path("(unnamed)");
  } else if (found.storage.ss_family == AF_INET6) {
    const auto& six = reinterpret_cast<const sockaddr_in6&>(found.storage);
    address.ip = ::inet_ntop(AF_INET6, &six.sin6_addr, text, sizeof(text));
    address.port = ntohs(six.sin6_port);
  } else {
    const auto& four = reinterpret_cast<const sockaddr_in&>(found.storage);
    address.ip = ::inet_ntop(AF_INET, &four.sin_addr, text, sizeof(text));
    address.port = ntohs(four.sin_port);
  }
  return address;
}

int option_of(int descriptor, int name) {
  int value = -1;
  socklen_t size = sizeof(value);
  return ::getsockopt(descriptor, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

}  // namespace

BoundSocket::BoundSocket(int descriptor, int family, ListenAddress address)
    : descriptor_(descriptor), family_(family), address_(std::move(address)) {}
BoundSocket::BoundSocket(BoundSocket&& other) noexcept
    : descriptor_(other.release()), family_(other.family_), address_(std::move(other.address_)), owns_file_(other.owns_file_) {}
BoundSocket::~BoundSocket() {
  if (descriptor_ >= 0) ::close(descriptor_);
}
int BoundSocket::release() noexcept { return std::exchange(descriptor_, -1); }

Outcome<void> BoundSocket::remove_stale(const ListenAddress& address) {
  return address.is_unix() ? http::remove_stale(address, to_socket_address(address)) : Outcome<void>();
}

Outcome<BoundSocket> BoundSocket::create(const ListenAddress& address) {
  const SocketAddress target = to_socket_address(address);
  const int family = target.get()->sa_family;
  BoundSocket bound(::socket(family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), family, address);
  if (bound.descriptor_ < 0) return problem_of(address, errno);
  if (address.is_unix()) {
    if (const Outcome<void> removed = http::remove_stale(address, target); !removed) return removed.error();
    // On Linux the file gets the descriptor's mode, so that it is never wider than it should be.
    ::fchmod(bound.descriptor_, socket_mode);
  } else {
    const int on = 1;
    ::setsockopt(bound.descriptor_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  }
  if (::bind(bound.descriptor_, target.get(), target.size) != 0) return problem_of(address, errno);
  if (address.is_unix() && ::chmod(address.socket_path.c_str(), socket_mode) != 0) return problem_of(address, errno);
  if (::listen(bound.descriptor_, backlog) != 0) return problem_of(address, errno);
  if (!address.is_unix()) bound.address_.port = to_listen_address(address_of(bound.descriptor_)).port;
  bound.owns_file_ = address.is_unix();
  return bound;
}

Outcome<BoundSocket> BoundSocket::adopt(int descriptor) {
  const SocketAddress found = address_of(descriptor);
  const int family = found.storage.ss_family;
  BoundSocket bound(descriptor, family, {});
  const bool listens = option_of(descriptor, SO_TYPE) == SOCK_STREAM && option_of(descriptor, SO_ACCEPTCONN) == 1;
  if (found.size == 0 || !listens || (family != AF_UNIX && family != AF_INET && family != AF_INET6)) {
    return Problem{"descriptor " + std::to_string(descriptor) + " that was handed over is no listening stream socket; use ListenStream= in the socket unit"};
  }
  const int flags = ::fcntl(descriptor, F_GETFL);
  if (flags < 0 || ::fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) != 0 || ::fcntl(descriptor, F_SETFD, FD_CLOEXEC) != 0) {
    return Problem{"descriptor " + std::to_string(descriptor) + " that was handed over cannot be used: " + std::strerror(errno)};
  }
  bound.address_ = to_listen_address(found);
  return bound;
}

}  // namespace hotline::http
