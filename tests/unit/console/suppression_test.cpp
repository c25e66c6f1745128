#include "server/console/suppression.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace hotline::test {
namespace {

using console::PublishedRow;
using console::suppress;
using Counts = std::vector<std::int64_t>;
using Published = std::vector<std::optional<std::int64_t>>;

Published published(const Counts& counts) {
  const PublishedRow row = suppress(counts);
  Published all{row.all};
  all.insert(all.end(), row.cells.begin(), row.cells.end());
  return all;
}
constexpr std::nullopt_t held = std::nullopt;

TEST(Suppression, HoldsBackWhatIsUnderFiveAndWhatWouldTellIt) {
  EXPECT_EQ(published({9, 5, 12}), (Published{26, 9, 5, 12})) << "nothing to hold back";
  EXPECT_EQ(published({9, 2, 20}), (Published{31, 9, held, held})) << "the sum would tell the 2";
  EXPECT_EQ(published({2, 1, 1}), (Published{held, held, held, held})) << "a sum under 5 tells its cells";
  EXPECT_EQ(published({0, 0, 0}), (Published{held, held, held, held}));
  EXPECT_EQ(published({0, 7, 7}), (Published{14, held, held, held})) << "of two alike one would tell that the rest is 0";
  EXPECT_EQ(published({4, 4, 9}), (Published{17, held, held, held})) << "else both would be known to be 4";
  EXPECT_EQ(console::as_it_is(Counts{2, 0, 1}).all, 3);
}

/// Every table of that many cells with a sum up to `sum_max`, as one who knows the rule sees it: what looks alike could be any of those.
void expect_nobody_can_tell(std::size_t cells, std::int64_t sum_max) {
  std::map<Published, std::vector<std::set<std::int64_t>>> seen;
  Counts counts(cells);
  const auto each = [&](auto& self, std::size_t at, std::int64_t left) -> void {
    if (at == cells) {
      auto& possible = seen[published(counts)];
      possible.resize(cells);
      for (std::size_t cell = 0; cell < cells; ++cell) possible[cell].insert(counts[cell]);
      return;
    }
    for (counts[at] = 0; counts[at] <= left; ++counts[at]) self(self, at + 1, left - counts[at]);
    counts[at] = 0;
  };
  each(each, 0, sum_max);
  std::size_t told = 0;
  for (const auto& [row, possible] : seen) {
    for (std::size_t cell = 0; cell < cells; ++cell) {
      if (row[cell + 1]) {
        EXPECT_GE(*row[cell + 1], 5);
        continue;
      }
      // A cell that is surely 5 or more tells of nobody; one that may be small could be one of five counts at least.
      if (*possible[cell].begin() < 5 && possible[cell].size() < 5) ++told;
    }
  }
  EXPECT_EQ(told, 0u) << cells << " cells";
}

TEST(Suppression, WhoKnowsTheRuleIsLeftWithFiveCountsAtLeast) {
  expect_nobody_can_tell(2, 80);
  expect_nobody_can_tell(3, 44);
  expect_nobody_can_tell(4, 28);
  expect_nobody_can_tell(5, 20);
  expect_nobody_can_tell(6, 14);
}

}  // namespace
}  // namespace hotline::test
