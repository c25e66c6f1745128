#include "server/cli/terminal.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace hotline::cli {
namespace {

TEST(Printable, ControlsAndTurnsOfTheOrderAreShownNotObeyed) {
  const std::string shown = "\xEF\xBF\xBD";
  EXPECT_EQ(printable("a\n\tb ñ 🙂 →"), "a\n\tb ñ 🙂 →");
  EXPECT_EQ(printable("\x1B[31m\r\x7F"), shown + "[31m" + shown + shown);
  EXPECT_EQ(printable("\xC2\x9B" "31m"), shown + "31m") << "CSI of one character";
  EXPECT_EQ(printable("ok\xE2\x80\xAE" "desolc\xE2\x81\xA9"), "ok" + shown + "desolc" + shown) << "U+202E, U+2069";
  EXPECT_EQ(printable("\xE2\x80\xA9\xE2\x80\xAF\xE2\x81\xA5\xE2\x81\xAA"), "\xE2\x80\xA9\xE2\x80\xAF\xE2\x81\xA5\xE2\x81\xAA") << "those beside them";
  EXPECT_EQ(printable("\xC2"), "\xC2") << "cut short";
}

TEST(HourText, AnyNumberIsATime) {
  EXPECT_EQ(hour_text(490'000), "2025-11-24 16:00 UTC");
  EXPECT_EQ(hour_text(std::numeric_limits<std::int64_t>::max()), "9999-12-31 23:00 UTC");
  EXPECT_EQ(hour_text(std::numeric_limits<std::int64_t>::min()), "1970-01-01 00:00 UTC");
  EXPECT_EQ(day_text(std::numeric_limits<std::int64_t>::max()), "9999-12-31");
  EXPECT_EQ(day_text(20'000), "2024-10-04");
}

}  // namespace
}  // namespace hotline::cli
