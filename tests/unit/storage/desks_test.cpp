#include "storage/desks.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using storage::Desk;
using storage::Epoch;

class DesksTest : public StoreTest {};

TEST_F(DesksTest, ComeBackInOrderOfCreation) {
  const DeskId second = id_of<DeskId>(1);
  ASSERT_TRUE(run_awaitable(stores->desks().add({second, "Ügyfél \0 desk", filled<32>(9), true})));
  const auto desks = run_awaitable(stores->desks().list());
  ASSERT_EQ(desks->size(), 2u);
  EXPECT_EQ((*desks)[0].id, desk);
  EXPECT_EQ((*desks)[1].id, second);
  EXPECT_EQ((*desks)[1].name, "Ügyfél \0 desk");
  EXPECT_EQ((*desks)[1].desk_key, filled<32>(9));
  EXPECT_TRUE((*desks)[1].demo);
  EXPECT_FALSE((*desks)[0].demo);
}

TEST_F(DesksTest, NameIsTakenByItsBytes) {
  using namespace std::string_literals;
  ASSERT_TRUE(run_awaitable(stores->desks().add({id_of<DeskId>(1), "a\0b"s, {}, false})));
  EXPECT_TRUE(run_awaitable(stores->desks().add({id_of<DeskId>(2), "a\0c"s, {}, false})));
  EXPECT_EQ((*run_awaitable(stores->desks().list()))[1].name, "a\0b"s);
}

TEST_F(DesksTest, NameAndIdAreTakenOnce) {
  EXPECT_EQ(run_awaitable(stores->desks().add({id_of<DeskId>(1), "first", {}, false})).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(run_awaitable(stores->desks().add({desk, "other", {}, false})).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(run_awaitable(stores->desks().list())->size(), 1u);
}

TEST_F(DesksTest, EpochsComeOldestFirst) {
  const auto add = [&](Byte fill, std::int64_t from) {
    return run_awaitable(stores->desks().add_epoch({id_of<EpochId>(fill), desk, ByteVector(1216, fill), from, from + 10, filled<64>(fill)}));
  };
  ASSERT_TRUE(add(3, 300));
  ASSERT_TRUE(add(2, 200));
  const auto epochs = run_awaitable(stores->desks().epochs(desk));
  ASSERT_EQ(epochs->size(), 3u);
  EXPECT_EQ((*epochs)[0].id, epoch);
  EXPECT_EQ((*epochs)[1].id, id_of<EpochId>(2));
  EXPECT_EQ((*epochs)[2].id, id_of<EpochId>(3));
  EXPECT_EQ((*epochs)[2].desk, desk);
  EXPECT_EQ((*epochs)[2].recipient, ByteVector(1216, 3));
  EXPECT_EQ((*epochs)[2].not_before, 300);
  EXPECT_EQ((*epochs)[2].not_after, 310);
  EXPECT_EQ((*epochs)[2].signature, filled<64>(3));

  EXPECT_EQ(add(3, 400).error(), make_error_code(Errc::conflict));
}

TEST_F(DesksTest, EpochNeedsItsDesk) {
  const auto added = run_awaitable(stores->desks().add_epoch({id_of<EpochId>(5), id_of<DeskId>(9), {}, 0, 1, {}}));
  EXPECT_EQ(added.error(), make_error_code(Errc::not_found));
  EXPECT_TRUE(run_awaitable(stores->desks().epochs(id_of<DeskId>(9)))->empty());
}

TEST_F(DesksTest, AreFoundedWholeOrNotAtAll) {
  const DeskId made = id_of<DeskId>(7);
  const MemberId admin = id_of<MemberId>(7);
  const auto founding = [&](std::string desk_name, std::string member_name, DeskId epoch_desk) {
    storage::Founding all;
    all.desk = {made, std::move(desk_name), filled<32>(7), false};
    all.admin = member_of(7, std::move(member_name));
    all.admin.desk = made;
    all.epoch = {id_of<EpochId>(7), epoch_desk, ByteVector(1216, 7), 1, 2, {}};
    all.grants.push_back({storage::ScopeKind::epoch, all.epoch.id.bytes, admin, ByteVector(10, 7)});
    return all;
  };
  EXPECT_EQ(run_awaitable(stores->foundings().found(founding("first", "ana", made))).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(run_awaitable(stores->foundings().found(founding("whole", "", made))).error(), make_error_code(Errc::malformed));
  EXPECT_EQ(run_awaitable(stores->foundings().found(founding("whole", "ana", id_of<DeskId>(8)))).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(run_awaitable(stores->desks().list())->size(), 1u);
  EXPECT_FALSE(run_awaitable(stores->members().find("ana")));

  ASSERT_TRUE(run_awaitable(stores->foundings().found(founding("whole", "ana", made))));
  EXPECT_EQ((*run_awaitable(stores->desks().list()))[1].name, "whole");
  EXPECT_EQ(run_awaitable(stores->members().find("ana"))->desk, made);
  EXPECT_EQ(run_awaitable(stores->desks().epochs(made))->size(), 1u);
  EXPECT_EQ(run_awaitable(stores->grants().of_member(admin))->size(), 1u);
}

TEST_F(DesksTest, ServerKeysAreMadeOnceAndKept) {
  const auto bytes_of = [this](std::string_view purpose) {
    const auto its_key = run_awaitable(stores->server_key(purpose));
    EXPECT_TRUE(its_key);
    EXPECT_EQ(its_key->size(), 32u);
    return ByteVector(its_key->reveal().begin(), its_key->reveal().end());
  };
  const ByteVector first = bytes_of("sms-dedupe");
  EXPECT_NE(first, ByteVector(32, 0));
  EXPECT_EQ(bytes_of("sms-dedupe"), first);
  EXPECT_NE(bytes_of("unknown-member-salt"), first);
  reopen();
  EXPECT_EQ(bytes_of("sms-dedupe"), first);
}

TEST_F(DesksTest, ProbeSucceedsAgainAndAgain) {
  EXPECT_TRUE(run_awaitable(stores->probe()));
  EXPECT_TRUE(run_awaitable(stores->probe()));
}

}  // namespace
}  // namespace hotline::test
