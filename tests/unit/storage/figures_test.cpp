#include "storage/figures.hpp"

#include "storage/inbox.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <map>

namespace hotline::test {
namespace {

using storage::FirstRead;

class FiguresTest : public StoreTest {
 protected:
  ReportId add_report(std::int64_t at, std::uint8_t priority = 2, storage::Channel channel = storage::Channel::web) {
    auto report = new_report();
    report.received_hour = at;
    report.priority = priority;
    report.channel = channel;
    return add(std::move(report)).value();
  }
  void view(ReportId report, Byte id, std::int64_t at) {
    ASSERT_TRUE(run_awaitable(stores->report_views().add(desk, report, {id_of<EventId>(id), ana, at, ByteVector(50, id)},
                                                         {storage::Act::report_opened, desk, ana, at, report, {}})));
  }
  storage::FigureCounts counts(std::int64_t from, std::int64_t to) { return run_awaitable(stores->figures().counts({desk, from, to})).value(); }

  // 490,000 hours are the 24th of November 2025, 16:00; December begins at 490,152.
  static constexpr std::int64_t november = 55 * 12 + 10;
  static constexpr std::int64_t december_hour = 490'152;
  MemberId ana = id_of<MemberId>(4);
};

TEST_F(FiguresTest, CountsByMonthAndAllThatIsAsked) {
  ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
  add_report(december_hour - 1, 0, storage::Channel::sms);
  add_report(december_hour - 1, 0, storage::Channel::sms);
  add_report(december_hour);
  add_report(december_hour + 24);
  auto found = counts(hour, december_hour + 25);
  ASSERT_EQ(found.reports.size(), 2u);
  EXPECT_EQ(found.reports[0].month, november);
  EXPECT_EQ(found.reports[0].urgency, 0);
  EXPECT_EQ(found.reports[0].channel, static_cast<std::uint8_t>(storage::Channel::sms));
  EXPECT_EQ(found.reports[0].count, 2);
  EXPECT_EQ(found.reports[1].month, november + 1);
  EXPECT_EQ(found.reports[1].count, 2);
  found = counts(december_hour, december_hour + 24);
  ASSERT_EQ(found.reports.size(), 1u) << "the first hour is in, the last one is out";
  EXPECT_EQ(found.reports[0].count, 1);
}

TEST_F(FiguresTest, TheFirstReadingCounts) {
  ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
  const std::map<std::int64_t, FirstRead> readings{{0, FirstRead::within_1_hour},    {1, FirstRead::within_1_hour},    {2, FirstRead::within_8_hours},
                                                   {8, FirstRead::within_8_hours},   {9, FirstRead::within_24_hours},  {24, FirstRead::within_24_hours},
                                                   {25, FirstRead::within_72_hours}, {72, FirstRead::within_72_hours}, {73, FirstRead::later}};
  std::map<FirstRead, std::int64_t> expected;
  Byte id = 1;
  for (const auto& [hours, reading] : readings) {
    const ReportId report = add_report(hour);
    view(report, id++, hour + hours);
    view(report, id++, hour + hours + 100);   // somebody else, later
    ++expected[reading];
  }
  add_report(hour);
  expected[FirstRead::never] = 1;
  std::map<FirstRead, std::int64_t> found;
  for (const auto& row : counts(hour, hour + 1).reports) found[row.first_read] += row.count;
  EXPECT_EQ(found, expected);
}

TEST_F(FiguresTest, CasesAreCountedByTheirOpeningAndDesksApart) {
  const auto open = [&](Byte fill, std::int64_t at, std::uint8_t urgency) {
    const auto id = id_of<CaseId>(fill);
    ASSERT_TRUE(run_awaitable(stores->cases().open(storage::Case{id, desk, ByteVector(1216, 5), storage::CaseState::open, urgency, at}, {}, {})));
  };
  open(1, hour, 1);
  open(2, hour, 1);
  open(3, december_hour, 1);
  const auto found = counts(hour, december_hour + 1);
  ASSERT_EQ(found.cases.size(), 2u);
  EXPECT_EQ(found.cases[0].month, november);
  EXPECT_EQ(found.cases[0].count, 2);
  const DeskId second = id_of<DeskId>(0xd2);
  add_desk(second, id_of<EpochId>(0xe3), "second");
  EXPECT_TRUE(run_awaitable(stores->figures().counts({second, 0, december_hour * 2}))->cases.empty());
  EXPECT_EQ(run_awaitable(stores->figures().counts({id_of<DeskId>(9), 0, 1})).error(), make_error_code(Errc::not_found));
}

}  // namespace
}  // namespace hotline::test
