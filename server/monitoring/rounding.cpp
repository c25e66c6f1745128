#include "server/monitoring/rounding.hpp"

#include <cmath>

namespace hotline::monitoring {
namespace {

void round_count(std::uint64_t& count) noexcept { count -= count % count_step; }

}  // namespace

double rounded_down(double value, double step) noexcept { return value <= 0 ? 0 : std::floor(value / step) * step; }

void round_all(std::vector<prometheus::MetricFamily>& families) {
  constexpr auto step = static_cast<double>(count_step);
  for (prometheus::MetricFamily& family : families) {
    for (prometheus::ClientMetric& metric : family.metric) {
      metric.counter.value = rounded_down(metric.counter.value, step);
      metric.gauge.value = rounded_down(metric.gauge.value, step);
      round_count(metric.histogram.sample_count);
      metric.histogram.sample_sum = 0;   // one slow upload would raise it by its own length
      for (auto& bucket : metric.histogram.bucket) round_count(bucket.cumulative_count);
    }
  }
}

}  // namespace hotline::monitoring
