#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::http {

struct ClientOptions {
  std::filesystem::path ca_file{};                        ///< certificates to trust besides the system's; PEM
  std::chrono::milliseconds silence_max = std::chrono::seconds(60);  ///< for connecting, and for each read and write
  std::chrono::milliseconds total_max = std::chrono::milliseconds(0);   ///< for one request with its answer; 0: no bound
  bool keep_alive = true;                                 ///< false: a connection for each request, and none is made twice
  std::size_t header_bytes_max = 64 * 1024;
  std::uint64_t body_bytes_max = 64ULL * 1024 * 1024;
  bool bounds_sink = true;                                ///< false: body_bytes_max is not for what a sink takes
  bool public_only = false;                               ///< connects to addresses of the public internet alone: see public_address.hpp
  bool loopback_only = false;                             ///< connects to 127.0.0.0/8 and ::1 alone, whatever a name is said to be
  std::stop_token stop{};                                 ///< ends a request under way, as if its time were over
};

struct ClientResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case
  crypto::SecretBuffer body;                                 ///< empty when a sink took it

  std::optional<std::string_view> header(std::string_view name) const;
};

/// A small blocking HTTP/1.1 client for the command line. Keeps one connection open between requests. One thread at a time.
class HttpClient {
 public:
  using Headers = std::vector<std::pair<std::string, std::string>>;
  /// Takes the body piece by piece; an error ends the request with that error. Only called for 2xx answers; of the body of others, the
  /// first 64 KiB are kept.
  using BodySink = std::function<Result<void>(Bytes)>;

  /// `url`: "http://host[:port]", "https://host[:port]" (the certificate is verified) or "unix:/path". A path behind the
  /// host is not taken. Connects on first use.
  static Outcome<HttpClient> create(std::string_view url, ClientOptions options = {});
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;
  ~HttpClient();

  /// Host, Content-Length and Connection are ours; Content-Length is sent for a body, and for POST and PUT always.
  /// Errors of the system (connection refused …), Errc::timed_out, Errc::closed, Errc::malformed, Errc::too_large,
  /// Errc::authentication_failed (the certificate), Errc::forbidden (an address that the options rule out). A status of 400 and more is an answer, not an
  /// error.
  Result<ClientResponse> send(std::string_view method, std::string_view target, const Headers& headers = {}, Bytes body = {},
                              const BodySink& sink = {});
  /// Whether the last send() had a connection and began to write: if not, nothing of the request can have arrived.
  bool began_sending() const noexcept;

 private:
  struct Impl;
  explicit HttpClient(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

/// One line for a person: what went wrong with the request to `url`, and what to do.
Problem explain_client_error(std::string_view url, const boost::system::error_code& error);

}  // namespace hotline::http
