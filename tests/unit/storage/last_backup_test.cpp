#include "storage/last_backup.hpp"

#include "tests/unit/storage/store_fixture.hpp"

#include <fstream>
#include <sys/stat.h>

namespace hotline::test {
namespace {

TEST(LastBackup, IsRememberedBesideTheDatabase) {
  const TestFolder folder;
  const std::string database = folder.file("hotline.db");
  EXPECT_FALSE(storage::last_backup(database));
  for (const std::int64_t made : {1'796'000'000, 1'796'003'600}) {
    ASSERT_TRUE(storage::remember_backup(database, {made, "/var/backups/a folder/hotline.db.age"}));
    const auto last = storage::last_backup(database);
    ASSERT_TRUE(last);
    EXPECT_EQ(last->made_seconds, made);
    EXPECT_EQ(last->path, "/var/backups/a folder/hotline.db.age");
  }
  struct stat status {};
  ASSERT_EQ(::stat((database + ".last-backup").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_FALSE(std::filesystem::exists(database + ".last-backup.next"));
  std::ofstream(database + ".last-backup", std::ios::trunc) << "no number";
  EXPECT_FALSE(storage::last_backup(database)) << "damaged";
}

}  // namespace
}  // namespace hotline::test
