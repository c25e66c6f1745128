#include "server/cli/backup_folder.hpp"

#include "tests/unit/storage/store_fixture.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <set>
#include <string>

namespace hotline::cli {
namespace {

constexpr std::int64_t now = 1'795'000'000;
constexpr std::int64_t day = 86'400;

/// A folder of backups with files of the given names, last written `age` seconds ago.
class BackupFolder : public testing::Test {
 protected:
  void put(const std::string& name, std::int64_t age = 0) {
    std::ofstream(folder_.file(name)) << "backup";
    const timespec then{.tv_sec = now - age, .tv_nsec = 0};
    const timespec times[2] = {then, then};
    ASSERT_EQ(::utimensat(AT_FDCWD, folder_.file(name).c_str(), times, 0), 0);
  }
  std::set<std::string> names() const {
    std::set<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) found.insert(entry.path().filename().string());
    return found;
  }
  test::TestFolder folder_;
};

using Names = std::set<std::string>;

TEST_F(BackupFolder, TheNewestStay) {
  for (const char* name : {"hotline-20200101-000000.db", "hotline-20200102-000000.db.age", "hotline-20200103-000000.db.age", "notes.txt"}) put(name);
  const std::string made = new_backup_in(folder_.path(), now, true);
  put(std::filesystem::path(made).filename());
  EXPECT_EQ(remove_older_backups(folder_.path(), 2, made).value(), 2U);
  EXPECT_EQ(names(), (Names{"hotline-20200103-000000.db.age", std::filesystem::path(made).filename(), "notes.txt"}));
  EXPECT_EQ(remove_older_backups(folder_.path(), 2, made).value(), 0U);
  EXPECT_EQ(remove_older_backups(folder_.path(), 1, made).value(), 1U);
  EXPECT_EQ(names(), (Names{std::filesystem::path(made).filename(), "notes.txt"}));
}

TEST_F(BackupFolder, TheOneJustMadeStaysBesideThoseOfAClockThatWasAhead) {
  for (const char* name : {"hotline-21000101-000000.db", "hotline-21000102-000000.db"}) put(name);
  const std::string made = new_backup_in(folder_.path(), now, false);
  put(std::filesystem::path(made).filename());
  EXPECT_EQ(remove_older_backups(folder_.path(), 2, made).value(), 1U);
  EXPECT_EQ(names(), (Names{std::filesystem::path(made).filename(), "hotline-21000102-000000.db"}));
}

TEST_F(BackupFolder, WhatWasCutShortGoesAfterADay) {
  const Names left{"hotline-20200101-000000.db.partial", "hotline-20200101-000000.db.age.partial", "hotline-20200101-000000.db.age.partial-journal",
                   "hotline-20200101-000000.db.age.partial-wal", "hotline-20200101-000000.db.age.partial-shm", "hotline-20200101-000000.db.age.sealing"};
  const Names kept{"hotline-20200102-000000.db", "hotline-20200102-000000.db.age", "hotline.db.partial", "hotline-20200101-000000.db.partial.txt", "photo.partial"};
  for (const std::string& name : left) put(name, day + 1);
  for (const std::string& name : kept) put(name, 100 * day);
  put("hotline-20261118-000000.db.age.partial", day - 1);   // perhaps under way
  std::filesystem::create_directory(folder_.file("hotline-20200101-000000.db.sealing"));
  EXPECT_EQ(remove_cut_short(folder_.path(), now).value(), left.size());
  Names expected = kept;
  expected.insert({"hotline-20261118-000000.db.age.partial", "hotline-20200101-000000.db.sealing"});
  EXPECT_EQ(names(), expected);
}

TEST_F(BackupFolder, AFolderThatIsNotThereIsSaid) {
  EXPECT_FALSE(remove_cut_short(folder_.file("none"), now));
  EXPECT_FALSE(remove_older_backups(folder_.file("none"), 1, folder_.file("none/hotline-20200101-000000.db")));
}

}  // namespace
}  // namespace hotline::cli
