#include "storage/calls.hpp"

#include "storage/private_file.hpp"
#include "storage/sqlcipher/database.hpp"
#include "storage/sqlcipher/schema.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <gmock/gmock.h>

namespace hotline::test {
namespace {

using storage::sqlcipher::Database;

class Calls : public StoreTest {
 protected:
  ReportId arrive(std::uint8_t priority, std::int64_t at_hour = hour) {
    storage::NewReport report = new_report();
    report.priority = priority;
    report.received_hour = at_hour;
    return add(std::move(report)).value();
  }
  storage::Unopened unopened(std::int64_t after = 0) { return run_awaitable(stores->calls().unopened(desk, after)).value(); }
  std::optional<storage::DeskCalls> kept() { return run_awaitable(stores->calls().load(desk)).value(); }
};

TEST_F(Calls, OfAnEmptyDeskThereIsNothing) {
  const auto found = unopened();
  EXPECT_EQ(found.newest, 0);
  EXPECT_FALSE(found.arrived || found.urgency || found.due_hour);
  EXPECT_FALSE(kept());
}

TEST_F(Calls, TellsWhatArrivedWhatIsMostUrgentAndWhatIsDueFirst) {
  arrive(3, hour - 100);
  const std::int64_t before = unopened().newest;
  EXPECT_EQ(unopened().urgency, 3);
  EXPECT_EQ(unopened().due_hour, hour - 76);
  arrive(4);
  arrive(1);
  EXPECT_EQ(unopened(before).arrived, 1);
  EXPECT_EQ(unopened(before).urgency, 1);
  EXPECT_EQ(unopened(before).due_hour, hour - 76);
  EXPECT_EQ(unopened().newest, before + 2);
  EXPECT_FALSE(unopened(before + 2).arrived);
  arrive(0);
  EXPECT_EQ(unopened(before + 2).arrived, 0);
}

TEST_F(Calls, ReportsOfOtherDesksAreNotTold) {
  const auto other = id_of<DeskId>(0xd2);
  add_desk(other, id_of<EpochId>(0xe2), "second");
  arrive(0);
  const auto found = run_awaitable(stores->calls().unopened(other, 0)).value();
  EXPECT_EQ(found.newest, 0);
  EXPECT_FALSE(found.urgency);
  EXPECT_EQ(run_awaitable(stores->calls().unopened(id_of<DeskId>(0xd3), 0)).error(), make_error_code(Errc::not_found));
}

TEST_F(Calls, WhatIsKeptIsThereAfterARestartInPlaceOfWhatWas) {
  storage::DeskCalls calls;
  calls.desk = desk;
  calls.seen = 7;
  calls.danger_minute = 11;
  calls.overdue_hour = 12;
  calls.overdue_calls = 3;
  calls.overdue_minute = 13;
  calls.calls = {{filled<32>(1), 3, 21, 2, 22, 23, 24}, {filled<32>(2), 0, 0, 0, 0, 33, 0}};
  ASSERT_TRUE(run_awaitable(stores->calls().save(calls)));
  reopen();
  auto found = kept();
  ASSERT_TRUE(found);
  EXPECT_EQ(found->seen, 7);
  EXPECT_EQ(found->danger_minute, 11);
  EXPECT_EQ(found->overdue_hour, 12);
  EXPECT_EQ(found->overdue_calls, 3);
  EXPECT_EQ(found->overdue_minute, 13);
  ASSERT_EQ(found->calls.size(), 2U);
  EXPECT_EQ(found->calls[0].entry, filled<32>(1));
  EXPECT_EQ(found->calls[0].cause, 3);
  EXPECT_EQ(found->calls[0].since_minute, 21);
  EXPECT_EQ(found->calls[0].tries, 2);
  EXPECT_EQ(found->calls[0].next_minute, 22);
  EXPECT_EQ(found->calls[0].quiet_minute, 23);
  EXPECT_EQ(found->calls[0].quiet_danger_minute, 24);
  calls.seen = 8;
  calls.calls.pop_back();
  ASSERT_TRUE(run_awaitable(stores->calls().save(calls)));
  found = kept();
  EXPECT_EQ(found->seen, 8);
  EXPECT_EQ(found->calls.size(), 1U);
  calls.desk = id_of<DeskId>(0xd3);
  EXPECT_EQ(run_awaitable(stores->calls().save(calls)).error(), make_error_code(Errc::not_found));
}

TEST_F(Calls, ADatabaseOfTheVersionBeforeIsMigrated) {
  close();
  path = folder.file("sixth.db");
  ASSERT_TRUE(storage::create_private_file(path, "database"));
  {
    Database database(path, key, Database::Mode::read_write);
    storage::sqlcipher::migrate(database, 6);
  }
  open();
  add_desk(desk, epoch, "first");
  arrive(2);
  EXPECT_EQ(unopened().urgency, 2);
  EXPECT_FALSE(kept());
}

}  // namespace
}  // namespace hotline::test
