#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace hotline {

/// Where a listener waits: an IP address with port, or a Unix socket.
struct ListenAddress {
  std::string ip;                      ///< IPv4 or IPv6 without brackets; empty for a Unix socket
  std::uint16_t port = 0;              ///< 0: the system picks a free one
  std::filesystem::path socket_path;   ///< of a Unix socket, at most 107 bytes; empty otherwise

  bool is_unix() const noexcept { return !socket_path.empty(); }
  bool is_loopback() const noexcept;   ///< 127.0.0.0/8, ::1, or a Unix socket
  bool operator==(const ListenAddress&) const = default;
};

/// Reads "127.0.0.1:8080", "[::1]:8080" or "unix:/run/hotline/public.sock". Host names are not looked up.
/// A relative socket path is taken from `folder`. Gives nothing for anything else.
std::optional<ListenAddress> parse_listen_address(std::string_view text, const std::filesystem::path& folder);
std::string to_text(const ListenAddress& address);

}  // namespace hotline
