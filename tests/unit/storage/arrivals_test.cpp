#include "storage/arrivals.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

class Noted final : public storage::ArrivalWatcher {
 public:
  struct Arrived {
    DeskId desk;
    std::uint8_t priority;
    std::int64_t hour;
  };
  void report_arrived(const DeskId& desk, std::uint8_t priority, std::int64_t hour) noexcept override { arrived.push_back({desk, priority, hour}); }
  void desk_changed(const DeskId& desk) noexcept override { changed.push_back(desk); }
  std::vector<Arrived> arrived;
  std::vector<DeskId> changed;
};

class ArrivalsTest : public StoreTest {};

TEST_F(ArrivalsTest, EachReportIsToldOnceItIsCommitted) {
  Noted noted;
  stores->arrivals().watch(noted);
  auto report = new_report();
  report.priority = 1;
  const auto copy = report;
  ASSERT_TRUE(add(std::move(report)));
  ASSERT_EQ(noted.arrived.size(), 1u);
  EXPECT_EQ(noted.arrived[0].desk, desk);
  EXPECT_EQ(noted.arrived[0].priority, 1);
  EXPECT_EQ(noted.arrived[0].hour, hour);
  EXPECT_EQ(noted.changed, std::vector{desk});
  EXPECT_FALSE(add(copy));
  EXPECT_EQ(noted.arrived.size(), 1u) << "what was not stored is not told";
  stores->arrivals().forget(noted);
  ASSERT_TRUE(add(new_report()));
  EXPECT_EQ(noted.arrived.size(), 1u);
}

}  // namespace
}  // namespace hotline::test
