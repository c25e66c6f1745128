#include "server/console/suppression.hpp"

#include <algorithm>
#include <numeric>

namespace hotline::console {
namespace {

std::int64_t sum_of(std::span<const std::int64_t> counts) { return std::accumulate(counts.begin(), counts.end(), std::int64_t{0}); }

}  // namespace

PublishedRow as_it_is(std::span<const std::int64_t> counts) { return {sum_of(counts), {counts.begin(), counts.end()}}; }

PublishedRow suppress(std::span<const std::int64_t> counts) {
  PublishedRow row = as_it_is(counts);
  if (*row.all < suppressed_below) return {std::nullopt, std::vector<std::optional<std::int64_t>>(counts.size())};
  std::int64_t held_back = 0;
  for (auto& cell : row.cells) {
    if (*cell >= suppressed_below) continue;
    held_back += *cell;
    cell.reset();
  }
  if (std::ranges::none_of(row.cells, [](const auto& cell) { return !cell; })) return row;
  // One of the largest goes along always: without it, all that is held back would be known to be small. Those who see that it is no smaller
  // than any that is shown know how much at most the small ones are together: that must leave each of them free up to 4.
  for (bool largest_went = false;; largest_went = true) {
    const auto largest = std::ranges::max_element(row.cells);   // what is held back compares as less than any number
    if (largest == row.cells.end() || !*largest) return row;
    if (largest_went && held_back - **largest >= suppressed_below - 1) return row;
    held_back += **largest;
    largest->reset();
  }
}

}  // namespace hotline::console
