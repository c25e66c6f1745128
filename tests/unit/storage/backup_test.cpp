#include "storage/sqlcipher/backup.hpp"

#include "storage/sqlcipher/database.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <atomic>
#include <fstream>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace hotline::test {
namespace {

using storage::backup_database;
using storage::check_database;
using storage::restore_database;
using storage::sqlcipher::Database;

class BackupTest : public StoreTest {
 protected:
  std::string backup = folder.file("backup.db");

  static std::string line(const Outcome<void>& outcome) { return outcome ? "" : outcome.error().line; }
  /// One problem at most: its line.
  std::string problem() {
    const auto report = check_database(path, key);
    if (!report) return report.error().line;
    return report->sound() ? "" : report->problems.front();
  }
  template <class Work>
  void tamper(Work work) {
    close();
    {
      Database database(path, key, Database::Mode::read_write);
      database.script("PRAGMA foreign_keys = OFF");
      work(database);
    }
  }
  /// The content of the first two reports: every page is whole, and what is in them is not.
  void swap_first_two() {
    tamper([](Database& database) {
      database.script(
          "CREATE TABLE aside AS SELECT number, sealed FROM report; "
          "UPDATE report SET sealed = (SELECT a.sealed FROM aside a WHERE a.number = 3 - report.number) WHERE number IN (1, 2)");
    });
  }
  void flip_byte(const std::string& of, std::uintmax_t at) {
    std::fstream file(of, std::ios::in | std::ios::out | std::ios::binary);
    file.seekg(static_cast<std::streamoff>(at));
    const char byte = static_cast<char>(file.get());
    file.seekp(static_cast<std::streamoff>(at));
    file.put(static_cast<char>(byte ^ 0x40));
  }
  ReportId add_with_file(std::size_t bytes, std::size_t piece_bytes) {
    const auto blob = crypto::random_id<BlobId>();
    storage::NewReport report = new_report();
    report.attachments = {{blob, upload(blob, random_vector(bytes), piece_bytes)}};
    return add(std::move(report)).value();
  }
};

TEST_F(BackupTest, RestoresWhatWasThere) {
  const ReportId id = add_with_file(1050, 100);
  std::int64_t done = -1;
  std::int64_t all = 0;
  ASSERT_EQ(line(backup_database(path, key, backup, [&](std::int64_t done_pages, std::int64_t all_pages) {
    EXPECT_GE(done_pages, done);
    done = done_pages;
    all = all_pages;
  })), "");
  EXPECT_EQ(done, all);
  EXPECT_GT(all, 0);
  struct stat status {};
  ASSERT_EQ(::stat(backup.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  for (const char* suffix : {"-wal", "-shm", "-journal", ".partial"}) EXPECT_FALSE(std::filesystem::exists(backup + suffix)) << suffix;

  close();
  path = folder.file("restored.db");
  ASSERT_EQ(line(restore_database(backup, key, path)), "");
  open();
  EXPECT_TRUE(run_awaitable(stores->inbox().get(desk, id)));
  EXPECT_TRUE(add(new_report())) << "it is a database to go on with";
  EXPECT_EQ(problem(), "");
}

TEST_F(BackupTest, IsEncryptedWithTheSameKey) {
  ASSERT_EQ(line(backup_database(path, key, backup)), "");
  EXPECT_FALSE(check_database(backup, key_of(8)));
  EXPECT_TRUE(check_database(backup, key));
}

TEST_F(BackupTest, WorksWhileAServerWrites) {
  constexpr int before = 2500;   // more pages than are copied in one step
  for (int i = 0; i < before; i += 500) {
    std::vector<boost::asio::awaitable<Result<ReportId>>> adds;
    for (int k = 0; k < 500; ++k) adds.push_back(stores->inbox().add(new_report()));
    for (const auto& added : run_all(std::move(adds))) ASSERT_TRUE(added);
  }
  // After each step something is written: a copy that began anew with each change would never end.
  int steps = 0;
  std::int64_t done = 0;
  const std::string outcome = line(backup_database(path, key, backup, [&](std::int64_t done_pages, std::int64_t) {
    EXPECT_GT(done_pages, done);
    done = done_pages;
    if (++steps < 20) {
      EXPECT_TRUE(add(new_report()));
    }
  }));
  EXPECT_EQ(outcome, "");
  EXPECT_GE(steps, 3);
  EXPECT_LT(steps, 20);

  const auto report = check_database(backup, key);
  ASSERT_TRUE(report) << report.error().line;
  EXPECT_TRUE(report->sound());
  EXPECT_EQ(report->reports, before) << "as it was when the copying began";
  EXPECT_EQ(count(), before + steps);
}

TEST_F(BackupTest, SealedNeedsTheIdentityAndTheKey) {
  const ReportId id = add_with_file(1050, 100);
  const auto identity = crypto::age::Identity::generate();
  const auto recipient = identity.recipient();
  const auto stranger = crypto::age::Identity::generate();
  ASSERT_EQ(line(backup_database(path, key, backup, {}, std::span(&recipient, 1))), "");
  struct stat status {};
  ASSERT_EQ(::stat(backup.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  for (const char* suffix : {"-wal", "-shm", "-journal", ".partial", ".sealing"}) EXPECT_FALSE(std::filesystem::exists(backup + suffix)) << suffix;

  close();
  path = folder.file("restored.db");
  EXPECT_NE(line(restore_database(backup, key, path)).find("--identity"), std::string::npos) << "the key alone";
  EXPECT_NE(line(restore_database(backup, key, path, false, std::span(&stranger, 1))).find("none of the identities"), std::string::npos);
  EXPECT_NE(line(restore_database(backup, key_of(8), path, false, std::span(&identity, 1))), "") << "the identity alone";
  EXPECT_FALSE(std::filesystem::exists(path));
  EXPECT_FALSE(std::filesystem::exists(path + ".partial"));
  ASSERT_EQ(line(restore_database(backup, key, path, false, std::span(&identity, 1))), "");
  open();
  EXPECT_TRUE(run_awaitable(stores->inbox().get(desk, id)));
  EXPECT_EQ(problem(), "");
}

TEST_F(BackupTest, VerifyingProvesAndTouchesNothing) {
  ASSERT_TRUE(add(new_report()));
  const auto identity = crypto::age::Identity::generate();
  const auto recipient = identity.recipient();
  const std::string scratch = folder.file("scratch");
  const auto verify = [&] { return storage::verify_backup(backup, key, scratch, std::span(&identity, 1)); };
  ASSERT_EQ(line(backup_database(path, key, backup, {}, std::span(&recipient, 1))), "");
  const auto proved = verify();
  ASSERT_TRUE(proved) << proved.error().line;
  EXPECT_TRUE(proved->sound());
  EXPECT_EQ(proved->reports, 1);
  EXPECT_FALSE(std::filesystem::exists(scratch));
  EXPECT_EQ(count(), 1) << "the database beside it goes on";
  const auto size = std::filesystem::file_size(backup);
  flip_byte(backup, size / 2);
  EXPECT_FALSE(verify());
  flip_byte(backup, size / 2);
  ASSERT_TRUE(verify());
  std::filesystem::resize_file(backup, size - 5000);
  const auto cut = verify();
  ASSERT_FALSE(cut);
  EXPECT_NE(cut.error().line.find("cut off"), std::string::npos) << cut.error().line;
  EXPECT_FALSE(std::filesystem::exists(scratch));
}

TEST_F(BackupTest, ACopyThatIsNotSoundIsNoBackup) {
  ASSERT_TRUE(add(new_report()));
  ASSERT_TRUE(add(new_report()));
  swap_first_two();
  const auto recipient = crypto::age::Identity::generate().recipient();
  EXPECT_NE(line(backup_database(path, key, backup)).find("is damaged"), std::string::npos) << "read back";
  EXPECT_NE(line(backup_database(path, key, backup, {}, std::span(&recipient, 1))).find("is damaged"), std::string::npos) << "before it is sealed";
  for (const char* suffix : {"", ".partial", ".sealing"}) EXPECT_FALSE(std::filesystem::exists(backup + suffix)) << suffix;
  const auto proved = storage::verify_backup(path, key, folder.file("scratch"));
  ASSERT_TRUE(proved) << proved.error().line;
  EXPECT_FALSE(proved->sound());
  EXPECT_NE(line(restore_database(path, key, folder.file("restored.db"))).find("is damaged"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(folder.file("restored.db")));
}

TEST_F(BackupTest, NeverReplacesAFile) {
  std::ofstream(backup) << "something";
  EXPECT_NE(line(backup_database(path, key, backup)).find("is there already"), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(backup), 9u);
}

TEST_F(BackupTest, LeavesNothingBehindWhenItFails) {
  EXPECT_NE(line(backup_database(path, key_of(8), backup)), "");
  EXPECT_NE(line(backup_database(folder.file("none.db"), key, backup)), "");
  EXPECT_NE(line(backup_database(path, key, folder.file("nowhere/backup.db"))).find("nowhere"), std::string::npos);
  EXPECT_FALSE(std::filesystem::exists(backup));
  EXPECT_FALSE(std::filesystem::exists(backup + ".partial"));
}

TEST_F(BackupTest, AnInterruptedBackupDoesNotStandInTheWay) {
  std::ofstream(backup + ".partial") << "half";
  EXPECT_EQ(line(backup_database(path, key, backup)), "");
}

TEST_F(BackupTest, RestoreDoesNotReplaceUnlessTold) {
  ASSERT_EQ(line(backup_database(path, key, backup)), "");
  const ReportId later = add(new_report()).value();
  close();
  EXPECT_NE(line(restore_database(backup, key, path)).find("already: say that it is to be replaced (--replace)"), std::string::npos);
  open();
  EXPECT_TRUE(run_awaitable(stores->inbox().get(desk, later)));
  close();
  EXPECT_EQ(line(restore_database(backup, key, path, true)), "");
  open();
  EXPECT_EQ(count(), 0);
  for (const char* suffix : {".partial", ".replaced", ".replaced-wal"}) EXPECT_FALSE(std::filesystem::exists(path + suffix)) << suffix;
}

TEST_F(BackupTest, AMissingBackupIsNotMadeByInit) {
  close();
  for (const std::string& missing : {folder.file("none.db"), folder.file("none") + "/none.db.age"}) {
    EXPECT_EQ(line(restore_database(missing, key, path, true)), "there is no backup at " + missing + ": correct the path");
  }
}

TEST_F(BackupTest, OldLogDoesNotMeetTheRestoredDatabase) {
  ASSERT_EQ(line(backup_database(path, key, backup)), "");
  ASSERT_TRUE(add(new_report()));
  // As a crash leaves it: the log still holds the report.
  std::filesystem::copy_file(path + "-wal", folder.file("log"));
  close();
  std::filesystem::copy_file(folder.file("log"), path + "-wal");
  ASSERT_GT(std::filesystem::file_size(path + "-wal"), 0u);
  EXPECT_EQ(line(restore_database(backup, key, path, true)), "");
  EXPECT_EQ(problem(), "");
  open();
  EXPECT_EQ(count(), 0);
}

TEST_F(BackupTest, RestoreIsRefusedWhileAnotherProcessHasTheDatabaseOpen) {
  ASSERT_EQ(line(backup_database(path, key, backup)), "");
  close();
  int ready[2];
  int done[2];
  ASSERT_EQ(::pipe(ready), 0);
  ASSERT_EQ(::pipe(done), 0);
  const pid_t child = ::fork();
  if (child == 0) {
    char byte = 'r';
    {
      Database database(path, key, Database::Mode::read_write);
      if (::write(ready[1], &byte, 1) != 1 || ::read(done[0], &byte, 1) != 1) ::_exit(1);
    }
    ::_exit(0);
  }
  char byte = 0;
  ASSERT_EQ(::read(ready[0], &byte, 1), 1);
  EXPECT_NE(line(restore_database(backup, key, path, true)).find("in use: stop Hotline, its sockets"), std::string::npos);
  ASSERT_EQ(::write(done[1], &byte, 1), 1);
  int status = 0;
  ::waitpid(child, &status, 0);
  for (const int end : {ready[0], ready[1], done[0], done[1]}) ::close(end);
  EXPECT_EQ(line(restore_database(backup, key, path, true)), "");
}

TEST_F(BackupTest, DamagedBackupIsRefusedBeforeAnythingIsTouched) {
  for (int i = 0; i < 50; ++i) ASSERT_TRUE(add(new_report()));
  ASSERT_EQ(line(backup_database(path, key, backup)), "");
  close();
  const auto size = std::filesystem::file_size(backup);
  flip_byte(backup, size / 2);
  EXPECT_NE(line(restore_database(backup, key, path, true)).find("is damaged"), std::string::npos);
  EXPECT_NE(line(restore_database(backup, key_of(8), path, true)).find("key"), std::string::npos);
  std::filesystem::resize_file(backup, size / 2);
  EXPECT_NE(line(restore_database(backup, key, path, true)), "");
  open();
  EXPECT_EQ(count(), 50) << "the database is as it was";
}

TEST_F(BackupTest, CheckCountsAndFindsNothing) {
  add_with_file(1050, 100);
  ASSERT_TRUE(add(new_report()));
  upload(id_of<BlobId>(3), random_vector(10), 10);
  ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
  ASSERT_TRUE(run_awaitable(stores->mailboxes().put({filled<16>(1), ByteVector(10)}, 1)));
  const auto report = check_database(path, key);
  ASSERT_TRUE(report) << report.error().line;
  EXPECT_TRUE(report->sound()) << report->problems.front();
  EXPECT_EQ(report->reports, 2);
  EXPECT_EQ(report->blobs, 1);
  EXPECT_EQ(report->waiting_uploads, 1);
  EXPECT_EQ(report->pieces, 12);
  EXPECT_EQ(report->answers, 1);
  EXPECT_EQ(report->members, 1);
  EXPECT_EQ(report->desks, 1);
  EXPECT_EQ(report->epochs, 1);
}

TEST_F(BackupTest, CheckNamesReportsWhoseContentWasSwapped) {
  const ReportId first = add(new_report()).value();
  const ReportId second = add(new_report()).value();
  ASSERT_TRUE(add(new_report()));
  swap_first_two();
  const auto report = check_database(path, key);
  ASSERT_TRUE(report);
  ASSERT_EQ(report->problems.size(), 2u);
  EXPECT_NE(report->problems[0].find(to_text(first)), std::string::npos);
  EXPECT_NE(report->problems[1].find(to_text(second)), std::string::npos);
}

TEST_F(BackupTest, CheckFindsAFlippedByteAnywhere) {
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(add(new_report()));
  // Pages in no use, too.
  ASSERT_TRUE(run_awaitable(stores->blobs().discard(upload(id_of<BlobId>(1), random_vector(50'000), 50'000))));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(add(new_report()));
  close();
  const auto size = std::filesystem::file_size(path);
  ASSERT_EQ(problem(), "");
  // One byte in each page, at another place each time.
  for (std::uintmax_t page = 1; page * 4096 < size; ++page) {
    const std::uintmax_t at = page * 4096 + (page * 997) % 4096;
    flip_byte(path, at);
    EXPECT_NE(problem(), "") << "page " << page;
    flip_byte(path, at);
  }
  EXPECT_EQ(problem(), "");
}

TEST_F(BackupTest, ADamagedPageIsAnErrorToItsReadersAndToNobodyElse) {
  std::vector<ReportId> ids;
  for (int i = 0; i < 40; ++i) ids.push_back(add(new_report()).value());
  close();
  const auto size = std::filesystem::file_size(path);
  const auto read_all = [&] {
    std::vector<ReportId> unreadable;
    for (const ReportId& id : ids) {
      const auto row = run_awaitable(stores->inbox().get(desk, id));
      if (row) continue;
      EXPECT_EQ(row.error(), make_error_code(Errc::corrupt));
      unreadable.push_back(id);
    }
    return unreadable;
  };
  // Somewhere in the last third lie reports, one to a page.
  flip_byte(path, size / 4096 * 5 / 6 * 4096 + 2000);
  open();
  EXPECT_EQ(read_all().size(), 1u);
  EXPECT_TRUE(add(new_report())) << "new reports are still taken";
}

TEST_F(BackupTest, CheckNamesFilesThatAreNotWhole) {
  const ReportId id = add_with_file(1050, 100);
  const auto expect_named = [&] { EXPECT_NE(problem().find("report " + to_text(id) + ": file "), std::string::npos) << problem(); };
  tamper([](Database& database) { database.script("CREATE TABLE kept AS SELECT * FROM piece"); });
  const auto undo = [](Database& database) { database.script("DELETE FROM piece; INSERT INTO piece SELECT * FROM kept"); };
  EXPECT_EQ(problem(), "");
  tamper([](Database& database) { database.script("DELETE FROM piece WHERE position = 10"); });
  expect_named();
  tamper(undo);
  tamper([](Database& database) { database.script("DELETE FROM piece WHERE position = 4"); });
  expect_named();
  tamper(undo);
  tamper([](Database& database) { database.script("UPDATE piece SET bytes = zeroblob(99) WHERE position = 4; "
                                                  "UPDATE piece SET bytes = zeroblob(51) WHERE position = 10"); });
  expect_named();
  tamper(undo);
  tamper([](Database& database) { database.script("DELETE FROM piece"); });
  expect_named();
  tamper(undo);
  EXPECT_EQ(problem(), "");
}

TEST_F(BackupTest, CheckFindsReferencesToNothing) {
  ASSERT_TRUE(add(new_report()));
  tamper([](Database& database) { database.script("DELETE FROM epoch"); });
  EXPECT_NE(problem().find("refers to"), std::string::npos);
}

TEST_F(BackupTest, CheckWorksBesideARunningServer) {
  std::atomic<bool> stop = false;
  std::atomic<int> written = 0;
  std::thread writing([&] {
    while (!stop) {
      if (add(new_report())) ++written;
      written.notify_all();
    }
  });
  for (int i = 0; i < 5; ++i) {
    written.wait(written);
    EXPECT_EQ(problem(), "");
  }
  stop = true;
  writing.join();
}

}  // namespace
}  // namespace hotline::test
