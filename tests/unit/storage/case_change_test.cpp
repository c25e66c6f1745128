#include "storage/cases.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using storage::Case;
using storage::CaseChange;
using storage::CaseState;
using storage::Event;
using storage::Grant;
using storage::ReportState;
using storage::ScopeKind;

/// A case of ana's desk with one event, and changes of it.
class CaseChangeTest : public StoreTest {
 protected:
  const CaseId file = id_of<CaseId>(0xc1);
  const MemberId ana = id_of<MemberId>(4);
  const MemberId bea = id_of<MemberId>(5);

  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(5, "bea"))));
    ASSERT_TRUE(run_awaitable(stores->cases().open(Case{file, desk, ByteVector(1216, 5), CaseState::open, 2, hour},
                                                   {{ScopeKind::case_, file.bytes, ana, ByteVector(9, 1)}}, {event_of(1)})));
  }
  Event event_of(Byte fill) const { return {0, id_of<EventId>(fill), file, ana, hour, ByteVector(300, fill)}; }
  CaseChange change_of() const { return {.desk = desk, .id = file, .hour = hour}; }
  Result<void> change(CaseChange asked) { return run_awaitable(stores->cases().change(std::move(asked))); }
  storage::CaseView view(MemberId member) { return run_awaitable(stores->cases().find(desk, file, member)).value(); }
  Case now() { return view(ana).file; }
  std::size_t events() { return run_awaitable(stores->cases().events(file))->size(); }
  std::size_t lines() { return run_awaitable(stores->log().list({.desk = desk}))->size(); }
  ReportId report() { return add(new_report()).value(); }
  ReportState state_of(ReportId id) { return run_awaitable(stores->inbox().get(desk, id))->state; }
  static void expect_error(const Result<void>& result, Errc expected) {
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error(), make_error_code(expected));
  }
};

TEST_F(CaseChangeTest, FindsACaseAsAMemberHasIt) {
  EXPECT_EQ(view(ana).grant, ByteVector(9, 1));
  EXPECT_FALSE(view(bea).grant);
  EXPECT_FALSE(view(ana).summary);
  EXPECT_EQ(now().number, 1);
  EXPECT_EQ(now().last_event, 1);
  EXPECT_FALSE(now().assignee);
  EXPECT_FALSE(now().due_hour);
  EXPECT_FALSE(now().closed_hour);
  EXPECT_FALSE(run_awaitable(stores->cases().find(desk, id_of<CaseId>(9), ana)));
  EXPECT_FALSE(run_awaitable(stores->cases().find(id_of<DeskId>(9), file, ana)));
}

TEST_F(CaseChangeTest, AllThatIsSetIsThere) {
  auto asked = change_of();
  const ReportId filed = report();
  asked.events = {event_of(2), event_of(3)};
  asked.set = {.state = CaseState::close_asked, .urgency = 1, .assignee = bea, .due_hour = hour + 5,
               .summary = storage::Summary{id_of<EventId>(9), ana, hour, ByteVector(77, 7)}};
  asked.files = {filed};
  asked.grants = {{ScopeKind::case_, file.bytes, bea, ByteVector(8, 2)}};
  asked.activity = storage::Activity{storage::Act::case_changed, desk, ana, hour, file, {}};
  ASSERT_TRUE(change(std::move(asked)));
  EXPECT_EQ(now().state, CaseState::close_asked);
  EXPECT_EQ(now().urgency, 1);
  EXPECT_EQ(now().assignee, bea);
  EXPECT_EQ(now().due_hour, hour + 5);
  EXPECT_EQ(now().last_event, 3);
  EXPECT_EQ(events(), 3u);
  EXPECT_EQ(view(bea).grant, ByteVector(8, 2));
  EXPECT_EQ(view(bea).summary->sealed, ByteVector(77, 7));
  EXPECT_EQ(view(bea).summary->author, ana);
  EXPECT_EQ(state_of(filed), ReportState::filed);
  EXPECT_EQ(lines(), 1u);

  auto less = change_of();
  less.set = {.assignee = std::optional<MemberId>(), .due_hour = std::optional<std::int64_t>(),
              .summary = storage::Summary{id_of<EventId>(8), bea, hour, ByteVector(5, 5)}};
  ASSERT_TRUE(change(std::move(less)));
  EXPECT_FALSE(now().assignee);
  EXPECT_FALSE(now().due_hour);
  EXPECT_EQ(view(ana).summary->sealed, ByteVector(5, 5));
  EXPECT_EQ(now().urgency, 1) << "what is not named stays";
}

TEST_F(CaseChangeTest, WhatFailsLeavesNothing) {
  const ReportId filed = report();
  const ReportId free = report();
  auto first = change_of();
  first.files = {filed};
  ASSERT_TRUE(change(std::move(first)));
  const auto whole = [&] {
    auto asked = change_of();
    asked.events = {event_of(2)};
    asked.set = {.state = CaseState::closed, .urgency = 0, .assignee = bea};
    asked.files = {free};
    asked.grants = {{ScopeKind::case_, file.bytes, bea, ByteVector(8, 2)}};
    asked.activity = storage::Activity{storage::Act::case_changed, desk, ana, hour, file, {}};
    return asked;
  };
  struct Broken {
    const char* what;
    std::function<void(CaseChange&)> how;
    Errc error;
  };
  const Broken broken[] = {
      {"a report filed already", [&](CaseChange& asked) { asked.files.push_back(filed); }, Errc::duplicate},
      {"a report named twice", [&](CaseChange& asked) { asked.files.push_back(free); }, Errc::duplicate},
      {"a report nobody has", [&](CaseChange& asked) { asked.files.push_back(id_of<ReportId>(9)); }, Errc::not_found},
      {"an event's id is taken", [&](CaseChange& asked) { asked.events.push_back(event_of(1)); }, Errc::conflict},
      {"another case's event", [&](CaseChange& asked) { asked.events[0].case_id = id_of<CaseId>(9); }, Errc::malformed},
      {"another case's grant", [&](CaseChange& asked) { asked.grants[0].scope = filled<16>(9); }, Errc::malformed},
      {"an unknown member's grant", [&](CaseChange& asked) { asked.grants[0].member = id_of<MemberId>(9); }, Errc::not_found},
      {"another desk", [&](CaseChange& asked) { asked.desk = id_of<DeskId>(9); }, Errc::not_found},
      {"no such case", [&](CaseChange& asked) { asked.id = id_of<CaseId>(9); }, Errc::not_found},
      {"not allowed", [&](CaseChange& asked) { asked.allowed = [](const Case&) { return false; }; }, Errc::forbidden},
      {"somebody has it", [&](CaseChange& asked) { asked.expected.assignee = std::optional(ana); }, Errc::conflict},
      {"another state", [&](CaseChange& asked) { asked.expected.state = CaseState::closed; }, Errc::conflict},
      {"a later event", [&](CaseChange& asked) { asked.expected.last_event = 0; }, Errc::conflict},
  };
  for (const Broken& line : broken) {
    SCOPED_TRACE(line.what);
    auto asked = whole();
    line.how(asked);
    expect_error(change(std::move(asked)), line.error);
    EXPECT_EQ(events(), 1u);
    EXPECT_EQ(now().state, CaseState::open);
    EXPECT_EQ(now().urgency, 2);
    EXPECT_FALSE(now().assignee);
    EXPECT_FALSE(view(bea).grant);
    EXPECT_EQ(state_of(free), ReportState::new_);
    EXPECT_EQ(lines(), 0u);
  }
  EXPECT_TRUE(change(whole()));
}

TEST_F(CaseChangeTest, TheRuleIsAskedOfTheCaseAsItStands) {
  auto claim = change_of();
  claim.set = {.assignee = bea};
  ASSERT_TRUE(change(std::move(claim)));
  std::optional<Case> seen;
  auto asked = change_of();
  asked.allowed = [&seen](const Case& now) { seen = now; return true; };
  asked.set = {.urgency = 3};
  ASSERT_TRUE(change(std::move(asked)));
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->assignee, bea);
  EXPECT_EQ(seen->urgency, 2);
}

TEST_F(CaseChangeTest, OfTwentyWhoClaimAtOnceOneHasIt) {
  std::vector<boost::asio::awaitable<Result<void>>> claims;
  for (Byte i = 0; i < 20; ++i) {
    auto claim = change_of();
    claim.set = {.assignee = i % 2 == 0 ? ana : bea};
    claim.expected.assignee = std::optional<MemberId>();
    claim.events = {event_of(static_cast<Byte>(100 + i))};
    claims.push_back(stores->cases().change(std::move(claim)));
  }
  const auto results = run_all(std::move(claims));
  EXPECT_EQ(std::ranges::count_if(results, [](const auto& result) { return result.has_value(); }), 1);
  for (const auto& result : results) {
    if (!result) EXPECT_EQ(result.error(), make_error_code(Errc::conflict));
  }
  EXPECT_EQ(events(), 2u);
  EXPECT_TRUE(now().assignee);
}

TEST_F(CaseChangeTest, OfTwoWhoOpenACaseForAReportOneDoes) {
  const ReportId wanted = report();
  std::vector<boost::asio::awaitable<Result<void>>> openings;
  for (Byte i = 0; i < 20; ++i) {
    const auto id = id_of<CaseId>(static_cast<Byte>(10 + i));
    storage::NewCase made{{id, desk, ByteVector(1216, 5), CaseState::open, 2, hour}, {{ScopeKind::case_, id.bytes, ana, ByteVector(9, 1)}}, {}, {wanted}};
    openings.push_back(stores->cases().open(std::move(made)));
  }
  const auto results = run_all(std::move(openings));
  EXPECT_EQ(std::ranges::count_if(results, [](const auto& result) { return result.has_value(); }), 1);
  EXPECT_EQ(run_awaitable(stores->cases().list(desk))->size(), 2u);
  EXPECT_EQ(state_of(wanted), ReportState::filed);
}

TEST_F(CaseChangeTest, TheHourOfClosingIsKeptWhileItIsClosed) {
  const auto set_state = [&](CaseState state, std::int64_t at) {
    auto asked = change_of();
    asked.hour = at;
    asked.set = {.state = state};
    ASSERT_TRUE(change(std::move(asked)));
  };
  set_state(CaseState::closed, hour + 1);
  EXPECT_EQ(now().closed_hour, hour + 1);
  set_state(CaseState::closed, hour + 9);
  EXPECT_EQ(now().closed_hour, hour + 1);
  set_state(CaseState::open, hour + 10);
  EXPECT_FALSE(now().closed_hour);
  storage::NewCase made{{id_of<CaseId>(2), desk, ByteVector(1216, 5), CaseState::closed, 4, hour}, {}, {}};
  ASSERT_TRUE(run_awaitable(stores->cases().open(std::move(made))));
  EXPECT_EQ(run_awaitable(stores->cases().find(desk, id_of<CaseId>(2), ana))->file.closed_hour, hour);
}

TEST_F(CaseChangeTest, WhoIsRemovedHasNoCaseAnyMore) {
  auto claim = change_of();
  claim.set = {.assignee = bea};
  ASSERT_TRUE(change(std::move(claim)));
  ASSERT_TRUE(run_awaitable(stores->members().remove(bea)));
  EXPECT_FALSE(now().assignee);
}

TEST_F(CaseChangeTest, PagesAreInOrderOfCreation) {
  for (Byte i = 1; i <= 5; ++i) {
    storage::NewCase made{{id_of<CaseId>(i), desk, ByteVector(1216, 5), i % 2 == 0 ? CaseState::closed : CaseState::open, 2, hour}, {}, {}};
    made.opened.assignee = i == 5 ? bea : ana;
    ASSERT_TRUE(run_awaitable(stores->cases().open(std::move(made))));
  }
  const auto page = [&](storage::CasePage asked) {
    asked.desk = desk;
    asked.member = ana;
    std::vector<int> fills;
    for (const auto& view : run_awaitable(stores->cases().page(asked)).value()) fills.push_back(view.file.id.bytes[0]);
    return fills;
  };
  EXPECT_EQ(page({.desk = {}, .member = {}}), (std::vector<int>{0xc1, 1, 2, 3, 4, 5}));
  EXPECT_EQ(page({.desk = {}, .member = {}, .after = 2, .count_max = 2}), (std::vector<int>{2, 3}));
  EXPECT_EQ(page({.desk = {}, .member = {}, .others_too = false}), (std::vector<int>{0xc1, 1, 2, 3, 4}));
  EXPECT_EQ(page({.desk = {}, .member = {}, .state = CaseState::closed}), (std::vector<int>{2, 4}));
}

}  // namespace
}  // namespace hotline::test
