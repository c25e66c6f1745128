#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "server/console/founding.hpp"
#include "server/http/router.hpp"
#include "storage/stores.hpp"

#include <functional>

namespace hotline::app {

/// What is served while there is no desk: on the console's side its founding, on the public side a page that says nothing but
/// "not ready yet". Outlived by the stores and the limits.
class Waiting {
 public:
  /// `founded` as in console::FoundingConsole.
  Waiting(storage::Stores& stores, const Limits& limits, std::function<void()> founded);
  const http::Router& public_router() const { return public_router_; }
  const http::Router& console_router() const { return console_.router(); }

 private:
  SystemClock clock_;
  http::Router public_router_;
  console::FoundingConsole console_;
};

}  // namespace hotline::app
