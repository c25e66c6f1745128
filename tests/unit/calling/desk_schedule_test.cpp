#include "server/calling/desk_schedule.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace hotline::test {
namespace {

using calling::Cause;
using calling::Delivery;
using calling::DeskSchedule;
using calling::EntryRules;
using calling::Moment;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::int64_t minute = 60;
constexpr std::int64_t hour = 3600;
constexpr std::int64_t wall_start = 490'000 * hour + 30 * minute;

/// A desk as the store would tell of it, and two clocks that are turned by hand.
class Schedule : public testing::Test {
 protected:
  struct Report {
    std::int64_t number;
    std::uint8_t priority;
    std::int64_t due_hour;
    bool opened = false;
  };

  static EntryRules entry(Byte id, std::uint8_t urgency = 1, std::int64_t minutes = 10, bool overdue = true) {
    EntryRules rules;
    rules.id.fill(id);
    rules.urgency = urgency;
    rules.minutes = minutes;
    rules.overdue = overdue;
    return rules;
  }
  void begin(std::vector<EntryRules> given = {entry(1)}) {
    rules = std::move(given);
    schedule.emplace(desk, rules, std::nullopt, now, limits);
    look();
  }
  void restart(std::int64_t seconds_down = 0, std::int64_t wall_jump = 0) {
    const auto kept = schedule->stored(now);
    // Another process: its steady clock has nothing to do with the last one's.
    now.steady = 17;
    now.wall += seconds_down + wall_jump;
    schedule.emplace(desk, rules, kept, now, limits);
  }
  void pass(std::int64_t seconds) {
    now.steady += seconds;
    now.wall += seconds;
  }
  void arrive(std::uint8_t priority, std::int64_t due_in_hours = 72) {
    reports.push_back({static_cast<std::int64_t>(reports.size() + 1), priority, now.hour() + due_in_hours});
  }
  bool look() {
    storage::Unopened unopened;
    for (const Report& report : reports) {
      unopened.newest = report.number;
      if (report.opened) continue;
      const auto lesser = [&](const auto& so_far, auto value) { return !so_far || value < *so_far; };
      if (report.number > schedule->seen() && lesser(unopened.arrived, report.priority)) unopened.arrived = report.priority;
      if (lesser(unopened.urgency, report.priority)) unopened.urgency = report.priority;
      if (lesser(unopened.due_hour, report.due_hour)) unopened.due_hour = report.due_hour;
    }
    return schedule->look(unopened, now);
  }
  /// Looks, and makes what is due with that outcome: the causes of it, entry by entry.
  std::vector<Cause> calls(Delivery::Kind outcome = Delivery::Kind::sent) {
    look();
    std::vector<Cause> made;
    for (const auto& call : schedule->due(now)) {
      made.push_back(call.cause);
      schedule->settled(call, outcome, now);
    }
    return made;
  }
  /// The calls of so long a time, looked for every 30 seconds.
  std::size_t calls_within(std::int64_t seconds, Delivery::Kind outcome = Delivery::Kind::sent) {
    std::size_t made = 0;
    for (std::int64_t gone = 0; gone < seconds; gone += 30) {
      pass(30);
      made += calls(outcome).size();
    }
    return made;
  }

  Limits limits;
  DeskId desk{};
  std::vector<EntryRules> rules;
  Moment now{1000, wall_start};
  std::vector<Report> reports;
  std::optional<DeskSchedule> schedule;
};

TEST_F(Schedule, WhatIsUrgentEnoughCallsAtOnceAndOnce) {
  begin();
  EXPECT_THAT(calls(), IsEmpty());
  arrive(1);
  EXPECT_THAT(calls(), ElementsAre(Cause::arrival));
  EXPECT_EQ(calls_within(30 * minute), 0U) << "it is still unopened, but nothing new has come";
}

TEST_F(Schedule, WhatIsLessUrgentDoesNotCall) {
  begin({entry(1, 1), entry(2, 3), entry(3, 0)});
  arrive(3);
  look();
  const auto due = schedule->due(now);
  ASSERT_EQ(due.size(), 1U);
  EXPECT_EQ(due[0].entry, 1U);
}

TEST_F(Schedule, DangerCallsEveryEntry) {
  begin({entry(1, 0), entry(2, 1), entry(3, 4)});
  arrive(0);
  EXPECT_THAT(calls(), ElementsAre(Cause::danger, Cause::danger, Cause::danger));
}

TEST_F(Schedule, AtMostOneCallInSoManyMinutesAndWhatIsHeldBackIsSentThen) {
  begin({entry(1, 1, 20)});
  arrive(1);
  EXPECT_EQ(calls().size(), 1U);
  for (int i = 0; i < 19; ++i) {
    pass(minute);
    arrive(1);
    EXPECT_THAT(calls(), IsEmpty()) << i;
  }
  pass(minute);
  EXPECT_THAT(calls(), ElementsAre(Cause::arrival));
  EXPECT_EQ(calls_within(hour), 0U);
}

TEST_F(Schedule, WhatIsHeldBackIsDroppedWhenItHasBeenOpened) {
  begin();
  arrive(1);
  EXPECT_EQ(calls().size(), 1U);
  pass(minute);
  arrive(1);
  EXPECT_THAT(calls(), IsEmpty());
  for (Report& report : reports) report.opened = true;
  EXPECT_EQ(calls_within(hour), 0U);
}

TEST_F(Schedule, DangerIsNotHeldBackByWhatIsLess) {
  begin();
  arrive(1);
  EXPECT_EQ(calls().size(), 1U);
  pass(minute);
  arrive(0);
  EXPECT_THAT(calls(), ElementsAre(Cause::danger));
  pass(minute);
  arrive(0);
  EXPECT_THAT(calls(), IsEmpty()) << "danger holds back danger";
  pass(9 * minute);
  EXPECT_THAT(calls(), ElementsAre(Cause::danger));
}

TEST_F(Schedule, DangerIsCalledForAgainAfterTenMinutesWhileUnopened) {
  begin({entry(1, 0, 60)});
  arrive(0);
  EXPECT_EQ(calls().size(), 1U);
  pass(10 * minute - 1);
  EXPECT_THAT(calls(), IsEmpty());
  pass(1);
  EXPECT_THAT(calls(), ElementsAre(Cause::danger)) << "also where minutes is more";
  EXPECT_EQ(calls_within(20 * minute), 0U);
}

TEST_F(Schedule, DangerThatWasOpenedIsNotCalledForAgain) {
  begin();
  arrive(0);
  EXPECT_EQ(calls().size(), 1U);
  reports[0].opened = true;
  EXPECT_EQ(calls_within(hour), 0U);
}

TEST_F(Schedule, DangerThatCameInBetweenHasTenMinutesOfItsOwn) {
  begin();
  arrive(0);
  EXPECT_EQ(calls().size(), 1U);
  pass(9 * minute);
  arrive(0);
  EXPECT_THAT(calls(), IsEmpty());
  pass(minute);
  EXPECT_EQ(calls().size(), 1U);
  reports[0].opened = true;
  pass(9 * minute);
  EXPECT_THAT(calls(), IsEmpty());
  pass(minute);
  EXPECT_THAT(calls(), ElementsAre(Cause::danger));
}

TEST_F(Schedule, ATargetThatPassesCallsThenLaterAndLater) {
  begin({entry(1, 1), entry(2, 1, 10, false)});
  arrive(2, 2);
  EXPECT_EQ(calls_within(2 * hour), 0U);
  pass(hour);
  EXPECT_THAT(calls(), ElementsAre(Cause::overdue)) << "and not for who does not want it";
  std::vector<std::int64_t> reminders;
  for (std::int64_t minutes = 1; minutes <= 80 * 60; ++minutes) {
    pass(minute);
    if (!calls().empty()) reminders.push_back(minutes / 60);
  }
  EXPECT_THAT(reminders, ElementsAre(1, 3, 7, 15, 31, 55, 79));
}

TEST_F(Schedule, TheNextOldestIsANewCallWhenTheOldestWasOpened) {
  begin();
  arrive(2, 1);
  arrive(2, 2);
  pass(3 * hour);
  EXPECT_THAT(calls(), ElementsAre(Cause::overdue));
  pass(11 * minute);
  reports[0].opened = true;
  EXPECT_THAT(calls(), ElementsAre(Cause::overdue));
  reports[1].opened = true;
  EXPECT_EQ(calls_within(30 * hour), 0U);
}

TEST_F(Schedule, FailedCallsAreTriedAgainLaterAndLaterAndGivenUp) {
  begin();
  arrive(1);
  std::vector<std::int64_t> waits;
  std::int64_t last = now.steady;
  for (int seconds = 0; seconds < 13 * hour; ++seconds) {
    if (!calls(Delivery::Kind::failed).empty()) {
      waits.push_back(now.steady - last);
      last = now.steady;
    }
    pass(1);
  }
  ASSERT_GT(waits.size(), 9U);
  waits.resize(9);
  EXPECT_THAT(waits, ElementsAre(0, 15, 30, 60, 120, 240, 480, 900, 900));
  EXPECT_LE(last - 1000, 12 * hour + 900);
  arrive(1);
  EXPECT_EQ(calls().size(), 1U) << "what comes later is called for";
}

TEST_F(Schedule, ATryThatMayHaveRungKeepsTheDistanceOfACall) {
  begin();
  arrive(1);
  EXPECT_EQ(calls(Delivery::Kind::perhaps).size(), 1U);
  EXPECT_EQ(calls_within(9 * minute + 30), 0U);
  EXPECT_EQ(calls_within(minute), 1U);
}

TEST_F(Schedule, ATryIsNotMadeForWhatHasBeenOpenedMeanwhile) {
  begin();
  arrive(1);
  EXPECT_EQ(calls(Delivery::Kind::failed).size(), 1U);
  reports[0].opened = true;
  EXPECT_EQ(calls_within(hour), 0U);
}

TEST_F(Schedule, DangerDoesNotWaitBehindTheTriesOfWhatIsLess) {
  begin();
  arrive(1);
  calls_within(hour, Delivery::Kind::failed);
  pass(1);
  arrive(0);
  EXPECT_THAT(calls(), ElementsAre(Cause::danger));
}

TEST_F(Schedule, WhatCameWhileACallWasUnderWayIsMoreUrgentOrIsCoveredByIt) {
  begin();
  arrive(1);
  look();
  const auto under_way = schedule->due(now);
  ASSERT_EQ(under_way.size(), 1U);
  arrive(0);
  look();
  EXPECT_THAT(schedule->due(now), IsEmpty()) << "one at a time";
  schedule->settled(under_way[0], Delivery::Kind::sent, now);
  EXPECT_THAT(calls(), ElementsAre(Cause::danger));
}

TEST_F(Schedule, ARestartForgetsNoCallAndMakesNoneTwice) {
  begin();
  arrive(1);
  look();
  restart();
  EXPECT_THAT(calls(), ElementsAre(Cause::arrival)) << "ended before it was sent";
  restart(30);
  EXPECT_THAT(calls(), IsEmpty());
  arrive(1);
  restart(30);
  EXPECT_THAT(calls(), IsEmpty()) << "the quiet goes on";
  EXPECT_EQ(calls_within(12 * minute), 1U);
  restart(hour);
  EXPECT_THAT(calls(), IsEmpty());
}

TEST_F(Schedule, WhatArrivedUnseenByTheLastProcessCallsAfterARestart) {
  begin();
  arrive(0);
  restart();
  EXPECT_THAT(calls(), ElementsAre(Cause::danger)) << "committed, and the process ended before it looked";
}

TEST_F(Schedule, WhatStoodThereBeforeAnybodyWasCalledIsNoNews) {
  arrive(0, 0);
  arrive(1);
  begin();
  EXPECT_THAT(calls(), IsEmpty());
  pass(hour);
  EXPECT_EQ(calls().size(), 1U) << "but its target passes";
}

TEST_F(Schedule, TheWaitsOfDangerAndOfRemindersOutliveARestart) {
  begin();
  arrive(0);
  EXPECT_EQ(calls().size(), 1U);
  pass(8 * minute);
  restart();
  EXPECT_THAT(calls(), IsEmpty());
  EXPECT_EQ(calls_within(3 * minute), 1U);
}

TEST_F(Schedule, TriesGoOnAfterARestartAndAreGivenUpAfterTheSameTime) {
  begin();
  arrive(1);
  calls_within(11 * hour, Delivery::Kind::failed);
  restart();
  EXPECT_GE(calls_within(hour, Delivery::Kind::failed), 1U);
  calls_within(hour, Delivery::Kind::failed);
  EXPECT_EQ(calls_within(3 * hour, Delivery::Kind::failed), 0U);
}

TEST_F(Schedule, AClockThatIsSetMakesNoStorm) {
  begin();
  arrive(2, 1);
  pass(3 * hour);
  EXPECT_THAT(calls(), ElementsAre(Cause::overdue));
  std::size_t made = 0;
  for (int i = 0; i < 50; ++i) {
    pass(minute);
    now.wall += (i % 2 == 0 ? -1 : 1) * 48 * hour;
    made += calls().size();
  }
  EXPECT_EQ(made, 0U);
}

TEST_F(Schedule, AClockSetBackWhileDownDelaysByNoMoreThanTheQuiet) {
  begin();
  arrive(1);
  EXPECT_EQ(calls().size(), 1U);
  arrive(1);
  EXPECT_THAT(calls(), IsEmpty());
  restart(0, -365 * 24 * hour);
  EXPECT_THAT(calls(), IsEmpty());
  EXPECT_EQ(calls_within(10 * minute), 1U);
}

TEST_F(Schedule, AskedWhenToLookItNeverSaysLaterThanWhatIsDue) {
  begin();
  EXPECT_EQ(schedule->next(now), now.steady + minute);
  arrive(1);
  look();
  EXPECT_EQ(schedule->next(now), now.steady);
  EXPECT_EQ(calls(Delivery::Kind::failed).size(), 1U);
  EXPECT_EQ(schedule->next(now), now.steady + 15);
}

TEST_F(Schedule, OnlyWhatChangesSomethingIsWorthACommit) {
  begin();
  EXPECT_FALSE(look());
  arrive(4);
  EXPECT_FALSE(look()) << "nobody is called for it";
  arrive(1);
  EXPECT_TRUE(look());
  EXPECT_FALSE(look());
}

TEST_F(Schedule, WhatIsKeptIsGoneWhenItIsOver) {
  begin();
  arrive(1);
  EXPECT_EQ(calls().size(), 1U);
  EXPECT_EQ(schedule->stored(now).calls.size(), 1U);
  pass(11 * minute);
  EXPECT_THAT(schedule->stored(now).calls, IsEmpty()) << "no time of an arrival stays";
}

}  // namespace
}  // namespace hotline::test
