#pragma once

#include "config/error.hpp"

#include <string>
#include <string_view>

namespace hotline::http {

/// Where a client connects to.
struct ClientUrl {
  bool tls = false;
  std::string host;         ///< a name, or an address without brackets; empty for a Unix socket
  std::string port;         ///< "80", "443" or as given
  std::string socket_path;  ///< of a Unix socket
  std::string host_header;
};

/// "http://host[:port]", "https://host[:port]" with an optional '/' behind, or "unix:/path".
Outcome<ClientUrl> parse_client_url(std::string_view url);

}  // namespace hotline::http
