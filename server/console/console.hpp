#pragma once

#include "server/console/accounts.hpp"
#include "server/console/context.hpp"
#include "server/console/sessions.hpp"
#include "server/http/router.hpp"

#include <functional>
#include <string>

namespace hotline::console {

/// The caseworkers' side of the server: its API and its front page. Outlived by the stores, the clock, the limits and what
/// `epoch_added` refers to, which is called after a new epoch is stored.
class Console {
 public:
  Console(storage::Stores& stores, const Clock& clock, const Limits& limits, bool secure_cookie, Access access,
          std::function<void()> epoch_added = {}, Texting* texting = nullptr);
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// What reporters are asked, as server/app/questions.hpp writes it. Before the router is used.
  void serve_questions(std::string json);

  const http::Router& router() const noexcept { return router_; }

 private:
  Sessions sessions_;
  Context context_;
  Accounts accounts_;
  http::Router router_;
};

}  // namespace hotline::console
