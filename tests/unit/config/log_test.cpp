#include "config/log.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <utility>

namespace hotline {
namespace {

/// What was written to standard error meanwhile.
template <class Work>
std::string written_by(Work work) {
  testing::internal::CaptureStderr();
  work();
  return testing::internal::GetCapturedStderr();
}

TEST(Log, WritesNamesAndNumbersOnOneLine) {
  static_assert(noexcept(log_event(LogLevel::error, std::declval<LogName>())), "it is called where nothing may be thrown");
  EXPECT_EQ(written_by([] { log_event(LogLevel::info, "event"); }), "info event\n");
  EXPECT_EQ(written_by([] {
              log_event(LogLevel::error, "event", {{"number", -12}, {"most", std::numeric_limits<std::int64_t>::min()}, {"word", "literal"},
                                                   {"error", make_error_code(Errc::busy)}});
            }),
            "error event number=-12 most=-9223372036854775808 word=literal error=hotline:" + std::to_string(static_cast<int>(Errc::busy)) + "\n");
  EXPECT_EQ(written_by([] { log_event(LogLevel::debug, "event"); }), "") << "below the level";
}

TEST(Log, CutsWhatIsTooLongAndEndsTheLine) {
  constexpr LogField field{"name_of_some_length", "a value of some length, which is here again and again and again"};
  const std::string line = written_by([&] { log_event(LogLevel::info, "event", {field, field, field, field, field, field, field, field, field, field, field, field, field, field, field, field, field}); });
  EXPECT_EQ(line.size(), 1024u);
  EXPECT_EQ(line.back(), '\n');
  EXPECT_EQ(line.find('\n'), line.size() - 1);
}

}  // namespace
}  // namespace hotline
