#include "storage/members.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using storage::Grant;
using storage::Invitation;
using storage::Member;
using storage::Role;
using storage::ScopeKind;

class MembersTest : public StoreTest {
 protected:
  Result<void> add_member(Member member) { return run_awaitable(stores->members().add(std::move(member))); }
  Result<Member> find(const std::string& name) { return run_awaitable(stores->members().find(name)); }
  Invitation invitation_of(Byte code, std::string name) const { return {filled<32>(code), desk, std::move(name), Role::caseworker, hour + 48}; }
  Result<void> invite(Invitation invitation) { return run_awaitable(stores->members().invite(std::move(invitation))); }
  Result<void> enrol(Byte code, Member member, std::int64_t at = hour) {
    return run_awaitable(stores->members().enrol(filled<32>(code), at, std::move(member)));
  }
  Result<Invitation> invitation(Byte code, std::int64_t at = hour) { return run_awaitable(stores->members().invitation(filled<32>(code), at)); }
};

TEST_F(MembersTest, ComesBackWhole) {
  Member member = member_of(4, "ana");
  member.role = Role::partner;
  ASSERT_TRUE(add_member(member));
  const auto found = find("ana");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->id, member.id);
  EXPECT_EQ(found->name, "ana");
  EXPECT_EQ(found->desk, desk);
  EXPECT_EQ(found->role, Role::partner);
  EXPECT_EQ(found->salt, member.salt);
  EXPECT_EQ(found->auth_hash, member.auth_hash);
  EXPECT_EQ(found->wrapped_secret, member.wrapped_secret);
  EXPECT_EQ(found->recovery_wrapped, member.recovery_wrapped);
  EXPECT_EQ(found->recipient, member.recipient);
  EXPECT_EQ(found->sign_key, member.sign_key);
  EXPECT_EQ(found->created_day, member.created_day);
}

TEST_F(MembersTest, RecoveryMayBeEmpty) {
  Member member = member_of(4, "ana");
  member.recovery_wrapped.clear();
  ASSERT_TRUE(add_member(member));
  EXPECT_TRUE(find("ana")->recovery_wrapped.empty());
}

TEST_F(MembersTest, NameAndIdAreTakenOnce) {
  ASSERT_TRUE(add_member(member_of(4, "ana")));
  EXPECT_EQ(add_member(member_of(5, "ana")).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(add_member(member_of(4, "bea")).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(find("bea").error(), make_error_code(Errc::not_found));
}

TEST_F(MembersTest, NameHasOneToSixtyFourBytes) {
  EXPECT_EQ(add_member(member_of(4, "")).error(), make_error_code(Errc::malformed));
  EXPECT_EQ(add_member(member_of(4, std::string(65, 'a'))).error(), make_error_code(Errc::malformed));
  EXPECT_TRUE(add_member(member_of(4, std::string(64, 'a'))));
  EXPECT_EQ(invite(invitation_of(1, "")).error(), make_error_code(Errc::malformed));
  EXPECT_EQ(invite(invitation_of(1, std::string(65, 'a'))).error(), make_error_code(Errc::malformed));
}

TEST_F(MembersTest, NeedsADesk) {
  Member member = member_of(4, "ana");
  member.desk = id_of<DeskId>(9);
  EXPECT_EQ(add_member(member).error(), make_error_code(Errc::not_found));
  Invitation unknown = invitation_of(1, "ana");
  unknown.desk = id_of<DeskId>(9);
  EXPECT_EQ(invite(unknown).error(), make_error_code(Errc::not_found));
}

TEST_F(MembersTest, ListIsOfOneDeskInOrderOfJoining) {
  add_desk(id_of<DeskId>(2), id_of<EpochId>(2), "second");
  Member elsewhere = member_of(6, "cid");
  elsewhere.desk = id_of<DeskId>(2);
  ASSERT_TRUE(add_member(member_of(5, "bea")));
  ASSERT_TRUE(add_member(elsewhere));
  ASSERT_TRUE(add_member(member_of(4, "ana")));
  const auto members = run_awaitable(stores->members().list(desk));
  ASSERT_EQ(members->size(), 2u);
  EXPECT_EQ((*members)[0].name, "bea");
  EXPECT_EQ((*members)[1].name, "ana");
}

TEST_F(MembersTest, RemovalTakesTheGrantsAlong) {
  ASSERT_TRUE(add_member(member_of(4, "ana")));
  ASSERT_TRUE(add_member(member_of(5, "bea")));
  std::vector<Grant> grants{{ScopeKind::epoch, filled<16>(1), id_of<MemberId>(4), ByteVector(10, 1)},
                            {ScopeKind::epoch, filled<16>(1), id_of<MemberId>(5), ByteVector(10, 2)}};
  ASSERT_TRUE(run_awaitable(stores->grants().add(grants)));
  ASSERT_TRUE(run_awaitable(stores->members().remove(id_of<MemberId>(4))));
  EXPECT_EQ(find("ana").error(), make_error_code(Errc::not_found));
  EXPECT_TRUE(find("bea"));
  // The same id again must not find the old grants.
  ASSERT_TRUE(add_member(member_of(4, "ana")));
  EXPECT_TRUE(run_awaitable(stores->grants().of_member(id_of<MemberId>(4)))->empty());
  EXPECT_EQ(run_awaitable(stores->grants().of_member(id_of<MemberId>(5)))->size(), 1u);
  EXPECT_EQ(run_awaitable(stores->members().remove(id_of<MemberId>(77))).error(), make_error_code(Errc::not_found));
}

TEST_F(MembersTest, WhoHasLeftIsKnownByTheirKeys) {
  Member ana = member_of(4, "ana");
  ana.role = Role::supervisor;
  ana.voucher = ByteVector(64, 9);
  add_desk(id_of<DeskId>(2), id_of<EpochId>(2), "second");
  ASSERT_TRUE(add_member(ana));
  ASSERT_TRUE(run_awaitable(stores->members().remove(ana.id)));
  const storage::Roster roster = run_awaitable(stores->members().roster(desk)).value();
  EXPECT_TRUE(roster.members.empty()) << "in one of both, at one moment";
  const auto& former = roster.former;
  ASSERT_EQ(former.size(), 1U);
  EXPECT_EQ(former[0].id, ana.id);
  EXPECT_EQ(former[0].name, "ana");
  EXPECT_EQ(former[0].role, Role::supervisor);
  EXPECT_EQ(former[0].recipient, ana.recipient);
  EXPECT_EQ(former[0].sign_key, ana.sign_key);
  EXPECT_EQ(former[0].voucher, ana.voucher);
  EXPECT_TRUE(former[0].wrapped_secret.empty());
  EXPECT_TRUE(run_awaitable(stores->members().roster(id_of<DeskId>(2)))->former.empty());
}

TEST_F(MembersTest, NobodyComesUnderTheIdOfSomebodyElseOrOfNobody) {
  ASSERT_TRUE(add_member(member_of(4, "ana")));
  ASSERT_TRUE(run_awaitable(stores->members().remove(id_of<MemberId>(4))));
  // Of somebody from before it was kept who has left there is a line of activity still.
  const storage::Activity line{storage::Act::signed_in, desk, id_of<MemberId>(5), hour, {}, {}};
  ASSERT_TRUE(run_awaitable(stores->log().append(line)));
  ASSERT_TRUE(invite(invitation_of(1, "bea")));
  EXPECT_EQ(enrol(1, member_of(4, "bea")).error(), make_error_code(Errc::malformed)) << "all that ana signed would be taken for bea's";
  EXPECT_EQ(enrol(1, member_of(5, "bea")).error(), make_error_code(Errc::malformed));
  EXPECT_EQ(enrol(1, member_of(0, "bea")).error(), make_error_code(Errc::malformed)) << "what bea does would be nobody's";
  EXPECT_EQ(add_member(member_of(0, "eve")).error(), make_error_code(Errc::malformed));
  EXPECT_TRUE(enrol(1, member_of(6, "bea")));
}

TEST_F(MembersTest, InvitationEnrolsOnce) {
  ASSERT_TRUE(invite(invitation_of(1, "ana")));
  const auto invited = invitation(1);
  ASSERT_TRUE(invited);
  EXPECT_EQ(invited->name, "ana");
  EXPECT_EQ(invited->desk, desk);
  EXPECT_EQ(invited->role, Role::caseworker);
  EXPECT_EQ(invited->expiry_hour, hour + 48);
  EXPECT_EQ(invited->code_hash, filled<32>(1));

  ASSERT_TRUE(enrol(1, member_of(4, "ana")));
  EXPECT_TRUE(find("ana"));
  EXPECT_EQ(invitation(1).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(enrol(1, member_of(5, "ana")).error(), make_error_code(Errc::not_found));
}

TEST_F(MembersTest, InvitationEndsAtItsHour) {
  ASSERT_TRUE(invite(invitation_of(1, "ana")));
  EXPECT_TRUE(invitation(1, hour + 47));
  EXPECT_EQ(invitation(1, hour + 48).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(enrol(1, member_of(4, "ana"), hour + 48).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(invitation(2).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(enrol(2, member_of(4, "ana")).error(), make_error_code(Errc::not_found));
  EXPECT_TRUE(enrol(1, member_of(4, "ana"), hour + 47));
}

TEST_F(MembersTest, EnrolmentIsAsInvitedOnly) {
  add_desk(id_of<DeskId>(2), id_of<EpochId>(2), "second");
  ASSERT_TRUE(invite(invitation_of(1, "ana")));
  Member other_desk = member_of(4, "ana");
  other_desk.desk = id_of<DeskId>(2);
  Member admin = member_of(4, "ana");
  admin.role = Role::admin;
  EXPECT_EQ(enrol(1, member_of(4, "eve")).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(enrol(1, other_desk).error(), make_error_code(Errc::forbidden));
  EXPECT_EQ(enrol(1, admin).error(), make_error_code(Errc::forbidden));
  EXPECT_TRUE(enrol(1, member_of(4, "ana"))) << "the refusals have not used it up";
}

TEST_F(MembersTest, FailedEnrolmentDoesNotUseUpTheInvitation) {
  ASSERT_TRUE(invite(invitation_of(1, "ana")));
  ASSERT_TRUE(add_member(member_of(4, "bea")));
  EXPECT_EQ(enrol(1, member_of(4, "ana")).error(), make_error_code(Errc::conflict)) << "the id is taken";
  EXPECT_TRUE(invitation(1));
  EXPECT_TRUE(enrol(1, member_of(5, "ana")));
}

TEST_F(MembersTest, MembersNameCannotBeInvited) {
  ASSERT_TRUE(add_member(member_of(4, "ana")));
  EXPECT_EQ(invite(invitation_of(1, "ana")).error(), make_error_code(Errc::conflict));
}

TEST_F(MembersTest, NewInvitationReplacesTheOldOfItsName) {
  ASSERT_TRUE(invite(invitation_of(1, "ana")));
  ASSERT_TRUE(invite(invitation_of(2, "ana")));
  EXPECT_EQ(invitation(1).error(), make_error_code(Errc::not_found));
  EXPECT_TRUE(invitation(2));
  EXPECT_EQ(invite(invitation_of(2, "bea")).error(), make_error_code(Errc::conflict)) << "the same code for two";
}

}  // namespace
}  // namespace hotline::test
