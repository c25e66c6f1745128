#include "storage/inbox.hpp"

#include "crypto/encoding.hpp"
#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using namespace std::string_literals;

class InboxTest : public StoreTest {
 protected:
  Result<std::vector<storage::ReportRow>> list(DeskId of, std::int64_t after, std::size_t count_max) {
    return run_awaitable(stores->inbox().list(of, after, count_max));
  }
  Result<storage::ReportRow> get(DeskId of, ReportId id) { return run_awaitable(stores->inbox().get(of, id)); }
};

TEST_F(InboxTest, IdIsMadeOfTheContent) {
  // b2sum -l 256 of "hotline/v1/report-id" followed by "sealed", first 16 bytes.
  EXPECT_EQ(to_text(storage::report_id(as_bytes("sealed"))), "5393bda845484a523b7e3300e3584e47");
  EXPECT_NE(storage::report_id(as_bytes("sealed")), storage::report_id(as_bytes("sealeD")));
}

TEST_F(InboxTest, ComesBackAsItWasGiven) {
  storage::NewReport report = new_report(random_vector(70'000));
  report.channel = storage::Channel::sms;
  report.priority = 1;
  const ByteVector sealed = report.sealed;
  const auto id = add(std::move(report));
  ASSERT_TRUE(id);
  EXPECT_EQ(*id, storage::report_id(sealed));

  const auto row = get(desk, *id);
  ASSERT_TRUE(row);
  EXPECT_EQ(row->id, *id);
  EXPECT_EQ(row->epoch, epoch);
  EXPECT_EQ(row->channel, storage::Channel::sms);
  EXPECT_EQ(row->priority, 1);
  EXPECT_EQ(row->received_hour, hour);
  EXPECT_EQ(row->sealed, sealed);
  EXPECT_TRUE(row->attachments.empty());
}

TEST_F(InboxTest, BytesOfEveryValueAndZeroSurvive) {
  ByteVector sealed;
  for (int i = 0; i < 1024; ++i) sealed.push_back(static_cast<Byte>(i % 256));
  sealed[0] = 0;
  const auto id = add(new_report(sealed));
  EXPECT_EQ(get(desk, id.value())->sealed, sealed);
}

TEST_F(InboxTest, AnotherDeskDoesNotSeeIt) {
  const DeskId other = id_of<DeskId>(0xd2);
  add_desk(other, id_of<EpochId>(0xe2), "second");
  const auto id = add(new_report());
  EXPECT_EQ(get(other, *id).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(get(desk, id_of<ReportId>(1)).error(), make_error_code(Errc::not_found));
  EXPECT_TRUE(list(other, 0, 10)->empty());
  EXPECT_TRUE(list(id_of<DeskId>(0x99), 0, 10)->empty());
  EXPECT_EQ(list(desk, 0, 10)->size(), 1u);
}

TEST_F(InboxTest, IsNoLongerThanAListCanHold) {
  const std::size_t longest = Limits{}.report_bytes_max + Limits{}.age_header_bytes_max;
  EXPECT_EQ(add(new_report(random_vector(longest + 1))).error(), make_error_code(Errc::too_large));
  EXPECT_EQ(count(), 0);
  EXPECT_TRUE(add(new_report(random_vector(longest))));
}

TEST_F(InboxTest, UnknownEpochIsRefused) {
  storage::NewReport report = new_report();
  report.epoch = id_of<EpochId>(0x77);
  EXPECT_EQ(add(std::move(report)).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(count(), 0);
}

TEST_F(InboxTest, SameReportIsStoredOnce) {
  const ByteVector sealed = random_vector(2700);
  ASSERT_TRUE(add(new_report(sealed)));
  EXPECT_EQ(add(new_report(sealed)).error(), make_error_code(Errc::duplicate));
  EXPECT_EQ(count(), 1);
}

TEST_F(InboxTest, SameIdempotencyKeyIsStoredOnceWhileItLasts) {
  storage::NewReport first = new_report();
  first.idempotency_key = filled<32>(1);
  ASSERT_TRUE(add(std::move(first)));

  storage::NewReport late = new_report();
  late.idempotency_key = filled<32>(1);
  late.received_hour = hour + limits.idempotency_hours - 1;
  EXPECT_EQ(add(std::move(late)).error(), make_error_code(Errc::duplicate));

  storage::NewReport other = new_report();
  other.idempotency_key = filled<32>(2);
  EXPECT_TRUE(add(std::move(other)));

  storage::NewReport after = new_report();
  after.idempotency_key = filled<32>(1);
  after.received_hour = hour + limits.idempotency_hours;
  EXPECT_TRUE(add(std::move(after)));
  EXPECT_EQ(count(), 3);
}

TEST_F(InboxTest, SameSmsIsStoredOnceWhileItsKeyLasts) {
  const auto sms = [&](std::int64_t at) {
    storage::NewReport report = new_report();
    report.sms_dedupe_key = filled<32>(1);
    report.received_hour = at;
    return add(std::move(report));
  };
  ASSERT_TRUE(sms(hour));
  EXPECT_EQ(sms(hour + limits.sms_dedupe_hours - 1).error(), make_error_code(Errc::duplicate));
  EXPECT_TRUE(sms(hour + limits.sms_dedupe_hours));
}

TEST_F(InboxTest, ADuplicateLeavesItsKeyUnused) {
  const ByteVector sealed = random_vector(2700);
  ASSERT_TRUE(add(new_report(sealed)));
  storage::NewReport again = new_report(sealed);
  again.idempotency_key = filled<32>(9);
  EXPECT_EQ(add(std::move(again)).error(), make_error_code(Errc::duplicate));
  storage::NewReport other = new_report();
  other.idempotency_key = filled<32>(9);
  EXPECT_TRUE(add(std::move(other)));
}

TEST_F(InboxTest, OfManyAtTheSameInstantOneIsStored) {
  for (int round = 0; round < 5; ++round) {
    std::vector<boost::asio::awaitable<Result<ReportId>>> adds;
    for (int i = 0; i < 40; ++i) {
      storage::NewReport report = new_report();
      report.idempotency_key = filled<32>(static_cast<Byte>(round));
      adds.push_back(stores->inbox().add(std::move(report)));
    }
    int stored = 0;
    for (const auto& added : run_all(std::move(adds))) {
      if (added) {
        ++stored;
      } else {
        EXPECT_EQ(added.error(), make_error_code(Errc::duplicate));
      }
    }
    EXPECT_EQ(stored, 1);
  }
  EXPECT_EQ(count(), 5);
}

TEST_F(InboxTest, ListGoesOnAfterTheCursorOldestFirst) {
  std::vector<ReportId> ids;
  for (int i = 0; i < 7; ++i) ids.push_back(add(new_report()).value());
  std::vector<ReportId> seen;
  std::int64_t cursor = 0;
  for (;;) {
    const auto rows = list(desk, cursor, 3);
    ASSERT_TRUE(rows);
    ASSERT_LE(rows->size(), 3u);
    if (rows->empty()) break;
    for (const auto& row : *rows) {
      EXPECT_GT(row.number, cursor);
      cursor = row.number;
      seen.push_back(row.id);
    }
  }
  EXPECT_EQ(seen, ids);
}

TEST_F(InboxTest, ListGivesAtMostFiveHundred) {
  std::vector<boost::asio::awaitable<Result<ReportId>>> adds;
  for (int i = 0; i < 510; ++i) adds.push_back(stores->inbox().add(new_report(random_vector(64))));
  for (const auto& added : run_all(std::move(adds))) ASSERT_TRUE(added);
  EXPECT_EQ(list(desk, 0, 499)->size(), 499u);
  EXPECT_EQ(list(desk, 0, 100'000)->size(), 500u);
  EXPECT_EQ(list(desk, 0, 0)->size(), 0u);
}

TEST_F(InboxTest, FilesAreClaimedInOrder) {
  const auto first = id_of<BlobId>(1);
  const auto second = id_of<BlobId>(2);
  storage::NewReport report = new_report();
  report.attachments = {{second, upload(second, random_vector(10), 10)}, {first, upload(first, random_vector(10), 10)}};
  const auto id = add(std::move(report));
  ASSERT_TRUE(id);
  EXPECT_EQ(get(desk, *id)->attachments, (std::vector<BlobId>{second, first}));
  EXPECT_EQ(list(desk, 0, 10)->front().attachments, (std::vector<BlobId>{second, first}));
}

TEST_F(InboxTest, FilesThatDoNotFitRefuseTheReport) {
  const auto blob = id_of<BlobId>(1);
  const std::int64_t handle = upload(blob, random_vector(10), 10);
  const auto attempt = [&](std::vector<storage::Attachment> attachments) {
    storage::NewReport report = new_report();
    report.attachments = std::move(attachments);
    return add(std::move(report));
  };
  EXPECT_EQ(attempt({{blob, handle + 1}}).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(attempt({{id_of<BlobId>(2), handle}}).error(), make_error_code(Errc::corrupt));
  const std::int64_t empty = run_awaitable(stores->blobs().begin(id_of<BlobId>(3), hour)).value();
  EXPECT_EQ(attempt({{id_of<BlobId>(3), empty}}).error(), make_error_code(Errc::corrupt));
  const std::int64_t same_id = upload(blob, random_vector(10), 10);
  EXPECT_EQ(attempt({{blob, handle}, {blob, same_id}}).error(), make_error_code(Errc::corrupt));
  EXPECT_EQ(count(), 0);

  EXPECT_TRUE(attempt({{blob, handle}})) << "still unclaimed after the refusals";
  EXPECT_EQ(attempt({{blob, handle}}).error(), make_error_code(Errc::not_found)) << "claimed once only";
}

TEST_F(InboxTest, ADuplicateLeavesItsFilesUnclaimed) {
  const ByteVector sealed = random_vector(2700);
  ASSERT_TRUE(add(new_report(sealed)));
  const auto blob = id_of<BlobId>(1);
  const std::int64_t handle = upload(blob, random_vector(10), 10);
  storage::NewReport again = new_report(sealed);
  again.attachments = {{blob, handle}};
  EXPECT_EQ(add(std::move(again)).error(), make_error_code(Errc::duplicate));
  storage::NewReport other = new_report();
  other.attachments = {{blob, handle}};
  EXPECT_TRUE(add(std::move(other)));
}

}  // namespace
}  // namespace hotline::test
