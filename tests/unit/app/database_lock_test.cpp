#include "server/app/database_lock.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <stdlib.h>
#include <string>

namespace hotline::app {
namespace {

TEST(DatabaseLock, IsSeenWhileAServerHasItAndNotAfter) {
  std::string folder = (std::filesystem::temp_directory_path() / "hotline-lock-XXXXXX").string();
  ASSERT_NE(::mkdtemp(folder.data()), nullptr);
  const std::filesystem::path database = std::filesystem::path(folder) / "hotline.db";
  EXPECT_FALSE(DatabaseLock::is_taken(database)) << "there is none";
  std::ofstream(database) << "pages";
  {
    const auto lock = DatabaseLock::take(database);
    ASSERT_TRUE(lock) << lock.error().line;
    EXPECT_TRUE(DatabaseLock::is_taken(database));
    EXPECT_TRUE(DatabaseLock::is_taken(database)) << "looking takes nothing";
  }
  EXPECT_FALSE(DatabaseLock::is_taken(database));
  EXPECT_TRUE(DatabaseLock::take(database)) << "nor after it";
  std::filesystem::remove_all(folder);
}

}  // namespace
}  // namespace hotline::app
