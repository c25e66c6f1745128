#include "storage/sqlcipher/checkpointer.hpp"

#include "tests/support/faulty_vfs.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <cerrno>
#include <cstdio>

namespace hotline::test {
namespace {

using storage::sqlcipher::Checkpointer;
using storage::sqlcipher::Database;

/// A database whose log holds a table, and a checkpointer beside the connection that wrote it.
class CheckpointerTest : public ::testing::Test {
 protected:
  CheckpointerTest() : key(key_of(9)), path(folder.file("log.db")) {
    sqlite3_initialize();
    std::fclose(std::fopen(path.c_str(), "w"));
    writing = std::make_unique<Database>(path, key, Database::Mode::read_write);
    writing->script("CREATE TABLE big (value INTEGER PRIMARY KEY, bytes BLOB) STRICT");
    for (int i = 0; i < 50; ++i) insert();
    checkpointer = std::make_unique<Checkpointer>(storage::sqlcipher::Source{path, key});
  }
  void insert() { writing->run("INSERT INTO big (bytes) VALUES (zeroblob(4000))"); }
  std::uintmax_t database_bytes() const { return std::filesystem::file_size(path); }
  void pass() {
    checkpointer->begin();
    checkpointer->wait();
  }

  static constexpr std::uintmax_t rows_bytes = 50 * 4000;
  FaultyVfs vfs;   // first made, last gone
  TestFolder folder;
  crypto::LockedKey key;
  std::string path;
  std::unique_ptr<Database> writing;
  std::unique_ptr<Checkpointer> checkpointer;
};

TEST_F(CheckpointerTest, MovesTheLogIntoTheDatabase) {
  EXPECT_LT(database_bytes(), rows_bytes);
  pass();
  EXPECT_GE(database_bytes(), rows_bytes);
  // All was moved, so the log begins anew with the next commit.
  const int before = writing->wal_pages();
  insert();
  EXPECT_LT(writing->wal_pages(), before);
}

TEST_F(CheckpointerTest, CommitsGoOnMeanwhile) {
  vfs.hold_next_sync();
  checkpointer->begin();
  vfs.wait_until_held();
  EXPECT_TRUE(checkpointer->under_way());
  insert();
  EXPECT_EQ(writing->number("SELECT count(*) FROM big"), 51);
  vfs.release_sync();
  checkpointer->wait();
  EXPECT_FALSE(checkpointer->under_way());
  // What came meanwhile is still in the log, and there for whoever opens the database.
  Database reading(path, key, Database::Mode::read_only);
  EXPECT_EQ(reading.number("SELECT count(*) FROM big"), 51);
}

TEST_F(CheckpointerTest, AFailureLeavesEverythingInTheLogForTheNextPass) {
  pass();   // so that it has its connection
  for (int i = 0; i < 50; ++i) insert();
  vfs.fail_syncs(SQLITE_IOERR_FSYNC, EIO);
  pass();
  EXPECT_GT(vfs.failures(), 0);
  vfs.heal();
  EXPECT_EQ(writing->number("SELECT count(*) FROM big"), 100);
  pass();
  EXPECT_GE(database_bytes(), 2 * rows_bytes);
}

TEST_F(CheckpointerTest, CannotOpenTheDatabaseAndTriesAgain) {
  const std::string away = path + ".away";
  std::filesystem::rename(path, away);
  pass();
  std::filesystem::rename(away, path);
  pass();
  EXPECT_GE(database_bytes(), rows_bytes);
}

TEST_F(CheckpointerTest, StopFinishesThePassAndClosesItsConnection) {
  checkpointer->begin();
  checkpointer->stop();
  EXPECT_GE(database_bytes(), rows_bytes);
  // The last connection to close takes the log with it: ours is the only one left.
  writing.reset();
  EXPECT_FALSE(std::filesystem::exists(path + "-wal"));
}

}  // namespace
}  // namespace hotline::test
