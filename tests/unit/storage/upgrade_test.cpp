#include "storage/sqlcipher/upgrade.hpp"

#include "storage/private_file.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/sqlcipher/schema.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <atomic>
#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace hotline::test {
namespace {

using storage::OlderSchema;
using storage::check_database;
using storage::sqlcipher::Database;
using storage::sqlcipher::newest_schema_version;

/// Databases of every earlier schema, as they were (tests/vectors/storage).
class Upgrade : public ::testing::Test {
 protected:
  Upgrade() : key(key_of(7)), path(folder.file("hotline.db")), copy(storage::upgrade_copy_path(path)) {}

  static std::string sql_of(int version) {
    std::ifstream file(std::string(HOTLINE_SOURCE_DIR) + "/tests/vectors/storage/schema_" + std::to_string(version) + ".sql");
    std::stringstream text;
    text << file.rdbuf();
    return text.str();
  }
  void make(int version) {
    ASSERT_TRUE(storage::create_private_file(path, "database"));
    Database database(path, key, Database::Mode::read_write);
    const std::string sql = sql_of(version);
    ASSERT_FALSE(sql.empty()) << "no database of schema " << version << ": tests/vectors/storage/make_schema.py " << version;
    database.script("PRAGMA foreign_keys = OFF");
    ASSERT_EQ(sqlite3_exec(database.handle(), sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK) << sqlite3_errmsg(database.handle());
  }
  void remove_all() {
    for (const std::string& file : {path, copy}) {
      for (const char* suffix : {"", "-wal", "-shm"}) std::filesystem::remove(file + suffix);
    }
  }
  Outcome<std::unique_ptr<storage::SqlcipherStores>> open() { return storage::open_stores({path, key, limits}); }
  std::string refusal() {
    const auto opened = open();
    return opened ? "" : opened.error().line;
  }
  /// Ends the process. As on a full disk: it may write no file larger than that.
  [[noreturn]] void open_on_a_full_disk() {
    std::signal(SIGXFSZ, SIG_IGN);
    const rlimit limit{50'000, 50'000};
    ::setrlimit(RLIMIT_FSIZE, &limit);
    std::fprintf(stderr, "%s\n", refusal().c_str());
    std::_Exit(0);
  }
  /// Somebody in this process waits for a flock; by the kernel's own list.
  static bool somebody_waits() {
    std::ifstream locks("/proc/locks");
    const std::string own = " " + std::to_string(::getpid()) + " ";
    for (std::string line; std::getline(locks, line);) {
      if (line.find("->") != std::string::npos && line.find("FLOCK") != std::string::npos && line.find(own) != std::string::npos) return true;
    }
    return false;
  }
  int version_of(const std::string& file) {
    Database database(file, key, Database::Mode::read_only);
    return storage::sqlcipher::schema_version(database);
  }
  std::string schema_of(const std::string& file) {
    Database database(file, key, Database::Mode::read_only);
    std::string all;
    auto query = database.query("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name");
    while (query.next()) all.append(query.text(0)).append("\n");
    return all;
  }

  TestFolder folder;
  crypto::LockedKey key;
  std::string path;
  std::string copy;
  Limits limits;
};

TEST_F(Upgrade, EveryEarlierSchemaBecomesTheNewestAndNothingIsLost) {
  const std::string fresh = folder.file("fresh.db");
  ASSERT_TRUE(storage::open_stores({fresh, key, limits, true}));
  const DeskId desk = id_of<DeskId>(0xd1);
  for (int version = 1; version <= newest_schema_version(); ++version) {
    SCOPED_TRACE(version);
    make(version);
    {
      auto stores = open();
      ASSERT_TRUE(stores) << stores.error().line;
      const auto reports = run_awaitable((*stores)->inbox().list(desk, 0, 10)).value();
      ASSERT_EQ(reports.size(), 5u);
      for (const auto& report : reports) EXPECT_EQ(storage::report_id(report.sealed), report.id);
      EXPECT_EQ(reports[3].due_hour, 490'004 + 24);
      EXPECT_EQ(reports[0].attachments.size(), 1u);
      const auto cases = run_awaitable((*stores)->cases().list(desk)).value();
      ASSERT_EQ(cases.size(), 2u);
      EXPECT_EQ(cases[0].last_event, 2);
      EXPECT_EQ(cases[1].closed_hour, 490'003);
      EXPECT_EQ(run_awaitable((*stores)->cases().events(id_of<CaseId>(0xc1)))->size(), 2u);
      EXPECT_EQ(run_awaitable((*stores)->members().list(desk))->size(), 1u);
      (*stores)->stop();
    }
    EXPECT_EQ(schema_of(path), schema_of(fresh));
    const auto checked = check_database(path, key);
    ASSERT_TRUE(checked) << checked.error().line;
    EXPECT_TRUE(checked->sound()) << checked->problems.front();
    EXPECT_EQ(checked->reports, 5);
    EXPECT_EQ(checked->events, 3);
    EXPECT_EQ(std::filesystem::exists(copy), version < newest_schema_version()) << "a copy is made first, when there is something to change";
    remove_all();
  }
}

TEST_F(Upgrade, TheCopyIsWhatWasThereAndCanBeGoneBackTo) {
  make(3);
  ASSERT_EQ(refusal(), "");
  struct stat status {};
  ASSERT_EQ(::stat(copy.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_EQ(version_of(copy), 3);
  const auto checked = check_database(copy, key, OlderSchema::structure_only);
  ASSERT_TRUE(checked) << checked.error().line;
  EXPECT_TRUE(checked->sound());
  EXPECT_EQ(checked->schema_version, 3);
  const auto refused = check_database(copy, key);
  ASSERT_FALSE(refused) << "its tables cannot be judged by this version";
  EXPECT_NE(refused.error().line.find("hotline restore --verify " + copy), std::string::npos) << refused.error().line;

  ASSERT_TRUE(storage::restore_database(copy, key, path, true));
  EXPECT_EQ(version_of(path), 3);
  ASSERT_EQ(refusal(), "") << "and upgraded once more, over the copy of the first time";
  EXPECT_EQ(version_of(path), newest_schema_version());
}

TEST_F(Upgrade, WhatIsCutOffAtItsLastStepLeavesTheWayBack) {
  make(6);
  Database(path, key, Database::Mode::read_write).script("CREATE TABLE invitation_of_a_member (in_the_way_of_schema_9 INTEGER)");
  for (int start = 1; start <= 2; ++start) {
    SCOPED_TRACE(start);
    EXPECT_NE(refusal(), "");
    EXPECT_EQ(version_of(path), 6) << "7 and 8 went back with 9";
    EXPECT_EQ(version_of(copy), 6);
  }
  Database(path, key, Database::Mode::read_write).script("DROP TABLE invitation_of_a_member");
  EXPECT_EQ(refusal(), "");
  EXPECT_EQ(version_of(path), newest_schema_version());
  EXPECT_EQ(version_of(copy), 6);
}

TEST_F(Upgrade, ASecondStartMakesNoCopy) {
  make(6);
  ASSERT_EQ(refusal(), "");
  std::filesystem::remove(copy);
  ASSERT_EQ(refusal(), "");
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST_F(Upgrade, WhoComesSecondWaitsAndMakesNoCopyOfWhatTheFirstHasUpgraded) {
  if (!std::ifstream("/proc/locks")) GTEST_SKIP() << "no list of locks here";
  make(7);
  const int first = ::open(folder.path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  ASSERT_EQ(::flock(first, LOCK_EX), 0) << "as who upgrades holds it";
  std::atomic<bool> done = false;
  std::string line;
  std::thread second([&] {
    line = refusal();
    done = true;
  });
  while (!done && !somebody_waits()) std::this_thread::yield();
  EXPECT_FALSE(done) << "it may not touch what another makes a copy of";
  {
    Database database(path, key, Database::Mode::read_write);
    storage::sqlcipher::migrate(database);
  }
  ::close(first);
  second.join();
  EXPECT_EQ(line, "");
  EXPECT_FALSE(std::filesystem::exists(copy)) << "of an upgraded database no copy leads back";
  EXPECT_EQ(version_of(path), newest_schema_version());
}

TEST_F(Upgrade, NothingIsUpgradedBeneathARunningServer) {
  make(7);
  const auto opened = storage::open_stores({.path = path, .key = key, .limits = limits, .is_served = [] { return true; }});
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().line.find("start that anew"), std::string::npos) << opened.error().line;
  EXPECT_EQ(version_of(path), 7);
  EXPECT_FALSE(std::filesystem::exists(copy));
  ASSERT_EQ(refusal(), "");
  EXPECT_TRUE(storage::open_stores({.path = path, .key = key, .limits = limits, .is_served = [] { return true; }})) << "there is nothing to upgrade any more";
}

TEST_F(Upgrade, WithoutACopyNothingIsChanged) {
  make(5);
  std::filesystem::create_directories(copy + ".new/in the way");
  const std::string line = refusal();
  EXPECT_NE(line.find("not upgraded"), std::string::npos) << line;
  EXPECT_NE(line.find("nothing was changed"), std::string::npos) << line;
  EXPECT_EQ(version_of(path), 5);
  std::filesystem::remove_all(copy + ".new");
  EXPECT_EQ(refusal(), "");
}

TEST_F(Upgrade, ADiskThatIsFullIsSaidAndNothingIsChanged) {
  make(7);
  EXPECT_EXIT(open_on_a_full_disk(), testing::ExitedWithCode(0), "not upgraded.*nothing was changed");
  EXPECT_EQ(version_of(path), 7);
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_EQ(refusal(), "");
}

TEST_F(Upgrade, AClockThatJumpsDoesNotTakeTheCopyAtOnce) {
  make(7);
  auto stores = open();
  ASSERT_TRUE(stores) << stores.error().line;
  const auto made = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t hour = std::chrono::duration_cast<std::chrono::hours>(made).count();
  const auto expire = [&](std::int64_t at, bool at_start) { ASSERT_TRUE(run_awaitable((*stores)->expire(at, at_start))); };
  expire(hour, true);
  const std::int64_t ahead = hour + 30 * 24;
  expire(ahead, true);
  for (int day = 1; day < limits.upgrade_copy_days; ++day) {
    expire(ahead, false);
    EXPECT_TRUE(std::filesystem::exists(copy)) << day;
  }
  for (int more = 0; more < 2; ++more) expire(ahead, false);
  EXPECT_FALSE(std::filesystem::exists(copy));
}

TEST_F(Upgrade, TheCopyGoesAlsoFromAFullDiskAndBesideALink) {
  make(7);
  std::filesystem::rename(path, folder.file("elsewhere.db"));
  std::filesystem::create_symlink(folder.file("elsewhere.db"), path);
  auto stores = open();
  ASSERT_TRUE(stores) << stores.error().line;
  const std::int64_t hour = std::chrono::duration_cast<std::chrono::hours>(std::chrono::system_clock::now().time_since_epoch()).count();
  ASSERT_TRUE(run_awaitable((*stores)->expire(hour, true)));
  EXPECT_TRUE(std::filesystem::exists(copy)) << "not old yet";
  const auto before = std::signal(SIGXFSZ, SIG_IGN);
  rlimit usual{};
  ASSERT_EQ(::getrlimit(RLIMIT_FSIZE, &usual), 0);
  const rlimit full{1, usual.rlim_max};
  ASSERT_EQ(::setrlimit(RLIMIT_FSIZE, &full), 0);
  // The clock that is kept in the database stands still.
  const std::int64_t old = hour + 24 * limits.upgrade_copy_days + 1;
  auto expired = run_awaitable((*stores)->expire(old, false));
  const bool stayed = std::filesystem::exists(copy);
  for (int day = 1; expired.has_value() == false && day <= limits.upgrade_copy_days; ++day) expired = run_awaitable((*stores)->expire(old, false));
  ::setrlimit(RLIMIT_FSIZE, &usual);
  std::signal(SIGXFSZ, before);
  EXPECT_FALSE(expired) << "nothing else can be removed";
  EXPECT_TRUE(stayed) << "a clock that jumps is not believed at once";
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_TRUE(run_awaitable((*stores)->expire(old, false)));
}

TEST_F(Upgrade, TheCopyGoesOnceItIsOld) {
  constexpr std::int64_t day = 86'400;
  make(7);
  ASSERT_EQ(refusal(), "");
  struct stat status {};
  ASSERT_EQ(::stat(copy.c_str(), &status), 0);
  const std::int64_t made = status.st_mtime;
  EXPECT_FALSE(storage::remove_old_upgrade_copy(path, made + 7 * day - 1, 7));
  EXPECT_TRUE(std::filesystem::exists(copy));
  EXPECT_TRUE(storage::remove_old_upgrade_copy(path, made + 7 * day, 7));
  EXPECT_FALSE(std::filesystem::exists(copy));
  EXPECT_FALSE(storage::remove_old_upgrade_copy(path, made + 8 * day, 7)) << "there is none any more";
}

}  // namespace
}  // namespace hotline::test
