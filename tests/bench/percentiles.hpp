#pragma once

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <vector>

namespace hotline::bench {

using Time = std::chrono::steady_clock;

inline double milliseconds(Time::duration duration) { return std::chrono::duration<double, std::milli>(duration).count(); }

/// Times as they were measured, all of them: percentiles are exact.
class Times {
 public:
  void reserve(std::size_t count) { times_.reserve(count); }
  void add(Time::duration time) { times_.push_back(time); }
  std::size_t count() const noexcept { return times_.size(); }
  /// The smallest time that `percent` of all are not above, in milliseconds; 0 when there are none.
  double percentile(double percent) {
    if (times_.empty()) return 0;
    const double below = static_cast<double>(times_.size()) * percent / 100;
    const auto rank = std::min(times_.size() - 1, static_cast<std::size_t>(std::max(0.0, below - 1e-9)));
    const auto place = times_.begin() + static_cast<std::ptrdiff_t>(rank);
    std::nth_element(times_.begin(), place, times_.end());
    return milliseconds(*place);
  }

 private:
  std::vector<Time::duration> times_;
};

}  // namespace hotline::bench
