#pragma once

#include "server/console/context.hpp"
#include "server/console/sessions.hpp"
#include "server/http/router.hpp"

namespace hotline::console {

/// The caseworkers' side of the server: its API and its front page. Outlived by the stores, the clock and the limits.
class Console {
 public:
  Console(storage::Stores& stores, const Clock& clock, const Limits& limits, bool secure_cookie);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  const http::Router& router() const noexcept { return router_; }

 private:
  Sessions sessions_;
  Context context_;
  http::Router router_;
};

}  // namespace hotline::console
