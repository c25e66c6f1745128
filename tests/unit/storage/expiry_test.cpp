#include "storage/sqlcipher/database.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <fcntl.h>
#include <fstream>
#include <sys/stat.h>

namespace hotline::test {
namespace {

using storage::sqlcipher::Database;

class ExpiryTest : public StoreTest {
 protected:
  void expire(std::int64_t now) { ASSERT_TRUE(run_awaitable(stores->expire(now))); }
  /// Counted by a connection of its own, beside the running stores.
  std::int64_t rows(storage::sqlcipher::Sql sql) {
    Database database(path, key, Database::Mode::read_only);
    return database.number(sql);
  }
  /// Every page of the database, decrypted, those in no use among them.
  std::string all_pages() {
    Database database(path, key, Database::Mode::read_only);
    sqlite3_int64 size = 0;
    unsigned char* pages = sqlite3_serialize(database.handle(), "main", &size, 0);
    std::string copy(reinterpret_cast<const char*>(pages), static_cast<std::size_t>(size));
    sqlite3_free(pages);
    return copy;
  }
};

TEST_F(ExpiryTest, KeysGoAtTheirHour) {
  storage::NewReport report = new_report();
  report.idempotency_key = filled<32>(1);
  report.sms_dedupe_key = filled<32>(2);
  ASSERT_TRUE(add(std::move(report)));
  expire(hour + limits.idempotency_hours - 1);
  EXPECT_EQ(rows("SELECT count(*) FROM idempotency"), 1);
  expire(hour + limits.idempotency_hours);
  EXPECT_EQ(rows("SELECT count(*) FROM idempotency"), 0);
  expire(hour + limits.sms_dedupe_hours - 1);
  EXPECT_EQ(rows("SELECT count(*) FROM sms_dedupe"), 1);
  expire(hour + limits.sms_dedupe_hours);
  EXPECT_EQ(rows("SELECT count(*) FROM sms_dedupe"), 0);
  EXPECT_EQ(count(), 1) << "reports stay";
}

TEST_F(ExpiryTest, ManyKeysGoInSteps) {
  std::vector<boost::asio::awaitable<Result<ReportId>>> adds;
  for (int i = 0; i < 900; ++i) {
    storage::NewReport report = new_report(random_vector(40));
    crypto::random_bytes(report.idempotency_key.emplace());
    // Every third lasts longer: what stays lies among what goes.
    if (i % 3 == 0) report.received_hour += 100;
    adds.push_back(stores->inbox().add(std::move(report)));
  }
  for (const auto& added : run_all(std::move(adds))) ASSERT_TRUE(added);
  close();
  {
    // More than a step takes: 2,000 keys.
    Database database(path, key, Database::Mode::read_write);
    database.run("WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 6000) "
                 "INSERT INTO idempotency SELECT randomblob(32), ? FROM n", hour);
  }
  open();
  expire(hour + limits.idempotency_hours);
  EXPECT_EQ(rows("SELECT count(*) FROM idempotency"), 300);
}

TEST_F(ExpiryTest, AnswersGoOnTheirDay) {
  ASSERT_TRUE(run_awaitable(stores->mailboxes().put({filled<16>(1), ByteVector(5800, 1)}, 20'000)));
  ASSERT_TRUE(run_awaitable(stores->mailboxes().put({filled<16>(2), ByteVector(5800, 2)}, 20'001)));
  expire(20'000 * 24 - 1);
  EXPECT_EQ(run_awaitable(stores->mailboxes().get({filled<16>(1), filled<16>(2)}))->size(), 2u);
  expire(20'000 * 24);
  const auto left = run_awaitable(stores->mailboxes().get({filled<16>(1), filled<16>(2)}));
  ASSERT_EQ(left->size(), 1u);
  EXPECT_EQ(left->front().tag, filled<16>(2));
}

TEST_F(ExpiryTest, UploadsWithoutReportGo) {
  const auto claimed_id = id_of<BlobId>(1);
  const std::int64_t claimed = upload(claimed_id, random_vector(1000), 100);
  const std::int64_t orphan = upload(id_of<BlobId>(2), random_vector(5000), 100);
  storage::NewReport report = new_report();
  report.attachments = {{claimed_id, claimed}};
  const ReportId id = add(std::move(report)).value();

  expire(hour + limits.upload_orphan_hours - 1);
  EXPECT_EQ(rows("SELECT count(*) FROM blob"), 2);
  expire(hour + limits.upload_orphan_hours);
  EXPECT_EQ(rows("SELECT count(*) FROM blob"), 1);
  EXPECT_EQ(rows("SELECT count(*) FROM piece"), 10);
  EXPECT_TRUE(run_awaitable(stores->blobs().find(desk, id, claimed_id)));
  EXPECT_EQ(run_awaitable(stores->blobs().append(orphan, ByteVector(100))).error(), make_error_code(Errc::not_found));
}

TEST_F(ExpiryTest, ARemovalThatWasCutShortIsFinished) {
  const std::int64_t handle = upload(id_of<BlobId>(1), random_vector(5000), 100);
  close();
  {
    Database database(path, key, Database::Mode::read_write);
    database.run("UPDATE blob SET begun_hour = NULL");
  }
  open();
  storage::NewReport report = new_report();
  report.attachments = {{id_of<BlobId>(1), handle}};
  EXPECT_EQ(add(std::move(report)).error(), make_error_code(Errc::not_found)) << "half a file must not be claimed";
  EXPECT_EQ(run_awaitable(stores->blobs().append(handle, ByteVector(100))).error(), make_error_code(Errc::not_found));
  expire(hour);
  EXPECT_EQ(rows("SELECT count(*) FROM blob"), 0);
  EXPECT_EQ(rows("SELECT count(*) FROM piece"), 0);
}

TEST_F(ExpiryTest, InvitationsGo) {
  ASSERT_TRUE(run_awaitable(stores->members().invite({filled<32>(1), desk, "ana", storage::Role::admin, hour + 5})));
  expire(hour + 4);
  EXPECT_EQ(rows("SELECT count(*) FROM invitation"), 1);
  expire(hour + 5);
  EXPECT_EQ(rows("SELECT count(*) FROM invitation"), 0);
}

TEST_F(ExpiryTest, CopiesOfBackupsThatWereBrokenOffGoAfterADay) {
  const auto leave = [&](const std::string& suffix, std::int64_t hours_ago) {
    std::ofstream(path + suffix) << "a whole backup, unsealed";
    const timespec when{(hour - hours_ago) * 3600, 0};
    const timespec times[] = {when, when};
    ASSERT_EQ(::utimensat(AT_FDCWD, (path + suffix).c_str(), times, 0), 0);
  };
  const auto left = [&](const std::string& suffix) { return std::filesystem::exists(path + suffix); };
  for (const char* old : {".verify", ".verify-wal", ".verify-shm", ".partial"}) leave(old, 24);
  for (const char* kept : {".partial-wal", ".verify-journal"}) leave(kept, 23);
  for (const char* other : {".replaced", ".before-upgrade", ".verify.mine"}) leave(other, 24);
  expire(hour);
  for (const char* old : {".verify", ".verify-wal", ".verify-shm", ".partial"}) EXPECT_FALSE(left(old)) << old;
  for (const char* kept : {".partial-wal", ".verify-journal"}) EXPECT_TRUE(left(kept)) << kept << " may be in use";
  for (const char* other : {".replaced", ".before-upgrade", ".verify.mine"}) EXPECT_TRUE(left(other)) << other;
}

TEST_F(ExpiryTest, DeletedContentIsOverwrittenAndTheLogEmptied) {
  const std::string mark = "a mark that must not stay behind anywhere";
  ByteVector sealed(5800, 'x');
  // At the beginning, which lies in the table's page, and at the end, which lies in a page of its own.
  std::copy(mark.begin(), mark.end(), sealed.begin());
  std::copy(mark.begin(), mark.end(), sealed.end() - 100);
  ASSERT_TRUE(run_awaitable(stores->mailboxes().put({filled<16>(1), sealed}, 20'000)));
  ASSERT_NE(all_pages().find(mark), std::string::npos) << "this way it would be found";

  expire(20'000 * 24);
  EXPECT_EQ(all_pages().find(mark), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(path + "-wal"), 0u);
}

}  // namespace
}  // namespace hotline::test
