#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace hotline::console {

/// One row of a table that others may see: cells that add up to `all`. What is held back is not there.
struct PublishedRow {
  std::optional<std::int64_t> all;
  std::vector<std::optional<std::int64_t>> cells;   ///< as many as counts were given, in their order
};

inline constexpr std::int64_t suppressed_below = 5;

/// Holds back every count under 5, and as many of the largest as it takes that the sum does not give one of them away: whoever knows this
/// rule, and all that is shown, is left with five possible counts at least for each that is under 5. A sum under 5 is held back with all its cells.
/// Counts are at least 0. docs/decisions/0039-keeping-a-desk.md
PublishedRow suppress(std::span<const std::int64_t> counts);

/// All of it as it is.
PublishedRow as_it_is(std::span<const std::int64_t> counts);

}  // namespace hotline::console
