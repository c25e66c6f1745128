#include "storage/current_epoch.hpp"

#include "tests/support/await.hpp"
#include "tests/support/memory_stores.hpp"

#include <gtest/gtest.h>

namespace {

using namespace hotline;
using namespace hotline::storage;

class CurrentEpochsTest : public testing::Test {
 protected:
  Epoch epoch(Byte number, std::int64_t not_before, std::int64_t not_after) {
    const auto recipient = crypto::age::Identity::generate().recipient();
    return {.id = EpochId{{number}},
            .desk = desk,
            .recipient = ByteVector(recipient.bytes().begin(), recipient.bytes().end()),
            .not_before = not_before,
            .not_after = not_after};
  }
  Result<CurrentEpoch> current() { return test::await(epochs.of(desk)); }

  DeskId desk{{7}};
  test::FixedClock clock{1000};
  test::MemoryDesks desks;
  CurrentEpochs epochs{desks, clock};
};

TEST_F(CurrentEpochsTest, GivesTheValidOneThatBeganLast) {
  desks.epoch_list = {epoch(1, 0, 2000), epoch(2, 900, 3000), epoch(3, 500, 3000), epoch(4, 1001, 3000), epoch(5, 950, 1000)};
  const auto found = current();
  ASSERT_TRUE(found) << found.error();
  EXPECT_EQ(found->epoch, desks.epoch_list[1].id);
  EXPECT_EQ(found->desk, desk);
  EXPECT_EQ(ByteVector(found->recipient.bytes().begin(), found->recipient.bytes().end()), desks.epoch_list[1].recipient);
  EXPECT_EQ(found->record.not_after, 3000);
}

TEST_F(CurrentEpochsTest, AsksOnceInAWhile) {
  desks.epoch_list = {epoch(1, 0, 5000)};
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(current());
  EXPECT_EQ(desks.asked, 1);
  desks.epoch_list.push_back(epoch(2, 500, 5000));
  clock.set(1000 + CurrentEpochs::refresh_seconds - 1);
  EXPECT_EQ(current()->epoch, EpochId{{1}});
  clock.set(1000 + CurrentEpochs::refresh_seconds);
  EXPECT_EQ(current()->epoch, EpochId{{2}});
  EXPECT_EQ(desks.asked, 2);
  clock.set(900);   // set back
  EXPECT_TRUE(current());
  EXPECT_EQ(desks.asked, 3);
}

TEST_F(CurrentEpochsTest, UsesANewOneAtOnceWhenToldSo) {
  desks.epoch_list = {epoch(1, 0, 5000)};
  EXPECT_EQ(current()->epoch, EpochId{{1}});
  desks.epoch_list.push_back(epoch(2, 500, 5000));
  EXPECT_EQ(current()->epoch, EpochId{{1}});
  epochs.look_again();
  EXPECT_EQ(current()->epoch, EpochId{{2}});
  EXPECT_EQ(current()->epoch, EpochId{{2}});
  EXPECT_EQ(desks.asked, 2);
  desks.failure = Errc::busy;
  epochs.look_again();
  EXPECT_EQ(current()->epoch, EpochId{{2}});
  desks.failure.reset();
  desks.epoch_list.push_back(epoch(3, 600, 5000));
  EXPECT_EQ(current()->epoch, EpochId{{3}});
}

TEST_F(CurrentEpochsTest, TakesTheSuccessorAtOnceWhenOneEnds) {
  desks.epoch_list = {epoch(1, 0, 1001), epoch(2, 1001, 2000)};
  EXPECT_EQ(current()->epoch, EpochId{{1}});
  clock.set(1001);
  EXPECT_EQ(current()->epoch, EpochId{{2}});
}

TEST_F(CurrentEpochsTest, GoesOnWithTheNewestWhenNobodyRotated) {
  desks.epoch_list = {epoch(1, 0, 500), epoch(2, 400, 900), epoch(3, 100, 800)};
  EXPECT_EQ(current()->epoch, EpochId{{2}});
  EXPECT_EQ(current()->epoch, EpochId{{2}});
  EXPECT_EQ(desks.asked, 1);
  clock.set(100000);
  EXPECT_EQ(current()->epoch, EpochId{{2}});
  desks.epoch_list.push_back(epoch(4, 99000, 200000));
  clock.set(100000 + CurrentEpochs::refresh_seconds);
  EXPECT_EQ(current()->epoch, EpochId{{4}});
}

TEST_F(CurrentEpochsTest, SurvivesAClockThatIsBehind) {
  desks.epoch_list = {epoch(1, 5000, 9000)};
  EXPECT_EQ(current()->epoch, EpochId{{1}});
}

TEST_F(CurrentEpochsTest, GoesOnWhileTheStoreFails) {
  desks.epoch_list = {epoch(1, 0, 1010)};
  EXPECT_TRUE(current());
  desks.failure = Errc::busy;
  clock.set(1005);
  EXPECT_EQ(current()->epoch, EpochId{{1}});
  clock.set(1010);
  EXPECT_EQ(current()->epoch, EpochId{{1}});
}

TEST_F(CurrentEpochsTest, NamesWhatIsWrong) {
  EXPECT_EQ(current().error(), Errc::not_found);
  desks.epoch_list = {epoch(1, 0, 2000)};
  desks.epoch_list[0].recipient.pop_back();
  EXPECT_EQ(current().error(), Errc::corrupt);
  EXPECT_EQ(test::await(epochs.of(DeskId{{9}})).error(), Errc::not_found);
}

TEST_F(CurrentEpochsTest, ListsDesksFromTheSameShortMemory) {
  desks.desk_list.push_back({.id = desk, .name = "a"});
  EXPECT_EQ(test::await(epochs.desks())->size(), 1U);
  desks.desk_list.push_back({.id = DeskId{{8}}, .name = "b"});
  EXPECT_EQ(test::await(epochs.desks())->size(), 1U);
  desks.failure = Errc::busy;
  clock.set(1003);
  EXPECT_EQ(test::await(epochs.desks())->size(), 1U);
  desks.failure.reset();
  clock.set(1006);
  EXPECT_EQ(test::await(epochs.desks())->size(), 2U);
  EXPECT_EQ(desks.asked, 3);
}

}  // namespace
