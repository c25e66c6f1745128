#include "tests/unit/http/raw_client.hpp"

#include "server/http/parameters.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstring>
#include <stdexcept>
#include <utility>

namespace hotline::http {

RawClient::RawClient(const ListenAddress& address, const std::string& from) {
  sockaddr_storage storage{};
  socklen_t size = 0;
  if (address.is_unix()) {
    auto& unix_address = reinterpret_cast<sockaddr_un&>(storage);
    unix_address.sun_family = AF_UNIX;
    std::strncpy(unix_address.sun_path, address.socket_path.c_str(), sizeof(unix_address.sun_path) - 1);
    size = sizeof(sockaddr_un);
  } else if (address.ip.find(':') != std::string::npos) {
    auto& six = reinterpret_cast<sockaddr_in6&>(storage);
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(address.port);
    ::inet_pton(AF_INET6, address.ip.c_str(), &six.sin6_addr);
    size = sizeof(sockaddr_in6);
  } else {
    auto& four = reinterpret_cast<sockaddr_in&>(storage);
    four.sin_family = AF_INET;
    four.sin_port = htons(address.port);
    ::inet_pton(AF_INET, address.ip.c_str(), &four.sin_addr);
    size = sizeof(sockaddr_in);
  }
  descriptor_ = ::socket(storage.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval patience{20, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
  ::setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
  if (!from.empty()) {
    sockaddr_in mine{};
    mine.sin_family = AF_INET;
    ::inet_pton(AF_INET, from.c_str(), &mine.sin_addr);
    ::bind(descriptor_, reinterpret_cast<const sockaddr*>(&mine), sizeof(mine));
  }
  if (descriptor_ < 0 || ::connect(descriptor_, reinterpret_cast<const sockaddr*>(&storage), size) != 0) {
    throw std::runtime_error(std::string("cannot connect: ") + std::strerror(errno));
  }
}

RawClient::~RawClient() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

RawClient::RawClient(RawClient&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), buffer_(std::move(other.buffer_)) {}

bool RawClient::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return true;
}

void RawClient::end_sending() { ::shutdown(descriptor_, SHUT_WR); }

bool RawClient::answered_within(std::chrono::milliseconds time) const {
  pollfd waiting{descriptor_, POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(time.count())) > 0;
}

bool RawClient::more() {
  char piece[16384];
  const ssize_t got = ::recv(descriptor_, piece, sizeof(piece), 0);
  if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("the server is silent");
  if (got <= 0) return false;
  buffer_.append(piece, static_cast<std::size_t>(got));
  return true;
}

std::optional<RawResponse> RawClient::receive(bool head_only) {
  std::size_t end = 0;
  while ((end = buffer_.find("\r\n\r\n")) == std::string::npos) {
    if (!more()) return std::nullopt;
  }
  RawResponse response;
  std::string_view head = std::string_view(buffer_).substr(0, end + 2);
  if (!head.starts_with("HTTP/1.1 ")) return std::nullopt;
  response.status = std::stoi(std::string(head.substr(9, 3)));
  head.remove_prefix(head.find("\r\n") + 2);
  while (!head.empty()) {
    const std::string_view line = head.substr(0, head.find("\r\n"));
    const std::size_t colon = line.find(':');
    response.headers[lower_case(line.substr(0, colon))] = std::string(trim(line.substr(colon + 1)));
    head.remove_prefix(line.size() + 2);
  }
  buffer_.erase(0, end + 4);
  const auto length = response.headers.find("content-length");
  const std::size_t size = head_only || length == response.headers.end() ? 0 : std::stoul(length->second);
  while (buffer_.size() < size) {
    if (!more()) return std::nullopt;
  }
  response.body = buffer_.substr(0, size);
  buffer_.erase(0, size);
  return response;
}

std::string RawClient::receive_all() {
  while (more()) {
  }
  return std::exchange(buffer_, {});
}

}  // namespace hotline::http
