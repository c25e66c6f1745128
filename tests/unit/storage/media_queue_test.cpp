#include "storage/sqlcipher/database.hpp"
#include "storage/sqlcipher/schema.hpp"
#include "storage/private_file.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <gtest/gtest.h>

namespace hotline::test {
namespace {

using storage::sqlcipher::Database;

class MediaQueue : public StoreTest {
 protected:
  std::vector<storage::WaitingMedia> waiting(std::int64_t after = 0, std::size_t count_max = 100) {
    return run_awaitable(stores->media_queue().list(after, count_max)).value();
  }
  storage::NewReport text_with(std::vector<ByteVector> pictures) const {
    storage::NewReport report = new_report();
    report.channel = storage::Channel::sms;
    report.media_waiting = std::move(pictures);
    return report;
  }
  storage::NewReport picture_of(std::int64_t number) const {
    storage::NewReport report = new_report();
    report.media_done = number;
    return report;
  }
};

TEST_F(MediaQueue, PicturesComeWithTheirTextAndOutliveARestart) {
  ASSERT_TRUE(add(text_with({ByteVector(40, 1), ByteVector(50, 2)})));
  reopen();
  const auto all = waiting();
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].sealed, ByteVector(40, 1));
  EXPECT_EQ(all[1].sealed, ByteVector(50, 2));
  EXPECT_EQ(all[0].queued_hour, hour);
  EXPECT_LT(all[0].number, all[1].number);
  ASSERT_EQ(waiting(all[0].number).size(), 1U);
  EXPECT_EQ(waiting(0, 1).size(), 1U);
  EXPECT_TRUE(waiting(all[1].number).empty());
}

TEST_F(MediaQueue, ATextThatIsRefusedQueuesNothing) {
  storage::NewReport text = text_with({ByteVector(40, 1)});
  text.sms_dedupe_key = filled<32>(9);
  storage::NewReport again = text;
  again.sealed = random_vector(2700);
  ASSERT_TRUE(add(std::move(text)));
  EXPECT_EQ(add(std::move(again)).error(), make_error_code(Errc::duplicate));
  storage::NewReport nowhere = text_with({ByteVector(40, 1)});
  nowhere.epoch = id_of<EpochId>(0x99);
  EXPECT_EQ(add(std::move(nowhere)).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(waiting().size(), 1U);
}

TEST_F(MediaQueue, APictureLeavesWithTheReportThatBringsItAndNoOtherBringsItAgain) {
  ASSERT_TRUE(add(text_with({ByteVector(40, 1)})));
  const std::int64_t number = waiting().at(0).number;

  // One that fails takes nothing out of the queue.
  storage::NewReport broken = picture_of(number);
  broken.attachments = {{id_of<BlobId>(7), 4711}};
  EXPECT_FALSE(add(std::move(broken)));
  EXPECT_EQ(waiting().size(), 1U);

  const BlobId blob = id_of<BlobId>(3);
  storage::NewReport good = picture_of(number);
  good.attachments = {{blob, upload(blob, random_vector(5000), 4096)}};
  ASSERT_TRUE(add(std::move(good)));
  EXPECT_TRUE(waiting().empty());
  EXPECT_EQ(add(picture_of(number)).error(), make_error_code(Errc::duplicate));
  EXPECT_EQ(count(), 2);
}

TEST_F(MediaQueue, ANumberIsNeverUsedTwice) {
  ASSERT_TRUE(add(text_with({ByteVector(40, 1)})));
  const std::int64_t first = waiting().at(0).number;
  ASSERT_TRUE(add(picture_of(first)));
  ASSERT_TRUE(add(text_with({ByteVector(40, 2)})));
  EXPECT_GT(waiting().at(0).number, first) << "a fetch that was under way would bring the wrong picture";
}

TEST_F(MediaQueue, WhoDeletesATextDeletesWhatWaitsForIt) {
  const MemberId ana = id_of<MemberId>(4);
  ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
  ASSERT_TRUE(run_awaitable(stores->grants().add({{storage::ScopeKind::epoch, epoch.bytes, ana, ByteVector(9, 1)}})));
  const auto text = add(text_with({ByteVector(40, 1)}));
  ASSERT_TRUE(text);
  ASSERT_TRUE(add(text_with({ByteVector(40, 2)})));
  const std::int64_t number = waiting().at(0).number;
  storage::Removal removal;
  removal.desk = desk;
  removal.member = ana;
  removal.reports = {*text};
  ASSERT_TRUE(run_awaitable(stores->cases().remove(removal)));
  const auto left = waiting();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_EQ(left[0].sealed, ByteVector(40, 2));
  EXPECT_EQ(add(picture_of(number)).error(), make_error_code(Errc::duplicate)) << "it was being fetched at that moment";
}

TEST_F(MediaQueue, ADatabaseOfTheVersionBeforeIsMigrated) {
  close();
  path = folder.file("third.db");
  ASSERT_TRUE(storage::create_private_file(path, "database"));
  {
    Database database(path, key, Database::Mode::read_write);
    storage::sqlcipher::migrate(database, 3);
    ASSERT_EQ(storage::sqlcipher::schema_version(database), 3);
  }
  open();
  add_desk(desk, epoch, "first");
  ASSERT_TRUE(add(text_with({ByteVector(40, 1)})));
  EXPECT_EQ(waiting().size(), 1U);
}

}  // namespace
}  // namespace hotline::test
