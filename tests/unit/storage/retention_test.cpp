#include "tests/unit/storage/retention_fixture.hpp"

namespace hotline::test {
namespace {

using storage::CaseChange;
using storage::CaseState;
using storage::HoldState;
using storage::HoldStep;
using storage::ScopeKind;

TEST_F(RetentionTest, AClosedCaseGoesWithItsReportsFilesAndKeys) {
  const ReportId first = tell("gone words", true);
  const ReportId second = tell("gone again");
  const ReportId other = tell("kept words");
  read(first);
  open_case(file, {first, second}, "gone note");
  open_case(id_of<CaseId>(0xc2), {other}, "kept note");
  set_state(file, CaseState::closed, {first, second});
  pass(30 - 1);
  EXPECT_TRUE(case_is_there(file));
  EXPECT_TRUE(is_there(first));
  ASSERT_NE(all_pages().find("gone words"), std::string::npos) << "this way it would be found";

  pass(30);
  EXPECT_FALSE(case_is_there(file));
  EXPECT_FALSE(is_there(first));
  EXPECT_FALSE(is_there(second));
  EXPECT_TRUE(is_there(other));
  EXPECT_TRUE(case_is_there(id_of<CaseId>(0xc2)));
  EXPECT_EQ(rows("SELECT count(*) FROM blob"), 0);
  EXPECT_EQ(rows("SELECT count(*) FROM access_grant WHERE kind = 3"), 1) << "the other case's";
  EXPECT_EQ(rows("SELECT count(*) FROM activity WHERE act = 23 AND member = zeroblob(16)"), 3) << "each leaves a line, by nobody";
  EXPECT_EQ(all_pages().find("gone "), std::string::npos) << "overwritten in the file";
  EXPECT_EQ(std::filesystem::file_size(path + "-wal"), 0u) << "and in its log";
  EXPECT_NE(all_pages().find("kept note"), std::string::npos);
  EXPECT_EQ(unsound(), "");
}

TEST_F(RetentionTest, WhatNobodyHasReadIsNeverDestroyed) {
  const ReportId unread = tell("unread");
  const ReportId seen = tell("seen words");
  read(seen);
  pass(40 - 1);
  EXPECT_TRUE(is_there(seen));
  pass(4000);
  EXPECT_TRUE(is_there(unread));
  EXPECT_FALSE(is_there(seen));
  EXPECT_EQ(all_pages().find("seen words"), std::string::npos);
  EXPECT_EQ(unsound(), "");
}

TEST_F(RetentionTest, ACaseThatIsOpenAgainStartsAnew) {
  const ReportId report = tell("words");
  open_case(file, {report});
  set_state(file, CaseState::closed, {report});
  set_state(file, CaseState::open);
  EXPECT_EQ(rows("SELECT count(*) FROM case_report"), 0) << "and what it is about is forgotten";
  pass(4000);
  EXPECT_TRUE(is_there(report));
  set_state(file, CaseState::closed, {report}, hour + 4000 * day);
  pass(4029);
  EXPECT_TRUE(is_there(report));
  pass(4030);
  EXPECT_FALSE(is_there(report));
}

TEST_F(RetentionTest, AClosedCaseWaitsForWhatCameToItSince) {
  const ReportId first = tell("words");
  open_case(file, {first});
  set_state(file, CaseState::closed, {first});
  const ReportId later = tell("it goes on", false, hour + 29 * day);
  ASSERT_TRUE(put_into(file, {later}, hour + 29 * day));
  EXPECT_EQ(view(29).next_hour, hour + 59 * day);
  EXPECT_EQ(view(29, 10).due_cases, 0);
  pass(30);
  EXPECT_TRUE(is_there(later)) << "a day old, in a case that alone would be due";
  EXPECT_TRUE(is_there(first));
  EXPECT_TRUE(case_is_there(file));
  EXPECT_EQ(view(49, 10).due_reports, 2);
  pass(58);
  EXPECT_TRUE(is_there(later));
  pass(59);
  EXPECT_FALSE(case_is_there(file));
  EXPECT_FALSE(is_there(first));
  EXPECT_FALSE(is_there(later));
}

TEST_F(RetentionTest, WhatWaitsInAClosedCaseGoesWithItAndNotFromAnotherThatTookIt) {
  const CaseId other = id_of<CaseId>(0xc2);
  const ReportId first = tell("words");
  open_case(file, {first});
  set_state(file, CaseState::closed, {first});
  const ReportId waits = tell("it goes on");
  const ReportId taken = tell("something else began");
  ASSERT_TRUE(put_into(file, {waits, taken}, hour));
  open_case(other, {taken});
  pass(30);
  EXPECT_FALSE(case_is_there(file));
  EXPECT_FALSE(is_there(waits));
  EXPECT_TRUE(is_there(taken)) << "its case is open";
  pass(4000);
  EXPECT_TRUE(is_there(taken));
}

TEST_F(RetentionTest, WhatWaitsInTwoClosedCasesGoesWithNeitherOnceOneIsOpenAgain) {
  const CaseId other = id_of<CaseId>(0xc2);
  for (const auto& [id, text] : {std::pair(file, "words"), std::pair(other, "and more")}) {
    const ReportId report = tell(text);
    open_case(id, {report});
    set_state(id, CaseState::closed, {report});
  }
  const ReportId waits = tell("it goes on");
  ASSERT_TRUE(put_into(file, {waits}, hour));
  ASSERT_TRUE(put_into(other, {waits}, hour));
  set_state(other, CaseState::open);
  EXPECT_EQ(state_of(waits), storage::ReportState::filed);
  pass(31);
  EXPECT_FALSE(case_is_there(file));
  EXPECT_TRUE(is_there(waits)) << "its case is open";
}

TEST_F(RetentionTest, WithoutBeingToldWhatItIsAboutTheServerDestroysNothing) {
  const ReportId report = tell("words");
  open_case(file, {report});
  set_state(file, CaseState::closed);
  pass(4000);
  EXPECT_TRUE(case_is_there(file));
  EXPECT_TRUE(is_there(report));
  EXPECT_EQ(view(0).unknown_cases, 1);
}

TEST_F(RetentionTest, NeverMeansNever) {
  close();
  limits.closed_case_days = 0;
  limits.unfiled_report_days = 0;
  open();
  const ReportId filed = tell("words");
  const ReportId seen = tell("words");
  read(seen);
  open_case(file, {filed});
  set_state(file, CaseState::closed, {filed});
  pass(40'000);
  EXPECT_TRUE(is_there(filed));
  EXPECT_TRUE(is_there(seen));
  EXPECT_FALSE(view(0).next_hour);
}

TEST_F(RetentionTest, AReportOfTwoCasesGoesWithTheLast) {
  const ReportId report = tell("words");
  open_case(file, {report});
  open_case(id_of<CaseId>(0xc2), {});
  set_state(file, CaseState::closed, {report});
  set_state(id_of<CaseId>(0xc2), CaseState::closed, {report}, hour + 10 * day);
  pass(30);
  EXPECT_FALSE(case_is_there(file));
  EXPECT_TRUE(is_there(report));
  pass(40);
  EXPECT_FALSE(is_there(report));
  EXPECT_EQ(unsound(), "");
}

TEST_F(RetentionTest, AnEpochStaysWhileAReportMayBeSealedToItThatCountsForTheNext) {
  const EpochId next = id_of<EpochId>(0xe2);
  const EpochId third = id_of<EpochId>(0xe3);
  constexpr std::int64_t begins = (hour - 10) * 3600;
  ASSERT_TRUE(run_awaitable(stores->desks().add_epoch({next, desk, ByteVector(1216, 2), begins, begins + 3600, filled<64>(3)})));
  ASSERT_TRUE(run_awaitable(stores->desks().add_epoch({third, desk, ByteVector(1216, 2), begins + 200 * day * 3600, 4'000'000'000, filled<64>(3)})));
  storage::NewReport late = new_report(marked("sealed to the epoch before", 2700));
  late.epoch = next;
  const ReportId report = add(std::move(late)).value();
  pass(39);
  EXPECT_EQ(run_awaitable(stores->desks().epochs(desk))->size(), 3u) << "it came within the days in which programs still seal to the epoch before";
  read(report);
  pass(40);
  ASSERT_FALSE(is_there(report));
  EXPECT_EQ(run_awaitable(stores->desks().epochs(desk))->size(), 2u) << "behind the second one none has begun";
}

TEST_F(RetentionTest, AnEpochIsKeptToItsEndAndNotForWhatCameBeforeIt) {
  const EpochId next = id_of<EpochId>(0xe2);
  const EpochId last = id_of<EpochId>(0xe3);
  const auto begin = [&](EpochId id, std::int64_t from_hour, std::int64_t to_hour) {
    ASSERT_TRUE(run_awaitable(stores->desks().add_epoch({id, desk, ByteVector(1216, 2), from_hour * 3600, to_hour * 3600, filled<64>(3)})));
  };
  const auto left = [&] {
    std::vector<EpochId> ids;
    for (const storage::Epoch& one : run_awaitable(stores->desks().epochs(desk)).value()) ids.push_back(one.id);
    return ids;
  };
  tell("unread, of the first");
  begin(next, hour + 10, hour + 60 * day);
  begin(last, hour + 15, hour + 900 * day);
  pass(89);
  EXPECT_EQ(left(), (std::vector<EpochId>{epoch, next, last})) << "programs seal to it until it ends";
  pass(91);
  EXPECT_EQ(left(), (std::vector<EpochId>{epoch, last})) << "the report counts for the first, which stays";
}

TEST_F(RetentionTest, AnEpochWithoutReportsGoesWithItsKeys) {
  const ReportId report = tell("words");
  read(report);
  const EpochId next = id_of<EpochId>(0xe2);
  constexpr std::int64_t next_begins = 600'000;   // seconds: long before `hour`
  ASSERT_TRUE(run_awaitable(stores->desks().add_epoch({next, desk, ByteVector(1216, 2), next_begins, 4'000'000'000, filled<64>(3)})));
  ASSERT_TRUE(run_awaitable(stores->grants().add({{ScopeKind::epoch, next.bytes, ana, marked("next key", 900)}})));
  pass(39);
  EXPECT_EQ(run_awaitable(stores->desks().epochs(desk))->size(), 2u) << "a report of it is left";
  pass(40);
  ASSERT_FALSE(is_there(report));
  const auto epochs = run_awaitable(stores->desks().epochs(desk)).value();
  ASSERT_EQ(epochs.size(), 1u);
  EXPECT_EQ(epochs[0].id, next) << "the last one stays, whatever its end";
  EXPECT_EQ(run_awaitable(stores->grants().of_member(ana))->size(), 1u);
  EXPECT_EQ(all_pages().find("key of epoch"), std::string::npos);
  EXPECT_NE(all_pages().find("next key"), std::string::npos);
}

TEST_F(RetentionTest, AClockThatIsSuddenlyFarAheadIsNotBelievedAtOnce) {
  const ReportId report = tell("words");
  open_case(file, {report});
  set_state(file, CaseState::closed, {report});
  ASSERT_TRUE(run_awaitable(stores->expire(hour)));
  constexpr std::int64_t ten_years = 3650 * day;
  for (int passes = 1; passes < 30; ++passes) ASSERT_TRUE(run_awaitable(stores->expire(hour + ten_years + passes)));
  EXPECT_TRUE(is_there(report)) << "a day with each pass at most";
  ASSERT_TRUE(run_awaitable(stores->expire(hour + 10)));
  EXPECT_TRUE(is_there(report)) << "set right again: nothing is lost";
  pass(30);
  EXPECT_FALSE(is_there(report));
}

TEST_F(RetentionTest, AClockThatIsFarBehindWhenACaseIsClosedDestroysNothingEarly) {
  const ReportId report = tell("words");
  open_case(file, {report});
  ASSERT_TRUE(run_awaitable(stores->expire(hour)));
  constexpr std::int64_t behind = 1000 * day;
  ASSERT_TRUE(run_awaitable(stores->expire(hour - behind)));
  set_state(file, CaseState::closed, {report}, hour - behind);
  ASSERT_TRUE(run_awaitable(stores->expire(hour - behind + 1)));
  for (int passes = 0; passes < 40; ++passes) ASSERT_TRUE(run_awaitable(stores->expire(hour + day)));
  EXPECT_TRUE(case_is_there(file)) << "set right again: it was closed a day ago";
  EXPECT_TRUE(is_there(report));
  EXPECT_EQ(run_awaitable(stores->cases().find(desk, file, ana)).value().file.closed_hour, hour) << "never before what was seen of time";
  pass(30);
  EXPECT_FALSE(case_is_there(file));
}

TEST_F(RetentionTest, WhatIsDueWaitsWhileTheClockIsBehind) {
  const ReportId report = tell("words");
  open_case(file, {report});
  set_state(file, CaseState::closed, {report});
  for (int days = 0; days < 30; ++days) ASSERT_TRUE(run_awaitable(stores->expire(hour + days * day)));
  ASSERT_TRUE(run_awaitable(stores->expire(hour + 10 * day)));
  EXPECT_TRUE(case_is_there(file));
  EXPECT_EQ(rows("SELECT hour FROM retention_clock"), hour + 29 * day) << "what was seen of time is not forgotten";
  ASSERT_TRUE(run_awaitable(stores->expire(hour + 30 * day)));
  EXPECT_FALSE(case_is_there(file));
}

TEST_F(RetentionTest, WhatIsSentAgainAfterItWasDeletedIsSound) {
  const ByteVector sealed = marked("words", 2700);
  const ReportId report = add(new_report(sealed)).value();
  read(report);
  ASSERT_TRUE(remove({}, {report}));
  ASSERT_EQ(add(new_report(sealed)).value(), report) << "its id is the hash of its bytes";
  EXPECT_EQ(unsound(), "") << "nobody has opened this one";
  read(report);
  EXPECT_EQ(unsound(), "");
}

TEST_F(RetentionTest, StartingAgainAndAgainHurriesNothing) {
  const ReportId report = tell("words");
  open_case(file, {report});
  set_state(file, CaseState::closed, {report});
  ASSERT_TRUE(run_awaitable(stores->expire(hour)));
  for (int starts = 0; starts < 1000; ++starts) ASSERT_TRUE(run_awaitable(stores->expire(hour + 3650 * day, true)));
  EXPECT_TRUE(is_there(report));
  ASSERT_TRUE(run_awaitable(stores->expire(hour + day, true))) << "one that is a day ahead is believed";
  pass(30);
  EXPECT_FALSE(is_there(report));
}

TEST_F(RetentionTest, SaysBeforehandWhatGoes) {
  const ReportId filed = tell("words");
  const ReportId seen = tell("words");
  tell("unread");
  read(seen);
  open_case(file, {filed});
  set_state(file, CaseState::closed, {filed});
  auto now = view(0);
  EXPECT_EQ(now.due_cases + now.due_reports, 0);
  EXPECT_EQ(now.next_hour, hour + 30 * day);
  EXPECT_EQ(now.unread, 1);
  EXPECT_EQ(now.oldest_unread_hour, hour);
  now = view(0, 30);
  EXPECT_EQ(now.due_cases, 1);
  EXPECT_EQ(now.due_reports, 1);
  now = view(0, 40);
  EXPECT_EQ(now.due_cases, 1);
  EXPECT_EQ(now.due_reports, 2);
  ASSERT_TRUE(step(HoldStep::propose, ana, {filed}));
  now = view(0, 10);
  ASSERT_EQ(now.held.size(), 1u);
  EXPECT_EQ(now.held[0].id, file);
  EXPECT_EQ(now.held[0].hold.by, ana);
  EXPECT_EQ(view(13, 40).due_cases, 0) << "a proposal protects";
  EXPECT_EQ(run_awaitable(stores->retention().view(id_of<DeskId>(9), hour, 0)).error(), make_error_code(Errc::not_found));
}

}  // namespace
}  // namespace hotline::test
