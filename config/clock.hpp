#pragma once

#include <chrono>
#include <cstdint>

namespace hotline {

/// Wall time as the project keeps it: never finer than it needs to be. Tests inject their own.
/// Any thread may call now().
class Clock {
 public:
  virtual ~Clock() = default;
  /// Seconds since 1970-01-01 UTC.
  virtual std::int64_t now() const = 0;

  std::int64_t hour() const { return now() / 3600; }   ///< hours since 1970
  std::int64_t day() const { return now() / 86400; }   ///< days since 1970
};

class SystemClock final : public Clock {
 public:
  std::int64_t now() const override {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count();
  }
};

}  // namespace hotline
