#pragma once

#include "config/clock.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace hotline::app {

/// Notices that the wall clock was set, by a clock that only goes forward. What is kept goes by the wall clock, so an operator must hear
/// of it: expiry comes late by as much as the clock is behind, and early by as much as it is ahead. One thread at a time.
class ClockWatch {
 public:
  static constexpr std::int64_t tolerance = 60;   ///< seconds within which a clock is corrected as it goes

  ClockWatch(const Clock& clock, std::chrono::steady_clock::time_point steady) : clock_(clock), ahead_(ahead(steady)) {}

  /// By how many seconds the clock was set since the last look, below zero when back; nothing when it was not.
  std::optional<std::int64_t> look(std::chrono::steady_clock::time_point steady) {
    const std::int64_t set = ahead(steady) - ahead_;
    ahead_ += set;
    if (set > -tolerance && set < tolerance) return std::nullopt;
    return set;
  }

 private:
  std::int64_t ahead(std::chrono::steady_clock::time_point steady) const {
    return clock_.now() - std::chrono::duration_cast<std::chrono::seconds>(steady.time_since_epoch()).count();
  }

  const Clock& clock_;
  std::int64_t ahead_;
};

}  // namespace hotline::app
