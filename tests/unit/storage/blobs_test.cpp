#include "storage/blobs.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

class BlobsTest : public StoreTest {
 protected:
  BlobsTest() { limits.blob_chunk_bytes = 1000; }

  const BlobId blob = id_of<BlobId>(1);

  Result<void> append(std::int64_t handle, std::size_t size) { return run_awaitable(stores->blobs().append(handle, random_vector(size))); }
  std::int64_t begin() { return run_awaitable(stores->blobs().begin(blob, hour)).value(); }
  ReportId claim(std::int64_t handle) {
    storage::NewReport report = new_report();
    report.attachments = {{blob, handle}};
    return add(std::move(report)).value();
  }
  Result<storage::Blobs::Size> find(DeskId of, ReportId report, BlobId id) { return run_awaitable(stores->blobs().find(of, report, id)); }
  ByteVector read(const storage::Blobs::Size& size) {
    ByteVector content;
    for (std::size_t i = 0; i < size.pieces; ++i) append_to(content, run_awaitable(stores->blobs().piece(size.handle, i)).value());
    return content;
  }
  static void append_to(ByteVector& to, const ByteVector& more) { hotline::append(to, more); }
};

TEST_F(BlobsTest, ComesBackBitForBit) {
  for (const std::size_t size : std::initializer_list<std::size_t>{1, 999, 1000, 1001, 2000, 25'500}) {
    const ByteVector content = random_vector(size);
    const ReportId report = claim(upload(blob, content, 1000));
    const auto found = find(desk, report, blob);
    ASSERT_TRUE(found);
    EXPECT_EQ(found->bytes, size);
    EXPECT_EQ(found->pieces, (size + 999) / 1000);
    EXPECT_EQ(read(*found), content);
    EXPECT_EQ(run_awaitable(stores->blobs().piece(found->handle, found->pieces)).error(), make_error_code(Errc::not_found));
  }
}

TEST_F(BlobsTest, TwoUploadsOfOneIdAreTwo) {
  EXPECT_NE(begin(), begin());
}

TEST_F(BlobsTest, PiecesHaveOneSizeAndTheLimit) {
  const std::int64_t handle = begin();
  EXPECT_EQ(append(handle, 0).error(), make_error_code(Errc::malformed));
  EXPECT_EQ(append(handle, 1001).error(), make_error_code(Errc::too_large));
  EXPECT_TRUE(append(handle, 500));
  EXPECT_EQ(append(handle, 501).error(), make_error_code(Errc::malformed));
  EXPECT_TRUE(append(handle, 500));
  EXPECT_TRUE(append(handle, 499));
  EXPECT_EQ(append(handle, 499).error(), make_error_code(Errc::malformed)) << "a shorter piece was the last";
}

TEST_F(BlobsTest, ShortFirstPieceMayBeFollowedByItsEqualsOnly) {
  const std::int64_t handle = begin();
  EXPECT_TRUE(append(handle, 10));
  EXPECT_EQ(append(handle, 11).error(), make_error_code(Errc::malformed));
  EXPECT_TRUE(append(handle, 10));
}

TEST_F(BlobsTest, UnclaimedIsNotFoundAndNotRead) {
  const std::int64_t handle = upload(blob, random_vector(10), 10);
  const ReportId report = add(new_report()).value();
  EXPECT_EQ(find(desk, report, blob).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(run_awaitable(stores->blobs().piece(handle, 0)).error(), make_error_code(Errc::not_found));
}

TEST_F(BlobsTest, IsFoundByItsOwnDeskReportAndIdOnly) {
  const DeskId other = id_of<DeskId>(0xd2);
  add_desk(other, id_of<EpochId>(0xe2), "second");
  const ReportId report = claim(upload(blob, random_vector(10), 10));
  const ReportId neighbour = add(new_report()).value();
  EXPECT_TRUE(find(desk, report, blob));
  EXPECT_EQ(find(other, report, blob).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(find(desk, neighbour, blob).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(find(desk, report, id_of<BlobId>(2)).error(), make_error_code(Errc::not_found));
}

TEST_F(BlobsTest, ClaimedIsClosed) {
  const std::int64_t handle = upload(blob, random_vector(10), 10);
  const ReportId report = claim(handle);
  EXPECT_EQ(append(handle, 10).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(run_awaitable(stores->blobs().discard(handle)).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(find(desk, report, blob)->bytes, 10u);
}

TEST_F(BlobsTest, DiscardedIsGone) {
  const std::int64_t handle = upload(blob, random_vector(40'000), 1000);
  ASSERT_TRUE(run_awaitable(stores->blobs().discard(handle)));
  EXPECT_EQ(append(handle, 10).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(run_awaitable(stores->blobs().discard(handle)).error(), make_error_code(Errc::not_found));
  storage::NewReport report = new_report();
  report.attachments = {{blob, handle}};
  EXPECT_EQ(add(std::move(report)).error(), make_error_code(Errc::not_found));
}

TEST_F(BlobsTest, UnknownHandleIsRefused) {
  EXPECT_EQ(append(12345, 10).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(run_awaitable(stores->blobs().discard(12345)).error(), make_error_code(Errc::not_found));
}

}  // namespace
}  // namespace hotline::test
