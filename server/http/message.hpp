#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"

#include <boost/asio/awaitable.hpp>

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace hotline::http {

template <class T>
using Awaitable = boost::asio::awaitable<T>;

enum class Method { get, head, post, put, patch, del, other, options };

/// The body as it comes in. One reader, one coroutine at a time.
class BodyReader {
 public:
  virtual ~BodyReader() = default;
  /// The next piece, at most 64 KiB, valid until the next call; an empty one is the end.
  /// Fails with Errc::too_large past the route's limit, Errc::timed_out for a slow sender,
  /// Errc::malformed for broken framing, Errc::closed when the sender left.
  virtual Awaitable<Result<Bytes>> read_some() = 0;
  /// What Content-Length said, if it did.
  virtual std::optional<std::uint64_t> declared_size() const = 0;
};

/// The whole body, in wiped memory; Errc::too_large past `bytes_max`.
Awaitable<Result<crypto::SecretBuffer>> read_all(BodyReader& body, std::size_t bytes_max);

/// A request as a handler sees it: no Beast, no socket, no peer address.
struct Request {
  Method method = Method::get;
  std::string path;                 ///< percent-decoded, starts with '/', no NUL, no ".." segment
  std::string raw_path;             ///< as received, for signatures
  std::string raw_query;            ///< as received, without '?'
  std::vector<std::pair<std::string, std::string>> headers;  ///< names in lower case, in order received
  std::vector<std::string> captured;                          ///< what the route's {…} matched, in order
  /// Tells requests from one place from those of others (server/http/sender.hpp): a keyed hash of the address under a random key that
  /// lives for an hour, so no address, and next hour another number. Over a Unix socket the connection's number; 0 in tests.
  std::uint64_t sender = 0;
  BodyReader* body = nullptr;       ///< never null while a handler runs

  /// The first header of that lower-case name, or nothing.
  std::optional<std::string_view> header(std::string_view name) const;
  /// Media type of Content-Type in lower case without parameters; empty when absent.
  std::string media_type() const;
};

/// A body that is produced piece by piece, of a size known before.
class BodySource {
 public:
  virtual ~BodySource() = default;
  virtual std::uint64_t size() const = 0;
  /// The next piece, valid until the next call. An error ends the connection: the length is already promised.
  virtual Awaitable<Result<Bytes>> next() = 0;
};

struct Response {
  using Shared = std::shared_ptr<const std::string>;
  int status = 200;
  std::string_view content_type = "text/html; charset=utf-8";   ///< a literal
  std::vector<std::pair<std::string_view, std::string>> headers; ///< names are literals; the security headers come besides
  std::variant<std::string, Shared, std::unique_ptr<BodySource>> body;
  std::shared_ptr<void> room = {};                               ///< let go once the body is written (text_space.hpp)
};

/// Builders for what every room answers.
Response text_response(int status, std::string text);
Response html_response(int status, std::string html);
Response json_response(int status, std::string json);
/// RFC 9457 problem details: {"type","title","status","detail"}. `detail` is ours, never the client's; `type` is for programs that
/// must tell one refusal from another.
Response problem_response(int status, std::string_view title, std::string_view detail, std::string_view type = "about:blank");
Response empty_response();  ///< 204
Response redirect_response(std::string location);  ///< 303

}  // namespace hotline::http
