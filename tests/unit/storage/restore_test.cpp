// What must not happen around a restore: somebody else in the database, leavings of one that was cut off, a disk without room.
#include "storage/sqlcipher/backup.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <array>
#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

namespace hotline::test {
namespace {

using storage::backup_database;
using storage::restore_database;

class RestoreTest : public StoreTest {
 protected:
  std::string backup = folder.file("backup.db");

  static std::string line(const Outcome<void>& outcome) { return outcome ? "" : outcome.error().line; }
  static ByteVector read_all(const std::string& file) {
    std::ifstream stream(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(stream), {}};
  }
  /// Whether a program could open the database now: it would take this lock first.
  static bool may_be_opened(int file) {
    struct flock lock {};
    lock.l_type = F_RDLCK;
    lock.l_whence = SEEK_SET;
    lock.l_start = 0x40000002;
    lock.l_len = 510;
    return ::fcntl(file, F_OFD_GETLK, &lock) == 0 && lock.l_type == F_UNLCK;
  }
};

TEST_F(RestoreTest, NobodyGetsIntoTheOldDatabaseMeanwhile) {
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(add(new_report()));
  const auto identity = crypto::age::Identity::generate();
  const auto recipient = identity.recipient();
  ASSERT_EQ(line(backup_database(path, key, backup, {}, std::span(&recipient, 1))), "");
  close();
  const ByteVector sealed = read_all(backup);
  ASSERT_GT(sealed.size(), 200'000u) << "more than a pipe holds";
  const int old = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_GE(old, 0);
  EXPECT_TRUE(may_be_opened(old));

  // A backup that comes as slowly as is wanted.
  const std::string slow = folder.file("slow.db.age");
  ASSERT_EQ(::mkfifo(slow.c_str(), 0600), 0);
  const int pipe = ::open(slow.c_str(), O_RDWR | O_CLOEXEC);
  std::string outcome = "not ended";
  std::thread restoring([&] {
    outcome = line(restore_database(slow, key, path, true, std::span(&identity, 1)));
    if (outcome.empty()) return;
    // The other thread must not wait for a reader that has left.
    const int rest = ::open(slow.c_str(), O_RDONLY | O_CLOEXEC);
    std::array<char, 4096> some{};
    while (::read(rest, some.data(), some.size()) > 0) {
    }
    ::close(rest);
  });
  const auto write = [&](Bytes bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(pipe, bytes.data(), bytes.size());
      ASSERT_GT(written, 0);
      bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
  };
  // What it is known by is asked for first, with another descriptor.
  constexpr std::size_t beginning = 22;
  write(Bytes(sealed).first(beginning));
  write(Bytes(sealed).first(sealed.size() - 1));
  EXPECT_FALSE(may_be_opened(old)) << "in the midst of the copying";
  write(Bytes(sealed).last(1));
  ::close(pipe);
  restoring.join();
  EXPECT_EQ(outcome, "");
  EXPECT_TRUE(may_be_opened(old));
  std::array<char, 16> salt{};
  ASSERT_EQ(::pread(old, salt.data(), salt.size(), 0), static_cast<ssize_t>(salt.size()));
  EXPECT_EQ(salt, (std::array<char, 16>{})) << "who has had it open since before finds nothing to go on with";
  ::close(old);
  open();
  EXPECT_EQ(count(), 50);
}

TEST_F(RestoreTest, AnotherNameOfTheOldDatabaseStaysWhole) {
  ASSERT_TRUE(add(new_report()));
  ASSERT_EQ(line(backup_database(path, key, backup)), "");
  ASSERT_TRUE(add(new_report()));
  close();
  const std::string kept = folder.file("kept.db");
  std::filesystem::create_hard_link(path, kept);
  ASSERT_EQ(line(restore_database(backup, key, path, true)), "");
  const auto report = storage::check_database(kept, key);
  ASSERT_TRUE(report) << report.error().line;
  EXPECT_EQ(report->reports, 2);
}

TEST_F(RestoreTest, AfterOneThatWasCutOffNobodyMakesAnEmptyDatabase) {
  ASSERT_EQ(line(backup_database(path, key, backup)), "");
  close();
  for (const std::string& left : {storage::replaced_path(path), path + ".partial"}) {
    std::filesystem::rename(path, left);
    for (const bool create : {false, true}) {
      const auto opened = storage::open_stores({path, key, limits, create});
      ASSERT_FALSE(opened);
      EXPECT_NE(opened.error().line.find("a restore was cut off"), std::string::npos) << opened.error().line;
      EXPECT_NE(opened.error().line.find("run it again"), std::string::npos) << opened.error().line;
    }
    EXPECT_FALSE(std::filesystem::exists(path));
    std::filesystem::rename(left, path);
  }
  open();
}

TEST_F(RestoreTest, WithoutRoomNothingIsBegun) {
  upload(id_of<BlobId>(1), random_vector(5'000'000), 50'000);
  const auto identity = crypto::age::Identity::generate();
  const auto recipient = identity.recipient();
  constexpr std::uint64_t more_than_there_is = std::uint64_t{1} << 60;
  const auto mib_for = [&](std::span<const crypto::age::Recipient> recipients) {
    const std::string said = line(backup_database(path, key, backup, {}, recipients, more_than_there_is));
    EXPECT_NE(said.find("no room for the backup: it takes "), std::string::npos) << said;
    EXPECT_NE(said.find("make room there"), std::string::npos) << said;
    return said.empty() ? 0 : std::stoi(said.substr(said.find("takes ") + 6));
  };
  const int plain = mib_for({});
  EXPECT_GE(plain, 5);
  EXPECT_GE(mib_for(std::span(&recipient, 1)), 2 * plain - 1) << "the copy, and the sealed one beside it";
  EXPECT_FALSE(std::filesystem::exists(backup + ".partial"));
  ASSERT_EQ(line(backup_database(path, key, backup)), "");
  const auto proved = storage::verify_backup(backup, key, folder.file("scratch"), {}, more_than_there_is);
  ASSERT_FALSE(proved);
  EXPECT_NE(proved.error().line.find("no room"), std::string::npos) << proved.error().line;
  EXPECT_FALSE(std::filesystem::exists(folder.file("scratch")));
}

TEST_F(RestoreTest, WhatACutOffRestoreLeftGoesWithTheNext) {
  ASSERT_TRUE(add(new_report()));
  ASSERT_EQ(line(backup_database(path, key, backup)), "");
  close();
  // As between the two renames.
  std::filesystem::rename(path, storage::replaced_path(path));
  std::ofstream(storage::replaced_path(path) + "-wal") << "its log";
  std::ofstream(path + ".partial") << "its copy";
  ASSERT_EQ(line(restore_database(backup, key, path)), "");
  for (const char* suffix : {".partial", ".replaced", ".replaced-wal"}) EXPECT_FALSE(std::filesystem::exists(path + suffix)) << suffix;
  open();
  EXPECT_EQ(count(), 1);
}

}  // namespace
}  // namespace hotline::test
