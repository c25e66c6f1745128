#include "crypto/hash.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/sqlcipher/schema.hpp"
#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using storage::sqlcipher::Database;
using storage::sqlcipher::Sql;

/// Somebody with the key writes into the database behind the program's back; check says what they did.
class ChainCheck : public StoreTest {
 protected:
  const MemberId ana = id_of<MemberId>(4);
  ReportId report;

  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
    for (Byte i = 1; i <= 3; ++i) open_case(i);
    for (Byte i = 10; i < 16; ++i) {
      const CaseId to = id_of<CaseId>(static_cast<Byte>(1 + i % 3));
      ASSERT_TRUE(run_awaitable(stores->cases().append({event_of(i, to)}, std::nullopt)));
      ASSERT_TRUE(run_awaitable(stores->log().append({storage::Act::case_changed, desk, ana, hour, to, {}})));
    }
    report = add(new_report()).value();
    const ByteVector sealed(50, 1);
    ASSERT_TRUE(run_awaitable(stores->report_views().add(desk, report, {id_of<EventId>(77), ana, hour, sealed},
                                                         {storage::Act::report_opened, desk, ana, hour, report, crypto::blake2b({sealed})})));
    ASSERT_EQ(said(), "");
  }
  storage::Event event_of(Byte fill, CaseId of) const { return {0, id_of<EventId>(fill), of, ana, hour, ByteVector(200, fill)}; }
  void open_case(Byte fill) {
    const auto id = id_of<CaseId>(fill);
    ASSERT_TRUE(run_awaitable(stores->cases().open(storage::Case{id, desk, ByteVector(1216, 5), storage::CaseState::open, 2, hour},
                                                   {{storage::ScopeKind::case_, id.bytes, ana, ByteVector(9, 1)}}, {event_of(fill, id)})));
  }
  void meddle(Sql sql) {
    Database database(path, key, Database::Mode::read_write);
    database.script("PRAGMA foreign_keys = OFF");
    database.script(sql);
  }
  std::string said() {
    const auto checked = storage::check_database(path, key);
    if (!checked) return checked.error().line;
    std::string lines;
    for (const std::string& line : checked->problems) lines += line + "\n";
    return lines;
  }
  /// Undone afterwards, so that each fault stands alone.
  std::string after(Sql sql) {
    stores->stop();
    std::filesystem::copy_file(path, path + ".before");
    meddle(sql);
    std::string lines = said();
    std::filesystem::remove(path + "-wal");
    std::filesystem::remove(path + "-shm");
    std::filesystem::rename(path + ".before", path);
    return lines;
  }
  static std::string changed(int number, Byte of_case) {
    return "event " + std::to_string(number) + " of case " + to_text(id_of<CaseId>(of_case)) + " was changed after it was recorded\n";
  }
};

TEST_F(ChainCheck, NamesTheLineOfActivityThatWasChangedOrIsMissing) {
  EXPECT_EQ(after("UPDATE activity SET member = zeroblob(16) WHERE number = 3"), "activity 3 was changed after it was recorded\n");
  EXPECT_EQ(after("UPDATE activity SET hour = hour + 1 WHERE number = 1"), "activity 1 was changed after it was recorded\n");
  EXPECT_EQ(after("UPDATE activity SET hash = zeroblob(32) WHERE number = 2"), "activity 2 was changed after it was recorded\n");
  EXPECT_EQ(after("DELETE FROM activity WHERE number = 4"), "activity 4 is missing\n");
  EXPECT_EQ(after("DELETE FROM activity WHERE number = 1"), "activity 1 is missing\n");
  EXPECT_EQ(after("DELETE FROM activity WHERE number = 6; DELETE FROM activity WHERE number = 4"), "activity 4 is missing\n") << "the first one";
}

TEST_F(ChainCheck, NamesWhatIsMissingAtTheEnd) {
  EXPECT_EQ(after("DELETE FROM report_view; DELETE FROM activity WHERE number = 7"), "activity 7 is missing\n");
  EXPECT_EQ(after("DELETE FROM report_view; DELETE FROM activity"), "activity 1 is missing\n");
  EXPECT_EQ(after("UPDATE chain_head SET hash = zeroblob(32) WHERE chain = 'activity'"), "the end of the chain of activity was changed\n");
  EXPECT_EQ(after("UPDATE chain_head SET count = 5 WHERE chain = 'activity'"), "activity 6 was added beside the chain\n");
  EXPECT_EQ(after("DELETE FROM chain_head WHERE chain = 'activity'"), "the end of the chain of activity is missing\n");
}

TEST_F(ChainCheck, SeesLinesThatChangedPlaces) {
  EXPECT_EQ(after("UPDATE activity SET number = 100 WHERE number = 2; UPDATE activity SET number = 2 WHERE number = 3; "
                  "UPDATE activity SET number = 3 WHERE number = 100"),
            "activity 2 was changed after it was recorded\n");
}

TEST_F(ChainCheck, NamesTheEventThatWasChangedOrIsMissing) {
  EXPECT_EQ(after("UPDATE event SET recorded_hour = recorded_hour + 1 WHERE number = 4"), changed(4, 2));
  EXPECT_EQ(after("UPDATE event SET sealed = zeroblob(200) WHERE number = 1"), changed(1, 1));
  EXPECT_EQ(after("UPDATE event SET case_file = 3 WHERE number = 1"), changed(1, 3));
  EXPECT_EQ(after("DELETE FROM event WHERE number = 5"), "event 5 is missing\n");
  EXPECT_EQ(after("DELETE FROM event WHERE number = 9"), "event 9 is missing\n") << "the last one";
  EXPECT_EQ(after("DELETE FROM event WHERE number = 9; DELETE FROM event_link WHERE event = 9"), "record of an event 9 is missing\n");
  EXPECT_EQ(after("DELETE FROM event_link WHERE event = 2; DELETE FROM event WHERE number = 2"), "record of an event 2 is missing\n");
  EXPECT_EQ(after("INSERT INTO event (id, case_file, author, recorded_hour, sealed) VALUES (randomblob(16), 1, randomblob(16), 5, zeroblob(9))"),
            "event 10 was added beside the chain\n");
}

TEST_F(ChainCheck, SeesEventsThatChangedPlaces) {
  EXPECT_EQ(after("UPDATE event SET number = 100 WHERE number = 2; UPDATE event SET number = 2 WHERE number = 3; "
                  "UPDATE event SET number = 3 WHERE number = 100"),
            changed(2, 3) + changed(3, 2));
}

TEST_F(ChainCheck, ADeletionAccountsForItsEventsAndForNoOthers) {
  ASSERT_TRUE(run_awaitable(stores->cases().remove({desk, ana, {id_of<CaseId>(2)}, {}, hour})));
  EXPECT_EQ(said(), "");
  open_case(9);
  EXPECT_EQ(said(), "");
  // One more event taken away under the cover of that deletion, and under that of another line.
  EXPECT_EQ(after("DELETE FROM event WHERE number = 1; UPDATE event_link SET removed = 8 WHERE event = 1"),
            "events are missing that activity 8 does not account for\n");
  EXPECT_EQ(after("DELETE FROM event WHERE number = 1; UPDATE event_link SET removed = 3 WHERE event = 1"),
            "events are missing that activity 3 does not account for\n");
}

TEST_F(ChainCheck, SeesWhatWasDoneToViews) {
  EXPECT_EQ(after("UPDATE report_view SET sealed = zeroblob(50)"), "view " + to_text(id_of<EventId>(77)) + " of a report was changed after it was recorded\n");
  EXPECT_EQ(after("DELETE FROM report_view"), "the view of a report that activity 7 tells of is missing\n");
}

TEST_F(ChainCheck, ADatabaseOfBeforeIsChainedWhenItIsOpened) {
  stores->stop();
  const std::string old = folder.file("old.db");
  std::filesystem::copy_file(path, old);   // its mode and owner are right
  std::filesystem::resize_file(old, 0);
  {
    Database database(old, key, Database::Mode::read_write);
    storage::sqlcipher::migrate(database, 4);
    database.script(
        "INSERT INTO desk VALUES (1, zeroblob(16), 'first', zeroblob(32), 0);"
        "INSERT INTO epoch VALUES (1, zeroblob(16), 1, zeroblob(1216), 0, 1000000, zeroblob(64));"
        "INSERT INTO report (id, desk, epoch, channel, priority, received_hour, sealed) VALUES (randomblob(16), 1, 1, 1, 2, 490000, zeroblob(9));"
        "INSERT INTO case_file VALUES (1, randomblob(16), 1, zeroblob(1216), 1, 2, 490000), (2, randomblob(16), 1, zeroblob(1216), 2, 2, 490000);"
        "INSERT INTO event (id, case_file, author, recorded_hour, sealed) VALUES (randomblob(16), 1, randomblob(16), 490001, zeroblob(20)), "
        "(randomblob(16), 2, randomblob(16), 490007, zeroblob(30));");
  }
  path = old;
  open();
  const auto reports = run_awaitable(stores->inbox().list(DeskId{}, 0, 10)).value();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].state, storage::ReportState::new_);
  EXPECT_EQ(reports[0].due_hour, 490'008);
  const auto cases = run_awaitable(stores->cases().list(DeskId{})).value();
  ASSERT_EQ(cases.size(), 2u);
  EXPECT_EQ(cases[0].last_event, 1);
  EXPECT_FALSE(cases[0].closed_hour);
  EXPECT_EQ(cases[1].closed_hour, 490'007);
  stores->stop();
  EXPECT_EQ(said().find("event"), std::string::npos) << said();
  meddle("UPDATE event SET sealed = zeroblob(21) WHERE number = 1");
  EXPECT_NE(said().find("event 1 of case"), std::string::npos);
}

}  // namespace
}  // namespace hotline::test
