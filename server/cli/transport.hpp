#pragma once

#include "config/error.hpp"

#include <boost/json.hpp>

#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace hotline::cli {

/// An answer of the console's API.
struct Reply {
  int status = 0;
  std::string body;
  std::string session;              ///< cookie to send from now on ("name=value"), or empty
};

/// Takes a body that is too large to keep, piece by piece; false stops.
using Sink = std::function<bool(std::string_view piece)>;

/// The way to the console's API: over HTTP to a server, or straight into the same handlers on this machine's database.
class Transport {
 public:
  virtual ~Transport() = default;
  /// `body` is JSON, or empty. With a sink a 2xx body goes there.
  virtual Outcome<Reply> send(std::string_view method, const std::string& target, const std::string& body, const Sink& sink) = 0;
};

/// `url` is http://, https:// or unix:/path of the console listener. `ca_file` may be empty: the system's authorities.
Outcome<std::unique_ptr<Transport>> connect_to_server(const std::string& url, const std::string& ca_file);

}  // namespace hotline::cli
