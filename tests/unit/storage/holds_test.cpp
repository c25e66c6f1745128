#include "tests/unit/storage/retention_fixture.hpp"

namespace hotline::test {
namespace {

using storage::CaseChange;
using storage::CaseState;
using storage::HoldState;
using storage::HoldStep;

class HoldsTest : public RetentionTest {};

TEST_F(HoldsTest, WhatIsPutIntoAClosedCaseWaitsInTheQueueUntilItIsOpenAgain) {
  const ReportId first = tell("words");
  open_case(file, {first});
  set_state(file, CaseState::closed, {first});
  const ReportId later = tell("it goes on");
  ASSERT_TRUE(put_into(file, {later}, hour));
  EXPECT_EQ(state_of(later), storage::ReportState::seen) << "nobody has decided about it yet";
  ASSERT_TRUE(step(HoldStep::propose, ana, {first}));
  ASSERT_TRUE(step(HoldStep::confirm, bea));
  EXPECT_EQ(remove({}, {later}).error(), make_error_code(Errc::conflict)) << "held with the case";
  EXPECT_FALSE(view(0).next_hour) << "it does not go by itself, as one that is in no case";
  EXPECT_EQ(view(4000).due_reports, 0);
  pass(4000);
  EXPECT_TRUE(is_there(later));
  storage::NewCase another{{id_of<CaseId>(0xc2), desk, ByteVector(1216, 5), CaseState::open, 2, hour}, {}, {}};
  another.files = {later};
  EXPECT_EQ(run_awaitable(stores->cases().open(std::move(another))).error(), make_error_code(Errc::duplicate)) << "nobody takes it out of what is held";
  set_state(file, CaseState::open);
  EXPECT_EQ(state_of(later), storage::ReportState::filed);
}

TEST_F(HoldsTest, AHoldKeepsWhatIsDueUntilTwoMembersLiftIt) {
  const ReportId report = tell("words");
  open_case(file, {report});
  set_state(file, CaseState::closed, {report});
  ASSERT_TRUE(step(HoldStep::propose, ana, {report}));
  EXPECT_EQ(step(HoldStep::confirm, ana).error(), make_error_code(Errc::forbidden)) << "the same member";
  ASSERT_TRUE(step(HoldStep::confirm, bea));
  EXPECT_EQ(hold_now(), HoldState::held);
  pass(4000);
  EXPECT_TRUE(is_there(report));
  EXPECT_TRUE(case_is_there(file));
  EXPECT_EQ(remove({file}, {}).error(), make_error_code(Errc::conflict)) << "and nobody deletes it";
  EXPECT_EQ(remove({}, {report}).error(), make_error_code(Errc::conflict));

  ASSERT_TRUE(step(HoldStep::lift, bea));
  EXPECT_EQ(step(HoldStep::confirm_lift, bea).error(), make_error_code(Errc::forbidden));
  pass(4000);
  EXPECT_TRUE(is_there(report)) << "still held";
  EXPECT_EQ(remove({file}, {report}).error(), make_error_code(Errc::conflict));
  ASSERT_TRUE(step(HoldStep::confirm_lift, ana));
  EXPECT_EQ(hold_now(), HoldState::none);
  pass(4000);
  EXPECT_FALSE(is_there(report));
  EXPECT_FALSE(case_is_there(file));
}

TEST_F(HoldsTest, OneMemberAloneHoldsForTwoWeeks) {
  const ReportId report = tell("words");
  open_case(file, {report});
  set_state(file, CaseState::closed, {report});
  ASSERT_TRUE(step(HoldStep::propose, ana, {report}, hour + 20 * day));
  pass(33);
  EXPECT_TRUE(is_there(report));
  EXPECT_EQ(remove({file}, {report}, hour + 33 * day).error(), make_error_code(Errc::conflict));
  pass(34);
  EXPECT_FALSE(is_there(report));
}

TEST_F(HoldsTest, WhatAProposalNamedDoesNotGoWithACaseThatWasClosedSince) {
  const ReportId own = tell("words");
  const ReportId colleagues = tell("of a case that is open");
  open_case(file, {own});
  open_case(id_of<CaseId>(0xc2), {colleagues});
  ASSERT_TRUE(step(HoldStep::propose, ana, {own, colleagues}));
  set_state(file, CaseState::closed, {own}, hour + day);
  pass(31);
  EXPECT_FALSE(case_is_there(file)) << "nobody confirmed it in time";
  EXPECT_FALSE(is_there(own));
  EXPECT_TRUE(is_there(colleagues));
}

TEST_F(HoldsTest, AClosedCaseIsNotDestroyedForWhatAProposalNamed) {
  const ReportId own = tell("words");
  const ReportId colleagues = tell("of a case that is open");
  open_case(file, {own});
  open_case(id_of<CaseId>(0xc2), {colleagues});
  set_state(file, CaseState::closed);
  ASSERT_TRUE(step(HoldStep::propose, ana, {colleagues}, hour + 40 * day));
  EXPECT_EQ(remove({}, {colleagues}, hour + 40 * day).error(), make_error_code(Errc::conflict)) << "it protects";
  ASSERT_TRUE(step(HoldStep::withdraw, ana, {}, hour + 40 * day));
  pass(4000);
  EXPECT_TRUE(case_is_there(file)) << "who closed it did not say what it is about";
  EXPECT_TRUE(is_there(colleagues));
  ASSERT_TRUE(step(HoldStep::propose, ana, {colleagues}, hour + 4000 * day));
  pass(9000);
  EXPECT_TRUE(case_is_there(file)) << "nor when nobody withdraws it";
  EXPECT_TRUE(is_there(colleagues));
  EXPECT_EQ(view(9000).unknown_cases, 1);
}

TEST_F(HoldsTest, NorWithACaseThatIsClosedWithoutAWordOfWhatItIsAbout) {
  const ReportId own = tell("words");
  const ReportId colleagues = tell("of a case that is open");
  open_case(file, {own});
  open_case(id_of<CaseId>(0xc2), {colleagues});
  ASSERT_TRUE(step(HoldStep::propose, ana, {own, colleagues}));
  set_state(file, CaseState::closed, {}, hour + day);
  EXPECT_EQ(remove({}, {colleagues}, hour + 13 * day).error(), make_error_code(Errc::conflict)) << "it protects for its two weeks";
  pass(4000);
  EXPECT_TRUE(case_is_there(file));
  EXPECT_TRUE(is_there(colleagues));
  ASSERT_TRUE(step(HoldStep::withdraw, ana, {}, hour + 2 * day));
  pass(4000);
  EXPECT_TRUE(is_there(colleagues));
}

TEST_F(HoldsTest, AClosingAndAProposalOfOneHourAreNotTakenForOne) {
  const ReportId own = tell("words");
  for (const bool proposed_first : {false, true}) {
    const ReportId report = tell("words");
    const CaseId other = proposed_first ? file : id_of<CaseId>(0xc2);
    open_case(other, {report});
    storage::CaseChange asks = change_of(other, hour);
    asks.hold = storage::CaseChange::HoldChange{HoldStep::propose, ana};
    asks.about = {report};
    if (proposed_first) ASSERT_TRUE(run_awaitable(stores->cases().change(storage::CaseChange(asks))));
    set_state(other, CaseState::closed, {report});
    if (!proposed_first) ASSERT_TRUE(run_awaitable(stores->cases().change(storage::CaseChange(asks))));
    EXPECT_EQ(view(29).unknown_cases, 0);
    pass(proposed_first ? 62 : 31);   // what is closed after a pass is closed in its hour at the earliest
    EXPECT_FALSE(case_is_there(other)) << "who closed it said what it is about";
    EXPECT_FALSE(is_there(report));
  }
  EXPECT_TRUE(is_there(own));
}

TEST_F(HoldsTest, AProposalThatIsWithdrawnLeavesWhatWasSaidWithTheClosing) {
  const ReportId report = tell("words");
  open_case(file, {report});
  set_state(file, CaseState::closed, {report});
  ASSERT_TRUE(step(HoldStep::propose, ana, {report}, hour + 20 * day));
  ASSERT_TRUE(step(HoldStep::withdraw, ana, {}, hour + 21 * day));
  pass(30);
  EXPECT_FALSE(case_is_there(file));
  EXPECT_FALSE(is_there(report));
}

TEST_F(HoldsTest, AProposalUnderAClockThatIsBehindProtectsForItsTwoWeeks) {
  const ReportId report = tell("words");
  open_case(file, {report});
  ASSERT_TRUE(run_awaitable(stores->expire(hour)));
  ASSERT_TRUE(step(HoldStep::propose, ana, {report}, hour - 100 * day));
  EXPECT_EQ(remove({}, {report}, hour + 13 * day).error(), make_error_code(Errc::conflict)) << "the clock is right again";
}

TEST_F(HoldsTest, StepsThatDoNotFollowAreRefused) {
  const ReportId report = tell("words");
  open_case(file, {report});
  EXPECT_EQ(step(HoldStep::propose, ana).error(), make_error_code(Errc::malformed)) << "without what the case is about";
  for (const HoldStep what : {HoldStep::confirm, HoldStep::withdraw, HoldStep::lift, HoldStep::confirm_lift, HoldStep::keep}) {
    EXPECT_EQ(step(what, bea).error(), make_error_code(Errc::conflict));
  }
  ASSERT_TRUE(step(HoldStep::propose, ana, {report}));
  EXPECT_EQ(step(HoldStep::propose, bea, {report}).error(), make_error_code(Errc::conflict));
  ASSERT_TRUE(step(HoldStep::withdraw, bea));
  EXPECT_EQ(rows("SELECT count(*) FROM case_report"), 0) << "an open case that is not held: what it is about is forgotten";
  ASSERT_TRUE(step(HoldStep::propose, bea, {report}));
  ASSERT_TRUE(step(HoldStep::confirm, ana));
  ASSERT_TRUE(step(HoldStep::lift, ana));
  ASSERT_TRUE(step(HoldStep::keep, bea));
  EXPECT_EQ(hold_now(), HoldState::held);
}

TEST_F(HoldsTest, WhatIsFiledIntoAHeldCaseIsHeldToo) {
  const ReportId first = tell("words");
  open_case(file, {first});
  ASSERT_TRUE(step(HoldStep::propose, ana, {first}));
  const ReportId later = tell("more words");
  CaseChange change = change_of(file, hour);
  change.files = {later};
  ASSERT_TRUE(run_awaitable(stores->cases().change(std::move(change))));
  EXPECT_EQ(remove({}, {later}).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(view(0).held.size(), 1u);
}

TEST_F(HoldsTest, WhatACaseIsAboutIsSaidWhenItIsClosedOrAHoldAskedForAndOnlyThen) {
  const ReportId report = tell("words");
  const ReportId others = tell("words of somebody else");
  open_case(file, {report});
  const auto name = [&](std::vector<ReportId> about) {
    CaseChange change{.desk = desk, .id = file, .hour = hour};
    change.about = std::move(about);
    return run_awaitable(stores->cases().change(change));
  };
  EXPECT_EQ(name({others}).error(), make_error_code(Errc::malformed)) << "open";
  set_state(file, CaseState::closed, {report});
  EXPECT_EQ(name({others}).error(), make_error_code(Errc::malformed)) << "closed: another's report would go with it";
  ASSERT_TRUE(step(HoldStep::propose, ana, {others}));
  ASSERT_TRUE(step(HoldStep::confirm, bea));
  EXPECT_EQ(name({others}).error(), make_error_code(Errc::malformed)) << "held: the hold would be off the report";
  set_state(file, CaseState::open);
  set_state(file, CaseState::closed, {others});
  pass(40);
  EXPECT_TRUE(is_there(report)) << "still held, whatever was named since";
}

}  // namespace
}  // namespace hotline::test
