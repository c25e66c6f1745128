// What is done to members and the line that tells of it are one commit; and what belongs to it: invitations that wait, new paper codes.
#include "storage/members.hpp"
#include "storage/sqlcipher/schema.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <functional>

namespace hotline::test {
namespace {

using storage::Act;
using storage::ActivityLines;
using storage::Invitation;
using storage::Role;

class MemberActsTest : public StoreTest {
 protected:
  void SetUp() override {
    StoreTest::SetUp();
    for (auto member : {member_of(4, "ana"), member_of(5, "olga")}) {
      member.role = Role::admin;
      ASSERT_TRUE(run_awaitable(stores->members().add(member)));
    }
  }
  ActivityLines line(Act act) const { return {{act, desk, olga, hour, ana, {}}}; }
  Invitation invitation_of(Byte fill, std::string name) const {
    return {filled<32>(fill), desk, std::move(name), Role::caseworker, hour + 72, id_of<InvitationId>(fill), olga, hour};
  }
  std::vector<Act> acts() {
    std::vector<Act> found;
    for (const auto& row : run_awaitable(stores->log().list({.desk = desk})).value()) found.push_back(row.activity.act);
    return found;
  }
  std::vector<Invitation> waiting(std::int64_t at = hour) { return run_awaitable(stores->members().invitations(desk, at)).value(); }
  storage::SecondFactor factor(Byte fill) const {
    return {.id = id_of<FactorId>(fill), .member = ana, .kind = storage::FactorKind::totp, .name = {}, .created_day = 1, .key = ByteVector(20, fill), .credential = {}};
  }

  MemberId ana = id_of<MemberId>(4);
  MemberId olga = id_of<MemberId>(5);
};

TEST_F(MemberActsTest, AnActAndItsLineAreThereTogetherOrNotAtAll) {
  auto& members = stores->members();
  const auto newcomer = [&](Byte fill, std::string name) { return member_of(fill, std::move(name)); };
  const storage::Grant grant{storage::ScopeKind::epoch, epoch.bytes, ana, ByteVector(9, 1)};
  const storage::Epoch next{id_of<EpochId>(0xe2), desk, ByteVector(1216, 2), 0, 1'000'000, filled<64>(3)};
  struct Case {
    const char* what;
    Act act;
    std::function<Result<void>(ActivityLines)> done, refused;
  };
  const std::vector<Case> cases{
      {"invite", Act::member_invited, [&](ActivityLines lines) { return run_awaitable(members.invite(invitation_of(9, "luis"), std::move(lines))); },
       [&](ActivityLines lines) { return run_awaitable(members.invite(invitation_of(8, "ana"), std::move(lines))); }},
      {"enrol", Act::member_enrolled,
       [&](ActivityLines lines) { return run_awaitable(members.enrol(filled<32>(9), hour, newcomer(9, "luis"), std::move(lines))); },
       [&](ActivityLines lines) { return run_awaitable(members.enrol(filled<32>(9), hour, newcomer(10, "luis"), std::move(lines))); }},
      {"withdraw", Act::invitation_withdrawn,
       [&](ActivityLines lines) {
         EXPECT_TRUE(run_awaitable(members.invite(invitation_of(11, "rosa"))));
         return run_awaitable(members.withdraw(desk, id_of<InvitationId>(11), std::move(lines)));
       },
       [&](ActivityLines lines) { return run_awaitable(members.withdraw(desk, id_of<InvitationId>(11), std::move(lines))); }},
      {"vouch", Act::member_vouched, [&](ActivityLines lines) { return run_awaitable(members.vouch(ana, filled<64>(1), std::move(lines))); },
       [&](ActivityLines lines) { return run_awaitable(members.vouch(id_of<MemberId>(99), filled<64>(1), std::move(lines))); }},
      {"grant", Act::member_granted, [&](ActivityLines lines) { return run_awaitable(stores->grants().add({grant}, std::move(lines))); },
       [&](ActivityLines lines) {
         return run_awaitable(stores->grants().add({{storage::ScopeKind::epoch, epoch.bytes, id_of<MemberId>(99), ByteVector(9, 1)}}, std::move(lines)));
       }},
      {"epoch", Act::epoch_begun, [&](ActivityLines lines) { return run_awaitable(stores->desks().add_epoch(next, {grant}, std::move(lines))); },
       [&](ActivityLines lines) { return run_awaitable(stores->desks().add_epoch(next, {grant}, std::move(lines))); }},
      {"second factor", Act::second_factor_added, [&](ActivityLines lines) { return run_awaitable(stores->second_factors().add(factor(1), std::move(lines))); },
       [&](ActivityLines lines) {
         auto nobodys = factor(2);
         nobodys.member = id_of<MemberId>(99);
         return run_awaitable(stores->second_factors().add(nobodys, std::move(lines)));
       }},
      {"second factor removed", Act::second_factor_removed,
       [&](ActivityLines lines) { return run_awaitable(stores->second_factors().remove(ana, id_of<FactorId>(1), false, std::move(lines))); },
       [&](ActivityLines lines) { return run_awaitable(stores->second_factors().remove(ana, id_of<FactorId>(1), false, std::move(lines))); }},
      {"reset", Act::second_factor_removed, [&](ActivityLines lines) { return run_awaitable(stores->second_factors().remove_all(ana, std::move(lines))); },
       [&](ActivityLines lines) { return run_awaitable(stores->second_factors().remove_all(id_of<MemberId>(99), std::move(lines))); }},
      {"passphrase", Act::passphrase_changed,
       [&](ActivityLines lines) { return run_awaitable(members.change_passphrase(ana, filled<32>(4), {{}, filled<32>(44), ByteVector(72, 1)}, std::move(lines))); },
       [&](ActivityLines lines) { return run_awaitable(members.change_passphrase(ana, filled<32>(4), {{}, filled<32>(45), ByteVector(72, 1)}, std::move(lines))); }},
      {"paper code", Act::recovery_code_renewed,
       [&](ActivityLines lines) { return run_awaitable(members.renew_paper_code(ana, filled<32>(44), {ByteVector(72, 2), filled<32>(46)}, std::move(lines))); },
       [&](ActivityLines lines) { return run_awaitable(members.renew_paper_code(ana, filled<32>(4), {ByteVector(72, 3), filled<32>(47)}, std::move(lines))); }},
      {"recover", Act::recovered,
       [&](ActivityLines lines) {
         return run_awaitable(members.recover(ana, filled<32>(46), {{}, filled<32>(48), ByteVector(72, 1)}, ByteVector(72, 4), filled<32>(49), std::move(lines)));
       },
       [&](ActivityLines lines) {
         return run_awaitable(members.recover(ana, filled<32>(46), {{}, filled<32>(48), ByteVector(72, 1)}, ByteVector(72, 4), filled<32>(49), std::move(lines)));
       }},
      {"remove", Act::member_removed, [&](ActivityLines lines) { return run_awaitable(members.remove(ana, std::move(lines))); },
       [&](ActivityLines lines) { return run_awaitable(members.remove(ana, std::move(lines))); }},
  };
  for (const Case& one : cases) {
    const std::size_t before = acts().size();
    EXPECT_TRUE(one.done(line(one.act))) << one.what;
    ASSERT_EQ(acts().size(), before + 1) << one.what;
    EXPECT_EQ(acts().front(), one.act) << one.what;
    EXPECT_FALSE(one.refused(line(one.act))) << one.what;
    EXPECT_EQ(acts().size(), before + 1) << one.what << ": refused, and no line says that it was done";
  }
}

TEST_F(MemberActsTest, WhoWaitsIsSeenAndWithdrawnOnce) {
  ASSERT_TRUE(run_awaitable(stores->members().invite(invitation_of(8, "luis"))));
  auto later = invitation_of(9, "rosa");
  later.made_hour = hour + 1;
  later.role = Role::auditor;
  ASSERT_TRUE(run_awaitable(stores->members().invite(later)));
  const auto found = waiting();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].name, "rosa");
  EXPECT_EQ(found[0].role, Role::auditor);
  EXPECT_EQ(found[0].invited_by, olga);
  EXPECT_EQ(found[0].made_hour, hour + 1);
  EXPECT_EQ(found[0].expiry_hour, hour + 72);
  EXPECT_EQ(found[0].code_hash, ByteArray<32>{}) << "by which one could enrol";
  EXPECT_EQ(found[1].name, "luis");
  EXPECT_TRUE(waiting(hour + 72).empty()) << "what has ended does not wait";

  const DeskId second = id_of<DeskId>(0xd2);
  add_desk(second, id_of<EpochId>(0xe3), "second");
  EXPECT_EQ(run_awaitable(stores->members().withdraw(second, found[0].id)).error(), make_error_code(Errc::not_found)) << "another desk's";
  EXPECT_TRUE(run_awaitable(stores->members().invitations(second, hour))->empty());
  EXPECT_TRUE(run_awaitable(stores->members().withdraw(desk, found[0].id)));
  EXPECT_EQ(run_awaitable(stores->members().withdraw(desk, found[0].id)).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(run_awaitable(stores->members().invitation(filled<32>(9), hour)).error(), make_error_code(Errc::not_found)) << "its code is of no use";
  ASSERT_EQ(waiting().size(), 1u);
}

TEST_F(MemberActsTest, WhoIsRemovedTakesTheirInvitationsAlong) {
  ASSERT_TRUE(run_awaitable(stores->members().invite(invitation_of(8, "a way back"))));
  auto anas = invitation_of(9, "rosa");
  anas.invited_by = ana;
  ASSERT_TRUE(run_awaitable(stores->members().invite(anas)));
  ASSERT_TRUE(run_awaitable(stores->members().remove(olga)));
  ASSERT_EQ(waiting().size(), 1u);
  EXPECT_EQ(waiting().front().name, "rosa");
}

TEST_F(MemberActsTest, OnlyWhoIsAnAdminNowInvites) {
  ASSERT_TRUE(run_awaitable(stores->members().remove(olga)));
  EXPECT_EQ(run_awaitable(stores->members().invite(invitation_of(8, "a way back"))).error(), make_error_code(Errc::forbidden)) << "removed a moment ago";
  auto worker = member_of(6, "bea");
  ASSERT_TRUE(run_awaitable(stores->members().add(worker)));
  auto hers = invitation_of(8, "rosa");
  hers.invited_by = worker.id;
  EXPECT_EQ(run_awaitable(stores->members().invite(hers)).error(), make_error_code(Errc::forbidden)) << "a caseworker";
  EXPECT_TRUE(waiting().empty());
}

TEST_F(MemberActsTest, AnInvitationEndsNoneOfAnotherDesk) {
  ASSERT_TRUE(run_awaitable(stores->members().invite(invitation_of(8, "luis"))));
  const DeskId second = id_of<DeskId>(0xd2);
  add_desk(second, id_of<EpochId>(0xe3), "second");
  auto theirs = invitation_of(9, "luis");
  theirs.desk = second;
  theirs.invited_by = MemberId{};
  EXPECT_EQ(run_awaitable(stores->members().invite(theirs)).error(), make_error_code(Errc::conflict));
  ASSERT_EQ(waiting().size(), 1u);
  theirs.made_hour = hour + 72;
  EXPECT_TRUE(run_awaitable(stores->members().invite(theirs))) << "one that has ended holds no name";
}

TEST_F(MemberActsTest, OfTwoAdminsWhoRemoveEachOtherOneStays) {
  ASSERT_TRUE(run_awaitable(stores->members().remove(olga)));
  EXPECT_EQ(run_awaitable(stores->members().remove(ana)).error(), make_error_code(Errc::conflict));
  EXPECT_TRUE(run_awaitable(stores->members().get(ana)));
}

TEST_F(MemberActsTest, ANewPaperCodeEndsTheOldOne) {
  ASSERT_TRUE(run_awaitable(stores->members().renew_paper_code(ana, filled<32>(4), {ByteVector(72, 7), filled<32>(70)})));
  const auto found = run_awaitable(stores->members().get(ana));
  EXPECT_EQ(found->recovery_wrapped, ByteVector(72, 7));
  EXPECT_EQ(found->recovery_hash, ByteVector(32, 70));
  EXPECT_EQ(found->wrapped_secret, ByteVector(72, 4)) << "the passphrase stays";
  EXPECT_EQ(run_awaitable(stores->members().renew_paper_code(ana, filled<32>(5), {ByteVector(72, 8), filled<32>(80)})).error(), make_error_code(Errc::conflict));
}

TEST_F(MemberActsTest, AnInvitationOfBeforeCanBeWithdrawnToo) {
  stores->stop();
  const std::string old = folder.file("old.db");
  std::filesystem::copy_file(path, old);   // its mode and owner are right
  std::filesystem::resize_file(old, 0);
  {
    storage::sqlcipher::Database database(old, key, storage::sqlcipher::Database::Mode::read_write);
    storage::sqlcipher::migrate(database, 8);
    database.script(
        "INSERT INTO desk VALUES (1, zeroblob(16), 'first', zeroblob(32), 0);"
        "INSERT INTO invitation VALUES (zeroblob(32), 1, 'luis', 2, 490072), (randomblob(32), 1, 'rosa', 1, 490072);");
  }
  path = old;
  desk = DeskId{};
  open();
  const auto found = waiting();
  ASSERT_EQ(found.size(), 2u);
  EXPECT_NE(found[0].id, found[1].id);
  EXPECT_EQ(found[0].name, "luis");
  EXPECT_EQ(found[0].role, Role::supervisor);
  EXPECT_EQ(found[0].invited_by, MemberId{});
  EXPECT_EQ(found[0].made_hour, 490'000);
  EXPECT_TRUE(run_awaitable(stores->members().invitation(ByteArray<32>{}, hour))) << "and it still enrols";
  EXPECT_TRUE(run_awaitable(stores->members().withdraw(desk, found[0].id)));
  EXPECT_FALSE(run_awaitable(stores->members().invitation(ByteArray<32>{}, hour)));
}

}  // namespace
}  // namespace hotline::test
