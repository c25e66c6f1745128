#include "server/console/roles.hpp"

#include <gtest/gtest.h>

namespace hotline::test {
namespace {

using console::Right;
using storage::CaseChange;
using storage::CaseState;
using storage::Role;

MemberId member(Byte fill) {
  MemberId id;
  id.bytes.fill(fill);
  return id;
}
const MemberId me = member(1);
const MemberId colleague = member(2);

TEST(Roles, RightsAreThoseOfTheTable) {
  struct Line {
    Role role;
    bool report_work, all_cases, supervision, counts, activity, administration, figures, exact_figures;
  };
  const Line table[] = {
      {Role::caseworker, true, false, false, true, false, false, false, false}, {Role::supervisor, true, true, true, true, true, false, true, true},
      {Role::admin, true, true, true, true, true, true, true, true},            {Role::auditor, false, false, false, true, true, false, true, true},
      {Role::analyst, false, false, false, false, false, false, true, false},   {Role::partner, false, false, false, false, false, false, false, false},
  };
  for (const Line& line : table) {
    const int role = static_cast<int>(line.role);
    EXPECT_EQ(console::may(line.role, Right::report_work), line.report_work) << role;
    EXPECT_EQ(console::may(line.role, Right::all_cases), line.all_cases) << role;
    EXPECT_EQ(console::may(line.role, Right::supervision), line.supervision) << role;
    EXPECT_EQ(console::may(line.role, Right::counts), line.counts) << role;
    EXPECT_EQ(console::may(line.role, Right::activity), line.activity) << role;
    EXPECT_EQ(console::may(line.role, Right::administration), line.administration) << role;
    EXPECT_EQ(console::may(line.role, Right::figures), line.figures) << role;
    EXPECT_EQ(console::may(line.role, Right::exact_figures), line.exact_figures) << role;
  }
  EXPECT_FALSE(console::may(static_cast<Role>(99), Right::counts)) << "a role nobody knows may nothing";
}

storage::Case file_of(std::optional<MemberId> assignee, CaseState state = CaseState::open, std::uint8_t urgency = 2) {
  storage::Case file;
  file.assignee = assignee;
  file.state = state;
  file.urgency = urgency;
  return file;
}

TEST(Roles, CasesAreOnesOwnNobodysOrForThoseWhoLead) {
  for (const Role role : {Role::caseworker, Role::supervisor, Role::admin, Role::auditor, Role::analyst, Role::partner}) {
    const bool works = role == Role::caseworker || role == Role::supervisor || role == Role::admin;
    EXPECT_EQ(console::may_work_on(role, me, file_of(std::nullopt)), works);
    EXPECT_EQ(console::may_work_on(role, me, file_of(me)), works);
    EXPECT_EQ(console::may_work_on(role, me, file_of(colleague)), works && role != Role::caseworker);
  }
}

TEST(Roles, ChangesOfACaseworkerAndOfASupervisor) {
  struct Line {
    const char* what;
    storage::Case now;
    CaseChange::Set set;
    bool with_events, caseworker, supervisor;
  };
  const Line table[] = {
      {"claims", file_of(std::nullopt), {.assignee = me}, false, true, true},
      {"gives back", file_of(me), {.assignee = std::optional<MemberId>()}, false, true, true},
      {"hands over", file_of(me), {.assignee = colleague}, false, true, true},
      {"takes from a colleague", file_of(colleague), {.assignee = me}, false, false, true},
      {"writes in a colleague's", file_of(colleague), {}, true, false, true},
      {"writes in a closed one", file_of(me, CaseState::closed), {}, true, true, true},
      {"asks to close", file_of(me), {.state = CaseState::close_asked}, true, true, true},
      {"takes that back", file_of(me, CaseState::close_asked), {.state = CaseState::open}, true, true, true},
      {"closes", file_of(me), {.state = CaseState::closed}, true, false, true},
      {"closes what was asked", file_of(me, CaseState::close_asked), {.state = CaseState::closed}, true, false, true},
      {"reopens", file_of(me, CaseState::closed), {.state = CaseState::open}, true, false, true},
      {"closed it stays", file_of(me, CaseState::closed), {.state = CaseState::closed}, true, true, true},
      {"raises", file_of(me), {.urgency = std::uint8_t{0}}, false, true, true},
      {"the same", file_of(me), {.urgency = std::uint8_t{2}}, false, true, true},
      {"lowers with a reason", file_of(me), {.urgency = std::uint8_t{3}}, true, true, true},
      {"lowers without a word", file_of(me), {.urgency = std::uint8_t{3}}, false, false, true},
  };
  for (const Line& line : table) {
    EXPECT_EQ(console::may_change(Role::caseworker, me, line.now, line.set, line.with_events), line.caseworker) << line.what;
    EXPECT_EQ(console::may_change(Role::supervisor, me, line.now, line.set, line.with_events), line.supervisor) << line.what;
    EXPECT_EQ(console::may_change(Role::admin, me, line.now, line.set, line.with_events), line.supervisor) << line.what;
    for (const Role role : {Role::auditor, Role::analyst, Role::partner}) {
      EXPECT_FALSE(console::may_change(role, me, line.now, line.set, line.with_events)) << line.what;
    }
  }
}

TEST(Roles, WhoWorksOnACaseAsksForAHoldAndWhoSupervisesDecides) {
  using storage::HoldStep;
  storage::Case asked_by_me = file_of(me);
  asked_by_me.hold = {storage::HoldState::proposed, me, 1};
  storage::Case asked_by_other = file_of(me);
  asked_by_other.hold = {storage::HoldState::proposed, colleague, 1};
  for (const HoldStep step : {HoldStep::propose, HoldStep::confirm, HoldStep::withdraw, HoldStep::lift, HoldStep::confirm_lift, HoldStep::keep}) {
    const bool asks = step == HoldStep::propose || step == HoldStep::lift;
    const bool takes_back = step == HoldStep::withdraw || step == HoldStep::keep;
    EXPECT_EQ(console::may_hold(Role::caseworker, me, asked_by_me, step), asks || takes_back);
    EXPECT_EQ(console::may_hold(Role::caseworker, me, asked_by_other, step), asks);
    EXPECT_FALSE(console::may_hold(Role::caseworker, colleague, asked_by_me, step)) << "a colleague's case";
    EXPECT_TRUE(console::may_hold(Role::supervisor, me, asked_by_other, step));
    EXPECT_TRUE(console::may_hold(Role::admin, colleague, asked_by_me, step));
    for (const Role role : {Role::auditor, Role::analyst, Role::partner}) EXPECT_FALSE(console::may_hold(role, me, asked_by_me, step));
  }
}

TEST(Roles, OnlyAdminsGiveACaseANewKey) {
  CaseChange::Set rekeys;
  rekeys.recipient = ByteVector(1216, 1);
  for (const Role role : {Role::caseworker, Role::supervisor, Role::admin, Role::auditor, Role::analyst, Role::partner}) {
    EXPECT_EQ(console::may_change(role, me, file_of(me), rekeys, true), role == Role::admin);
  }
}

TEST(Roles, OnlyWhoMayCloseOpensAClosedCase) {
  EXPECT_TRUE(console::may_open_as(Role::caseworker, CaseState::open));
  EXPECT_TRUE(console::may_open_as(Role::caseworker, CaseState::close_asked));
  EXPECT_FALSE(console::may_open_as(Role::caseworker, CaseState::closed));
  EXPECT_TRUE(console::may_open_as(Role::supervisor, CaseState::closed));
}

}  // namespace
}  // namespace hotline::test
