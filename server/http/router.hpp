#pragma once

#include "server/http/message.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::http {

using Handler = std::function<Awaitable<Response>(Request&)>;

/// What the session must know of a route before it reads the body.
struct RouteLimits {
  std::uint64_t body_bytes_max = 0;     ///< over it: 413
  bool personal = true;                 ///< false: a page alike for everyone, may be served from memory
};

/// Routes by method and pattern: "/{lang}/tell"; a {name} matches one non-empty segment.
/// Built once at start, then read by any thread.
class Router {
 public:
  /// Makes the answers for what no route takes (404, 405, 413, 400, 431, 408, 500, 503 …), in the listener's own manner:
  /// pages in the reader's language or problem details. 500: a handler failed, and what it did before is not known; it is sent as 503. The request may be null when it was never understood. `body_bytes_max` is of its
  /// route, and 0 where that takes no body or there is none.
  using ErrorPage = std::function<Response(int status, const Request*, std::uint64_t body_bytes_max)>;

  explicit Router(ErrorPage error_page);
  ~Router();
  Router(Router&&) noexcept;
  Router& operator=(Router&&) noexcept;

  /// A literal segment wins over a {name} at the same place, whatever the order of adding.
  void add(Method method, std::string pattern, RouteLimits limits, Handler handler);

  struct Match {
    const Handler* handler = nullptr;   ///< null: see status
    RouteLimits limits;
    int status = 0;                     ///< 404 or 405 when there is no handler
    std::string allow;                  ///< for 405
  };
  /// HEAD finds GET's route. Fills request.captured.
  Match find(Request& request) const;
  Response error(int status, const Request* request, std::uint64_t body_bytes_max) const { return error_page_(status, request, body_bytes_max); }

 private:
  struct Route;
  std::vector<Route> routes_;
  ErrorPage error_page_;
};

}  // namespace hotline::http
