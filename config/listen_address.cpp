#include "config/listen_address.hpp"

#include <arpa/inet.h>
#include <sys/un.h>

#include <charconv>

namespace hotline {
namespace {

constexpr std::size_t socket_path_bytes_max = sizeof(sockaddr_un{}.sun_path) - 1;

std::optional<std::uint16_t> parse_port(std::string_view text) {
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (text.empty() || error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return port;
}

std::optional<ListenAddress> parse_socket(std::string_view text, const std::filesystem::path& folder) {
  if (text.empty() || text.find('\0') != std::string_view::npos) return std::nullopt;
  ListenAddress address;
  address.socket_path = (folder / std::filesystem::path(text)).lexically_normal();
  if (address.socket_path.native().size() > socket_path_bytes_max || !address.socket_path.has_filename()) return std::nullopt;
  return address;
}

}  // namespace

bool ListenAddress::is_loopback() const noexcept { return is_unix() || ip == "::1" || ip.starts_with("127."); }

std::optional<ListenAddress> parse_listen_address(std::string_view text, const std::filesystem::path& folder) {
  if (text.starts_with("unix:")) return parse_socket(text.substr(5), folder);
  const std::size_t colon = text.rfind(':');
  if (colon == std::string_view::npos) return std::nullopt;
  const std::optional<std::uint16_t> port = parse_port(text.substr(colon + 1));
  if (!port) return std::nullopt;

  std::string_view host = text.substr(0, colon);
  const bool bracketed = host.size() > 2 && host.front() == '[' && host.back() == ']';
  if (bracketed) host = host.substr(1, host.size() - 2);
  ListenAddress address;
  address.ip = std::string(host);
  address.port = *port;
  unsigned char bytes[sizeof(in6_addr)];
  if (address.ip.find('\0') != std::string::npos) return std::nullopt;
  if (::inet_pton(bracketed ? AF_INET6 : AF_INET, address.ip.c_str(), bytes) != 1) return std::nullopt;
  return address;
}

std::string to_text(const ListenAddress& address) {
  if (address.is_unix()) return "unix:" + address.socket_path.string();
  const bool six = address.ip.find(':') != std::string::npos;
  return (six ? "[" + address.ip + "]" : address.ip) + ":" + std::to_string(address.port);
}

}  // namespace hotline
