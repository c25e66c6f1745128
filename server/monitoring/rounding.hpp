#pragma once

#include <prometheus/metric_family.h>

#include <cstdint>
#include <vector>

namespace hotline::monitoring {

/// Counts are told in steps of so many, rounded down: one report more or less is not seen, and what only grows never falls.
inline constexpr std::uint64_t count_step = 10;

/// `value` rounded down to a multiple of `step`, 0 or more.
double rounded_down(double value, double step) noexcept;
/// Counters, gauges and the counts of histograms to steps of count_step; sums of times are not told.
void round_all(std::vector<prometheus::MetricFamily>& families);

}  // namespace hotline::monitoring
