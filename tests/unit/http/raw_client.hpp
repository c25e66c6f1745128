#pragma once

#include "config/listen_address.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace hotline::http {

/// An answer as it came over the wire.
struct RawResponse {
  int status = 0;
  std::map<std::string, std::string> headers;  ///< names in lower case
  std::string body;
};

/// A plain blocking socket that says exactly what a test tells it to. Gives up after 20 seconds of silence.
class RawClient {
 public:
  /// `from`: an IPv4 address of this machine's to come from.
  explicit RawClient(const ListenAddress& address, const std::string& from = {});
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;

  /// False when the other side no longer takes it.
  bool send(std::string_view bytes);
  void end_sending();
  /// One answer, or nothing when the connection ends before its end.
  std::optional<RawResponse> receive(bool head_only = false);
  /// All there is until the other side ends the connection.
  std::string receive_all();
  /// Whether the other side ends the connection without a byte more.
  bool ended() { return receive_all().empty(); }
  /// Whether there is something to read, or the end, within that time.
  bool answered_within(std::chrono::milliseconds time) const;
  int descriptor() const { return descriptor_; }

 private:
  bool more();
  int descriptor_;
  std::string buffer_;
};

}  // namespace hotline::http
