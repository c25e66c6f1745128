#pragma once

#include "server/console/accounts.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace hotline::console {

/// What the server keeps of a founding code: BLAKE2b-256("hotline/v1/founding" ‖ the code as handed over).
ByteArray<32> founding_code_hash(std::string_view code);
/// How long a founding code is good.
inline constexpr std::int64_t founding_hours = 72;

/// The console of a server that has no desk yet: its pages, and the founding of the first desk by whoever holds the code of
/// `hotline init`. Everything else answers 503.
///   GET  /api/v1/foundings/{hash}   200 while that code founds a desk
///   POST /api/v1/foundings/{hash}   desk, first admin, first epoch and grants, in one commit that uses up the code
class FoundingConsole {
 public:
  /// `founded` is called after a desk was stored, on any thread. All references outlive this.
  FoundingConsole(storage::Stores& stores, const Clock& clock, const Limits& limits, std::function<void()> founded);
  FoundingConsole(const FoundingConsole&) = delete;
  FoundingConsole& operator=(const FoundingConsole&) = delete;

  const http::Router& router() const noexcept { return router_; }

 private:
  Sessions sessions_;
  Context context_;
  std::function<void()> founded_;
  http::Router router_;
};

}  // namespace hotline::console
