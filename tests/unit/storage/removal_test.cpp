#include "storage/cases.hpp"

#include "storage/sqlcipher/database.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <algorithm>

namespace hotline::test {
namespace {

using storage::Event;
using storage::Grant;
using storage::Removal;
using storage::Removed;
using storage::ScopeKind;
using storage::sqlcipher::Database;

/// A desk where ana holds the epoch's key and every case's; another desk beside it with bea.
class RemovalTest : public StoreTest {
 protected:
  const MemberId ana = id_of<MemberId>(4);
  const MemberId bea = id_of<MemberId>(5);
  const MemberId carl = id_of<MemberId>(6);   // of ana's desk, holds nothing
  const DeskId other_desk = id_of<DeskId>(0xd2);
  const EpochId other_epoch = id_of<EpochId>(0xe2);
  const CaseId file = id_of<CaseId>(0xc1);

  void SetUp() override {
    StoreTest::SetUp();
    add_desk(other_desk, other_epoch, "second");
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
    auto of_other = member_of(5, "bea");
    of_other.desk = other_desk;
    ASSERT_TRUE(run_awaitable(stores->members().add(of_other)));
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(6, "carl"))));
    ASSERT_TRUE(run_awaitable(stores->grants().add({{ScopeKind::epoch, epoch.bytes, ana, ByteVector(9, 1)},
                                                    {ScopeKind::epoch, other_epoch.bytes, bea, ByteVector(9, 1)}})));
  }
  ReportId add_marked(std::string_view mark, std::vector<storage::Attachment> files = {}, EpochId to = id_of<EpochId>(0xe1)) {
    storage::NewReport report = new_report(marked(mark, 2700));
    report.epoch = to;
    report.attachments = std::move(files);
    return add(std::move(report)).value();
  }
  /// The mark at the beginning, which lies in the table's page, and at the end, which may lie in a page of its own.
  static ByteVector marked(std::string_view mark, std::size_t size) {
    ByteVector bytes = random_vector(size);
    std::copy(mark.begin(), mark.end(), bytes.begin());
    std::copy(mark.begin(), mark.end(), bytes.end() - static_cast<std::ptrdiff_t>(mark.size()));
    return bytes;
  }
  storage::Attachment upload_marked(Byte fill, std::string_view mark, std::size_t size) {
    return {id_of<BlobId>(fill), upload(id_of<BlobId>(fill), marked(mark, size), 64 * 1024)};
  }
  void open_case(CaseId id, Byte event, std::string_view mark, DeskId at = id_of<DeskId>(0xd1), MemberId holder = id_of<MemberId>(4)) {
    ASSERT_TRUE(run_awaitable(stores->cases().open({id, at, ByteVector(1216, 5), storage::CaseState::open, 2, hour},
                                                   {{ScopeKind::case_, id.bytes, holder, marked(mark, 2000)}},
                                                   {Event{0, id_of<EventId>(event), id, holder, hour, marked(mark, 3000)}})));
  }
  Result<Removed> remove(std::vector<CaseId> cases, std::vector<ReportId> reports, MemberId by = id_of<MemberId>(4), DeskId at = id_of<DeskId>(0xd1)) {
    return run_awaitable(stores->cases().remove({at, by, std::move(cases), std::move(reports)}));
  }
  std::int64_t rows(storage::sqlcipher::Sql sql) {
    Database database(path, key, Database::Mode::read_only);
    return database.number(sql);
  }
  std::string all_pages() {
    Database database(path, key, Database::Mode::read_only);
    sqlite3_int64 size = 0;
    unsigned char* pages = sqlite3_serialize(database.handle(), "main", &size, 0);
    std::string copy(reinterpret_cast<const char*>(pages), static_cast<std::size_t>(size));
    sqlite3_free(pages);
    return copy;
  }
};

TEST_F(RemovalTest, AllOfItGoesAndNothingElse) {
  const ReportId first = add_marked("gone words", {upload_marked(1, "gone picture", 300'000), upload_marked(2, "gone sound", 100)});
  const ReportId second = add_marked("gone again");
  const ReportId stays = add_marked("kept words", {upload_marked(3, "kept picture", 3000)});
  open_case(file, 1, "gone note");
  open_case(id_of<CaseId>(0xc2), 2, "kept note");
  for (const char* mark : {"gone words", "gone picture", "gone sound", "gone again", "gone note"}) {
    ASSERT_NE(all_pages().find(mark), std::string::npos) << "this way it would be found: " << mark;
  }

  const auto removed = remove({file}, {first, second});
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->cases, 1u);
  EXPECT_EQ(removed->reports, 2u);
  EXPECT_EQ(removed->files, 2u);

  EXPECT_EQ(all_pages().find("gone "), std::string::npos);
  EXPECT_EQ(std::filesystem::file_size(path + "-wal"), 0u);
  EXPECT_EQ(run_awaitable(stores->inbox().get(desk, first)).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(run_awaitable(stores->blobs().find(desk, first, id_of<BlobId>(1))).error(), make_error_code(Errc::not_found));
  EXPECT_TRUE(run_awaitable(stores->cases().events(file))->empty());
  EXPECT_EQ(rows("SELECT count(*) FROM blob"), 1);

  EXPECT_TRUE(run_awaitable(stores->inbox().get(desk, stays)));
  EXPECT_TRUE(run_awaitable(stores->blobs().find(desk, stays, id_of<BlobId>(3))));
  ASSERT_EQ(run_awaitable(stores->cases().list(desk))->size(), 1u);
  EXPECT_EQ(run_awaitable(stores->cases().events(id_of<CaseId>(0xc2)))->size(), 1u);
  for (const char* mark : {"kept words", "kept picture", "kept note"}) EXPECT_NE(all_pages().find(mark), std::string::npos) << mark;
  EXPECT_EQ(run_awaitable(stores->grants().of_member(ana))->size(), 2u) << "the epoch's and the other case's";

  EXPECT_EQ(remove({file}, {first, second}).error(), make_error_code(Errc::not_found)) << "a second time there is nothing";
}

TEST_F(RemovalTest, WhatIsNotThereIsPassedOver) {
  const ReportId first = add_marked("words");
  open_case(file, 1, "note");
  ASSERT_TRUE(remove({}, {first}));
  const auto rest = remove({file, id_of<CaseId>(0x33)}, {first, id_of<ReportId>(0x44)});
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->cases, 1u);
  EXPECT_EQ(rest->reports, 0u);
  EXPECT_EQ(remove({}, {}).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(remove({file}, {first}, ana, id_of<DeskId>(0x77)).error(), make_error_code(Errc::not_found)) << "no such desk";
}

TEST_F(RemovalTest, WithoutAGrantForAllOfItNothingGoes) {
  const ReportId first = add_marked("words");
  open_case(file, 1, "note");
  EXPECT_EQ(remove({file}, {first}, carl).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(remove({file}, {}, carl).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(remove({}, {first}, carl).error(), make_error_code(Errc::forbidden));
  // The epoch's key alone is not the case's, and the other way round.
  ASSERT_TRUE(run_awaitable(stores->grants().add({{ScopeKind::epoch, epoch.bytes, carl, ByteVector(9, 1)}})));
  EXPECT_EQ(remove({file}, {first}, carl).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(count(), 1);
  EXPECT_EQ(run_awaitable(stores->cases().list(desk))->size(), 1u);
  ASSERT_TRUE(run_awaitable(stores->grants().add({{ScopeKind::case_, file.bytes, carl, ByteVector(9, 1)}})));
  EXPECT_TRUE(remove({file}, {first}, carl));
  EXPECT_EQ(rows("SELECT count(*) FROM access_grant WHERE kind = 3"), 0) << "everybody's grants to the case go";
}

TEST_F(RemovalTest, AnotherDesksIsAsIfItWereNotThere) {
  const ReportId theirs = add_marked("their words", {}, other_epoch);
  open_case(file, 1, "their note", other_desk, bea);
  EXPECT_EQ(remove({file}, {theirs}).error(), make_error_code(Errc::not_found));
  const ReportId own = add_marked("own words");
  const auto removed = remove({file}, {own, theirs});
  ASSERT_TRUE(removed);
  EXPECT_EQ(removed->reports, 1u);
  EXPECT_EQ(removed->cases, 0u);
  EXPECT_TRUE(run_awaitable(stores->inbox().get(other_desk, theirs)));
  EXPECT_EQ(run_awaitable(stores->cases().list(other_desk))->size(), 1u);
}

TEST_F(RemovalTest, TwoAtOnceOneOfThemFindsNothing) {
  const ReportId first = add_marked("words", {upload_marked(1, "picture", 300'000)});
  open_case(file, 1, "note");
  std::vector<storage::Awaitable<Result<Removed>>> both;
  for (int i = 0; i < 2; ++i) both.push_back(stores->cases().remove({desk, ana, {file}, {first}}));
  const auto results = run_all(std::move(both));
  EXPECT_EQ(std::ranges::count_if(results, [](const auto& result) { return result.has_value(); }), 1);
  EXPECT_EQ(std::ranges::count_if(results, [](const auto& result) { return !result && result.error() == Errc::not_found; }), 1);
}

TEST_F(RemovalTest, WhatACrashLeavesOfAFileIsSweptAway) {
  const ReportId first = add_marked("words", {upload_marked(1, "gone picture", 300'000)});
  // As the commit leaves it when the process ends there: the report is gone, the pieces are not.
  close();
  {
    Database database(path, key, Database::Mode::read_write);
    database.script("BEGIN; UPDATE blob SET report = NULL, begun_hour = NULL; DELETE FROM report; COMMIT");
  }
  open();
  EXPECT_EQ(run_awaitable(stores->blobs().find(desk, first, id_of<BlobId>(1))).error(), make_error_code(Errc::not_found));
  ASSERT_NE(all_pages().find("gone picture"), std::string::npos);
  ASSERT_TRUE(run_awaitable(stores->expire(hour)));
  EXPECT_EQ(rows("SELECT count(*) FROM piece"), 0);
  EXPECT_EQ(all_pages().find("gone picture"), std::string::npos);
}

}  // namespace
}  // namespace hotline::test
