#include "storage/blobs.hpp"
#include "storage/disk_space.hpp"
#include "storage/private_file.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/sqlcipher/schema.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <cstring>

namespace hotline::test {
namespace {

using storage::sqlcipher::Database;

class Resumable : public StoreTest {
 protected:
  const BlobId blob = id_of<BlobId>(1);

  storage::Blobs& blobs() { return stores->blobs(); }
  Result<void> begin(BlobId id, std::uint64_t length, std::int64_t at_hour = hour) {
    return run_awaitable(blobs().begin_resumable(id, at_hour, length));
  }
  Result<storage::Blobs::Waiting> waiting(BlobId id) { return run_awaitable(blobs().waiting(id, hour - 24)); }
  Result<void> append(BlobId id, std::uint64_t offset, ByteVector piece) {
    const auto found = waiting(id);
    return found ? run_awaitable(blobs().append_at(found->handle, offset, std::move(piece))) : Result<void>(found.error());
  }
  Result<void> append(BlobId id, std::uint64_t offset, std::size_t size) { return append(id, offset, random_vector(size)); }
  Result<ReportId> claim(std::vector<BlobId> ids) {
    storage::NewReport report = new_report();
    for (const BlobId& id : ids) report.attachments.push_back({id, 0});
    return add(std::move(report));
  }
  /// The whole database is consistent, its totals included.
  std::string findings() {
    const auto checked = storage::check_database(path, key);
    if (!checked) return checked.error().line;
    std::string all;
    for (const std::string& line : checked->problems) all += line + "\n";
    return all;
  }
};

TEST_F(Resumable, ComesInPiecesOfAnySizeAndBackBitForBit) {
  ByteVector content;
  constexpr std::size_t sizes[] = {1, 22, 16'383, 16'384, 1, 262'144, 5, 100'000};
  for (const std::size_t size : sizes) hotline::append(content, random_vector(size));
  ASSERT_TRUE(begin(blob, content.size()));
  std::size_t at = 0;
  for (const std::size_t size : sizes) {
    const Bytes piece = Bytes(content).subspan(at, size);
    EXPECT_FALSE(waiting(blob)->complete());
    ASSERT_TRUE(append(blob, at, {piece.begin(), piece.end()}));
    at += size;
    EXPECT_EQ(waiting(blob)->offset, at);
    if (at < 300'000) reopen();  // what was acknowledged is there after a restart
  }
  EXPECT_TRUE(waiting(blob)->complete());
  EXPECT_EQ(findings(), "");
  const ReportId report = claim({blob}).value();
  EXPECT_EQ(waiting(blob).error(), make_error_code(Errc::not_found));
  const auto found = run_awaitable(blobs().find(desk, report, blob));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->bytes, content.size());
  ByteVector read;
  for (std::size_t i = 0; i < found->pieces; ++i) hotline::append(read, run_awaitable(blobs().piece(found->handle, i)).value());
  EXPECT_EQ(read, content);
  EXPECT_EQ(findings(), "");
}

TEST_F(Resumable, ManyShortPiecesAreFewRows) {
  ASSERT_TRUE(begin(blob, 10'000));
  for (std::uint64_t at = 0; at < 2000; ++at) ASSERT_TRUE(append(blob, at, 1));
  ASSERT_TRUE(append(blob, 2000, 8000));
  EXPECT_EQ(run_awaitable(blobs().find(desk, claim({blob}).value(), blob))->pieces, 1u);
}

TEST_F(Resumable, OnlyTheRightPlaceAndNoMoreThanItsLength) {
  ASSERT_TRUE(begin(blob, 100));
  EXPECT_EQ(append(blob, 1, 10).error(), make_error_code(Errc::conflict));
  ASSERT_TRUE(append(blob, 0, 60));
  EXPECT_EQ(append(blob, 0, 10).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(append(blob, 60, 41).error(), make_error_code(Errc::too_large));
  EXPECT_EQ(append(blob, 60, 0).error(), make_error_code(Errc::malformed));
  EXPECT_TRUE(append(blob, 60, 40));
  EXPECT_EQ(append(blob, 100, 1).error(), make_error_code(Errc::too_large));
  EXPECT_EQ(append(id_of<BlobId>(9), 0, 1).error(), make_error_code(Errc::not_found));
}

TEST_F(Resumable, IsClaimedWholeOnceAndByItsIdOnly) {
  ASSERT_TRUE(begin(blob, 100));
  EXPECT_EQ(claim({blob}).error(), make_error_code(Errc::malformed));
  ASSERT_TRUE(append(blob, 0, 100));
  EXPECT_EQ(claim({id_of<BlobId>(2)}).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(claim({blob, blob}).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(waiting(blob)) << "a report that was refused claims nothing";
  EXPECT_TRUE(claim({blob}));
  EXPECT_EQ(claim({blob}).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(append(blob, 100, 1).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(findings(), "");
}

TEST_F(Resumable, ThoseOfOneRequestAreNotFoundById) {
  const std::int64_t handle = upload(blob, random_vector(10), 10);
  EXPECT_EQ(waiting(blob).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(claim({blob}).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(run_awaitable(blobs().append_at(handle, 10, random_vector(1))).error(), make_error_code(Errc::not_found));
}

TEST_F(Resumable, DiscardedAndExpiredAreGone) {
  ASSERT_TRUE(begin(blob, 100'000));
  ASSERT_TRUE(append(blob, 0, 50'000));
  ASSERT_TRUE(run_awaitable(blobs().discard(waiting(blob)->handle)));
  EXPECT_EQ(waiting(blob).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(findings(), "");

  const BlobId old = id_of<BlobId>(2);
  ASSERT_TRUE(begin(old, 100, hour - limits.upload_orphan_hours));
  EXPECT_EQ(waiting(old).error(), make_error_code(Errc::not_found)) << "its time is over, though it is not swept away yet";
  ASSERT_TRUE(run_awaitable(stores->expire(hour)));
  EXPECT_EQ(claim({old}).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(findings(), "");
}

TEST_F(Resumable, TogetherTheyHoldNoMoreThanTheLimit) {
  limits.uploads_pending_bytes_max = 1000;
  reopen();
  ASSERT_TRUE(begin(blob, 1000));
  ASSERT_TRUE(begin(id_of<BlobId>(2), 1000)) << "what is only promised takes no room";
  EXPECT_EQ(begin(id_of<BlobId>(3), 1001).error(), make_error_code(Errc::storage_full));
  ASSERT_TRUE(append(blob, 0, 600));
  EXPECT_EQ(begin(id_of<BlobId>(4), 401).error(), make_error_code(Errc::storage_full));
  EXPECT_TRUE(begin(id_of<BlobId>(4), 400));
  EXPECT_EQ(append(id_of<BlobId>(2), 0, 401).error(), make_error_code(Errc::storage_full));
  EXPECT_TRUE(append(id_of<BlobId>(2), 0, 400));
  EXPECT_EQ(append(blob, 600, 1).error(), make_error_code(Errc::storage_full));
  ASSERT_TRUE(run_awaitable(blobs().discard(waiting(id_of<BlobId>(2))->handle)));
  EXPECT_TRUE(append(blob, 600, 400));
  EXPECT_TRUE(claim({blob}));
  EXPECT_TRUE(append(id_of<BlobId>(4), 0, 400)) << "what was claimed does not wait";
  EXPECT_EQ(findings(), "");
}

TEST_F(Resumable, WhoBroughtAGreatDealLeavesHalfToOthers) {
  limits.uploads_pending_bytes_max = 1000;
  reopen();
  constexpr auto half = storage::Blobs::Room::half;
  ASSERT_TRUE(begin(blob, 1000));
  const std::int64_t handle = waiting(blob)->handle;
  EXPECT_TRUE(run_awaitable(blobs().append_at(handle, 0, random_vector(500), half)));
  EXPECT_EQ(run_awaitable(blobs().append_at(handle, 500, random_vector(1), half)).error(), make_error_code(Errc::storage_full));
  EXPECT_EQ(run_awaitable(blobs().begin_resumable(id_of<BlobId>(2), hour, 1, half)).error(), make_error_code(Errc::storage_full));
  EXPECT_TRUE(begin(id_of<BlobId>(2), 500));
  EXPECT_TRUE(append(id_of<BlobId>(2), 0, 500));
}

TEST_F(Resumable, ANewOneTakesThePlaceOfOneLeftForHours) {
  limits.uploads_pending_bytes_max = 1000;
  reopen();
  ASSERT_TRUE(begin(blob, 1000));
  ASSERT_TRUE(append(blob, 0, 1000));
  EXPECT_EQ(begin(id_of<BlobId>(2), 500, hour + 1).error(), make_error_code(Errc::storage_full)) << "who is still sending keeps it";
  EXPECT_TRUE(begin(id_of<BlobId>(2), 500, hour + 2));
  EXPECT_EQ(waiting(blob).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(findings(), "");
}

TEST_F(Resumable, OfTooManyNotTheOneThatHasJustBegun) {
  constexpr int most = 16'384;
  const auto numbered = [](int number) {
    BlobId id{};
    std::memcpy(id.bytes.data(), &number, sizeof(number));
    return id;
  };
  close();
  {
    // Of one byte each, as somebody sends them who wants all places; the first of all has come a good way.
    Database database(path, key, Database::Mode::read_write);
    database.run("BEGIN");
    for (int i = 1; i <= most; ++i) {
      const BlobId id = numbered(i);
      database.run("INSERT INTO blob (id, begun_hour, bytes, length) VALUES (?, ?, ?, 1000000)", id, hour, i == 1 ? 262'144 : 1);
    }
    database.run("UPDATE resumable_total SET uploads = ?, bytes = ?", most, 262'144 + most - 1);
    database.run("COMMIT");
  }
  open();
  ASSERT_TRUE(begin(blob, 1000));
  for (Byte other = 2; other < 12; ++other) ASSERT_TRUE(begin(id_of<BlobId>(other), 1000));
  EXPECT_TRUE(append(blob, 0, 1000)) << "it was the one with least";
  EXPECT_TRUE(waiting(numbered(1))) << "nor who has sent much";
  for (int i = 2; i < 13; ++i) EXPECT_FALSE(waiting(numbered(i))) << i;
  EXPECT_TRUE(waiting(numbered(13)));
  EXPECT_TRUE(claim({blob}));
}

TEST_F(Resumable, FilesStopBeforeTheDiskIsFull) {
  ASSERT_TRUE(begin(blob, 100));
  const std::int64_t handle = run_awaitable(blobs().begin(id_of<BlobId>(2), hour)).value();
  limits.disk_reserve_bytes = std::size_t{1} << 62;
  const auto of_resumable = waiting(blob)->handle;
  reopen();
  const auto full = make_error_code(Errc::storage_full);
  EXPECT_EQ(begin(id_of<BlobId>(3), 100).error(), full);
  EXPECT_EQ(run_awaitable(blobs().begin(id_of<BlobId>(3), hour)).error(), full);
  EXPECT_EQ(run_awaitable(blobs().append(handle, ByteVector(1))).error(), full);
  EXPECT_EQ(run_awaitable(blobs().append_at(of_resumable, 0, ByteVector(1))).error(), full);
  EXPECT_TRUE(add(new_report())) << "words are taken all the same";
}

TEST_F(Resumable, DiskSpaceIsThatOfTheFolder) {
  EXPECT_TRUE(storage::DiskSpace(path, 0).has_room());
  EXPECT_TRUE(storage::DiskSpace(path, 1).has_room());
  EXPECT_FALSE(storage::DiskSpace(path, std::uint64_t{1} << 62).has_room());
  EXPECT_TRUE(storage::DiskSpace(folder.file("none/none"), 1).has_room()) << "not known: the write itself will tell";
}

TEST_F(Resumable, ADatabaseOfTheFirstVersionIsMigrated) {
  close();
  path = folder.file("first.db");
  ASSERT_TRUE(storage::create_private_file(path, "database"));
  {
    Database database(path, key, Database::Mode::read_write);
    storage::sqlcipher::migrate(database, 1);
    EXPECT_EQ(storage::sqlcipher::schema_version(database), 1);
    // An upload was under way when the server was stopped to be replaced.
    database.run("INSERT INTO blob (id, begun_hour) VALUES (?, ?)", blob, hour);
    const ByteVector piece(100);
    database.run("INSERT INTO piece (blob, position, bytes) VALUES (1, 0, ?)", piece);
  }
  open();
  add_desk(desk, epoch, "first");
  EXPECT_EQ(waiting(blob).error(), make_error_code(Errc::not_found));
  storage::NewReport report = new_report();
  report.attachments = {{blob, 1}};
  EXPECT_TRUE(add(std::move(report)));
  ASSERT_TRUE(begin(id_of<BlobId>(2), 10));
  ASSERT_TRUE(append(id_of<BlobId>(2), 0, 10));
  EXPECT_TRUE(claim({id_of<BlobId>(2)}));
  reopen();
  EXPECT_EQ(findings(), "");
}

}  // namespace
}  // namespace hotline::test
