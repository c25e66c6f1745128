#pragma once

#include <chrono>

namespace hotline::http {

/// Is told of every answer of a server, refusals of the parser included, and of nothing else about it. Any thread, several at once.
class Meter {
 public:
  virtual ~Meter() = default;
  /// `time`: from the end of the request's header until the answer was ready.
  virtual void answered(int status, std::chrono::steady_clock::duration time) noexcept = 0;
};

}  // namespace hotline::http
