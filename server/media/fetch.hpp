#pragma once

#include "config/limits.hpp"
#include "crypto/secret.hpp"
#include "server/http/client.hpp"
#include "server/media/allowed_hosts.hpp"

#include <stop_token>
#include <string>
#include <string_view>

namespace hotline::media {

/// Why a picture was not fetched. Its name is what the case says.
enum class Failure {
  none,
  not_allowed,   ///< its address, or one that it leads on to, is not among those that pictures are fetched from
  too_large,
  refused,       ///< the gateway's answer: HTTP 400 to 499
  no_answer,     ///< no connection, a broken or slow one, HTTP 500 and more
  not_stored,    ///< here: try again
};
std::string_view name_of(Failure failure) noexcept;

/// How a gateway's pictures are fetched.
struct FetchRules {
  AllowedHosts hosts;
  crypto::LockedKey authorization;   ///< header value; empty: none
  std::size_t bytes_max = 0;
  std::chrono::milliseconds silence_max{0};
  std::chrono::milliseconds time_max{0};   ///< for each request
};

/// Takes an answer's body piece by piece; an error ends the fetch as Failure::not_stored.
using Sink = http::HttpClient::BodySink;

struct Fetched {
  Failure failure = Failure::none;
  std::string type;                  ///< as the answer declares it; may be empty
};

/// Fetches what is at `url` by GET. Follows redirects, three at most, to allowed hosts alone; the authorization goes to the first origin and
/// to no other. Waits on the calling thread, which is not one of the server's own.
Fetched fetch(const MediaUrl& url, const FetchRules& rules, const Sink& sink, const std::stop_token& stop);

}  // namespace hotline::media
