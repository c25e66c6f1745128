#include "storage/sqlcipher/opening.hpp"
#include "storage/sqlcipher/schema.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <fstream>
#include <sys/stat.h>

namespace hotline::test {
namespace {

using storage::open_stores;
using storage::sqlcipher::Database;

class Opening : public StoreTest {
 protected:
  std::string refusal(const crypto::LockedKey& with, bool create = false) {
    const auto opened = open_stores({path, with, limits, create});
    return opened ? "" : opened.error().line;
  }
  std::string refusal() { return refusal(key); }
};

TEST_F(Opening, KeepsWhatWasStored) {
  const ReportId id = add(new_report()).value();
  reopen();
  EXPECT_TRUE(run_awaitable(stores->inbox().get(desk, id)));
}

TEST_F(Opening, FileIsClosedToOthersAndSoAreItsCompanions) {
  ASSERT_TRUE(add(new_report()));
  for (const char* suffix : {"", "-wal", "-shm"}) {
    struct stat status {};
    ASSERT_EQ(::stat((path + suffix).c_str(), &status), 0) << suffix;
    EXPECT_EQ(status.st_mode & 0777, 0600u) << suffix;
  }
}

TEST_F(Opening, FileHoldsNoPlainText) {
  stores->stop();
  std::ifstream file(path, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  ASSERT_GT(content.size(), 4096u);
  EXPECT_EQ(content.find("SQLite format"), std::string::npos);
  EXPECT_EQ(content.find("CREATE TABLE"), std::string::npos);
}

TEST_F(Opening, WrongKeyIsRefused) {
  close();
  EXPECT_NE(refusal(key_of(8)).find("the key does not open the database " + path), std::string::npos);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Opening, WrongKeyIsRefusedAlsoWhenTheDatabaseMayBeMade) {
  close();
  EXPECT_NE(refusal(key_of(8), true).find("the key does not open"), std::string::npos);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Opening, MissingFileAndDirectoryAreSaid) {
  close();
  path = folder.file("other.db");
  EXPECT_NE(refusal().find("there is no database at " + path), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(path));
  path = folder.file("nowhere/hotline.db");
  EXPECT_NE(refusal().find("the directory " + folder.file("nowhere")), std::string::npos);
  EXPECT_NE(refusal(key, true).find("the directory " + folder.file("nowhere")), std::string::npos);
}

TEST_F(Opening, PlainDatabaseIsRefused) {
  close();
  path = folder.file("plain.db");
  sqlite3* plain = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &plain), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(plain, "CREATE TABLE t (x)", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(plain);
  ::chmod(path.c_str(), 0600);
  EXPECT_NE(refusal().find("is not encrypted"), std::string::npos);
}

TEST_F(Opening, SomethingElseIsRefused) {
  close();
  path = folder.file("letter.txt");
  for (const std::size_t size : {std::size_t{100}, std::size_t{8192}}) {
    std::ofstream(path, std::ios::trunc) << std::string(size, 'x');
    ::chmod(path.c_str(), 0600);
    EXPECT_NE(refusal().find(path), std::string::npos);
    EXPECT_NE(refusal(key, true).find(path), std::string::npos);
    EXPECT_EQ(std::filesystem::file_size(path), size) << "left as it was";
  }
}

TEST_F(Opening, EmptyFileIsAnInterruptedInit) {
  close();
  path = folder.file("empty.db");
  std::ofstream(path).flush();
  ::chmod(path.c_str(), 0600);
  EXPECT_NE(refusal().find("did not finish"), std::string::npos);
  EXPECT_EQ(refusal(key, true), "");
  EXPECT_EQ(refusal(), "");
}

TEST_F(Opening, UnsafeModesAreRefused) {
  close();
  ::chmod(path.c_str(), 0644);
  EXPECT_NE(refusal().find("chmod 600 " + path), std::string::npos);
  ::chmod(path.c_str(), 0620);
  EXPECT_NE(refusal().find("chmod 600 " + path), std::string::npos);
  ::chmod(path.c_str(), 0600);
  ::chmod(folder.path().c_str(), 0703);
  EXPECT_NE(refusal().find("chmod o-w"), std::string::npos);
  ::chmod(folder.path().c_str(), 0755);
  EXPECT_EQ(refusal(), "");
}

TEST_F(Opening, NewerSchemaIsRefused) {
  close();
  {
    Database database(path, key, Database::Mode::read_write);
    database.script("PRAGMA user_version = 9999");
  }
  EXPECT_NE(refusal().find("newer Hotline (schema 9999"), std::string::npos);
}

TEST_F(Opening, AnotherProgramsDatabaseIsRefused) {
  close();
  {
    Database database(path, key, Database::Mode::read_write);
    database.script("PRAGMA application_id = 1");
  }
  EXPECT_NE(refusal().find("belongs to another program"), std::string::npos);
}

TEST_F(Opening, SchemaIsStrictAndCurrent) {
  close();
  Database database(path, key, Database::Mode::read_only);
  EXPECT_EQ(storage::sqlcipher::schema_version(database), storage::sqlcipher::newest_schema_version());
  EXPECT_EQ(database.number("SELECT count(*) FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND NOT strict "
                            "AND name NOT LIKE 'sqlite_%'"),
            0);
}

TEST_F(Opening, ConnectionHasTheSafeguards) {
  close();
  Database database(path, key, Database::Mode::read_write);
  EXPECT_EQ(database.number("PRAGMA synchronous"), 2) << "FULL";
  EXPECT_EQ(database.number("PRAGMA secure_delete"), 1);
  EXPECT_EQ(database.number("PRAGMA foreign_keys"), 1);
  EXPECT_EQ(database.number("PRAGMA temp_store"), 2) << "memory";
  EXPECT_EQ(database.number("PRAGMA trusted_schema"), 0);
  auto mode = database.query("PRAGMA journal_mode");
  ASSERT_TRUE(mode.next());
  EXPECT_EQ(mode.text(0), "wal");
  EXPECT_THROW(database.script("ATTACH ':memory:' AS other"), storage::sqlcipher::Fault);
}

TEST_F(Opening, ReadersCannotWrite) {
  Database database(path, key, Database::Mode::read_only);
  EXPECT_THROW(database.run("UPDATE probe SET value = 5"), storage::sqlcipher::Fault);
}

TEST_F(Opening, TwoProcessesMayWriteToOneDatabase) {
  // Two sets of stores share nothing but the file, as the server and the command line do.
  auto second = open_stores({path, key, limits});
  ASSERT_TRUE(second) << second.error().line;
  std::vector<boost::asio::awaitable<Result<ReportId>>> adds;
  for (int i = 0; i < 50; ++i) {
    adds.push_back(stores->inbox().add(new_report()));
    adds.push_back((*second)->inbox().add(new_report()));
  }
  for (const auto& added : run_all(std::move(adds))) EXPECT_TRUE(added) << added.error().message();
  EXPECT_EQ(count(), 100);
  EXPECT_EQ(run_awaitable((*second)->inbox().count()).value(), 100);
}

TEST_F(Opening, AfterStopNothingIsAccepted) {
  stores->stop();
  EXPECT_EQ(add(new_report()).error(), make_error_code(Errc::closed));
  EXPECT_EQ(run_awaitable(stores->inbox().count()).error(), make_error_code(Errc::closed));
  stores->stop();
}

TEST_F(Opening, StopEmptiesTheLog) {
  ASSERT_TRUE(add(new_report()));
  stores->stop();
  EXPECT_FALSE(std::filesystem::exists(path + "-wal") && std::filesystem::file_size(path + "-wal") > 0);
}

}  // namespace
}  // namespace hotline::test
