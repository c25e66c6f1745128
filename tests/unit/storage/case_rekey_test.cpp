// Cases whose key somebody knows who has left, and their new keys.
#include "storage/cases.hpp"
#include "storage/members.hpp"
#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using storage::Case;
using storage::CaseChange;
using storage::CaseState;
using storage::Grant;
using storage::ScopeKind;

class CaseRekeyTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(5, "luis"))));
    open_case(ours, {ana, luis});
    open_case(anas, {ana});
  }
  Grant grant_of(CaseId id, MemberId member, Byte fill = 1) const { return {ScopeKind::case_, id.bytes, member, ByteVector(9, fill)}; }
  void open_case(CaseId id, const std::vector<MemberId>& holders) {
    std::vector<Grant> grants;
    for (const MemberId& holder : holders) grants.push_back(grant_of(id, holder));
    ASSERT_TRUE(run_awaitable(stores->cases().open(Case{id, desk, old_key, CaseState::open, 2, hour}, std::move(grants), {})));
  }
  CaseChange rekeying(CaseId id, std::vector<Grant> grants) const {
    CaseChange change{.desk = desk, .id = id, .hour = hour};
    change.set.recipient = new_key;
    change.expected.key = storage::key_id(old_key);
    change.grants = std::move(grants);
    change.activity = storage::Activity{storage::Act::case_rekeyed, desk, ana, hour, id, {}};
    return change;
  }
  Result<void> change(CaseChange wanted) { return run_awaitable(stores->cases().change(std::move(wanted))); }
  storage::CaseView found(CaseId id, MemberId member) { return run_awaitable(stores->cases().find(desk, id, member)).value(); }
  std::vector<CaseId> marked() {
    std::vector<CaseId> ids;
    for (const auto& view : run_awaitable(stores->cases().page({.desk = desk, .member = ana, .key_known_outside = true})).value()) ids.push_back(view.file.id);
    return ids;
  }
  std::size_t lines() { return run_awaitable(stores->log().list({.desk = desk}))->size(); }

  MemberId ana = id_of<MemberId>(4);
  MemberId luis = id_of<MemberId>(5);
  CaseId ours = id_of<CaseId>(0xc1);
  CaseId anas = id_of<CaseId>(0xc2);
  ByteVector old_key = ByteVector(1216, 5);
  ByteVector new_key = ByteVector(1216, 6);
};

TEST_F(CaseRekeyTest, ARemovalMarksTheCasesWhoseKeyIsTakenAlong) {
  EXPECT_TRUE(marked().empty());
  ASSERT_TRUE(run_awaitable(stores->members().remove(luis)));
  EXPECT_EQ(marked(), std::vector<CaseId>{ours});
  EXPECT_TRUE(found(ours, ana).file.key_known_outside);
  EXPECT_FALSE(found(anas, ana).file.key_known_outside);
  reopen();
  EXPECT_EQ(marked(), std::vector<CaseId>{ours}) << "until somebody gives it a new key";
}

TEST_F(CaseRekeyTest, ANewKeyComesWithItsGrantsInThePlaceOfAllOthers) {
  ASSERT_TRUE(run_awaitable(stores->members().add(member_of(6, "olga"))));
  const MemberId olga = id_of<MemberId>(6);
  ASSERT_TRUE(run_awaitable(stores->grants().add({grant_of(ours, olga)})));
  ASSERT_TRUE(run_awaitable(stores->members().remove(luis)));
  ASSERT_TRUE(change(rekeying(ours, {grant_of(ours, ana, 2)})));
  EXPECT_TRUE(marked().empty());
  EXPECT_EQ(found(ours, ana).file.recipient, new_key);
  EXPECT_EQ(found(ours, ana).grant, ByteVector(9, 2));
  EXPECT_FALSE(found(ours, olga).grant) << "who was given no new one holds none";
  EXPECT_TRUE(found(anas, ana).grant) << "other cases' stay";
  EXPECT_EQ(lines(), 1u);
}

TEST_F(CaseRekeyTest, OfTwoWhoGiveANewKeyOneWinsAndNothingOfTheOtherStays) {
  ASSERT_TRUE(change(rekeying(ours, {grant_of(ours, ana, 2)})));
  auto second = rekeying(ours, {grant_of(ours, luis, 3)});
  second.set.recipient = ByteVector(1216, 7);
  EXPECT_EQ(change(std::move(second)).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(found(ours, ana).file.recipient, new_key);
  EXPECT_EQ(found(ours, ana).grant, ByteVector(9, 2));
  EXPECT_FALSE(found(ours, luis).grant);
  EXPECT_EQ(lines(), 1u) << "and no line says that it was done";
}

TEST_F(CaseRekeyTest, WhatIsSealedToAKeyThatIsNoLongerTheCasesIsRefused) {
  ASSERT_TRUE(change(rekeying(ours, {grant_of(ours, ana, 2)})));
  CaseChange note{.desk = desk, .id = ours, .hour = hour};
  note.events = {{0, id_of<EventId>(1), ours, ana, hour, ByteVector(50, 1)}};
  note.expected.key = storage::key_id(old_key);
  EXPECT_EQ(change(note).error(), make_error_code(Errc::conflict));
  EXPECT_TRUE(run_awaitable(stores->cases().events(ours))->empty());
  note.expected.key = storage::key_id(new_key);
  EXPECT_TRUE(change(std::move(note)));
}

}  // namespace
}  // namespace hotline::test
