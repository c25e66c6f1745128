#include "storage/cases.hpp"

#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using storage::Case;
using storage::CaseState;
using storage::Event;
using storage::Grant;
using storage::ScopeKind;

class CasesTest : public StoreTest {
 protected:
  const CaseId file = id_of<CaseId>(0xc1);
  const MemberId ana = id_of<MemberId>(4);

  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
  }
  Case case_of(CaseId id) const { return {id, desk, ByteVector(1216, 5), CaseState::open, 2, hour}; }
  Event event_of(Byte fill, CaseId of) const { return {0, id_of<EventId>(fill), of, ana, hour, ByteVector(3000, fill)}; }
  Result<void> open_case(Case opened, std::vector<Grant> grants, std::vector<Event> events) {
    return run_awaitable(stores->cases().open(std::move(opened), std::move(grants), std::move(events)));
  }
  Result<void> append(std::vector<Event> events) { return run_awaitable(stores->cases().append(std::move(events), std::nullopt)); }
  std::vector<Case> list() { return run_awaitable(stores->cases().list(desk)).value(); }
  std::vector<Event> events() { return run_awaitable(stores->cases().events(file)).value(); }
  std::size_t grants() { return run_awaitable(stores->grants().of_member(ana))->size(); }
};

TEST_F(CasesTest, OpensWithGrantsAndEvents) {
  ASSERT_TRUE(open_case(case_of(file), {{ScopeKind::case_, file.bytes, ana, ByteVector(9, 1)}}, {event_of(1, file), event_of(2, file)}));
  ASSERT_EQ(list().size(), 1u);
  EXPECT_EQ(list()[0].id, file);
  EXPECT_EQ(list()[0].desk, desk);
  EXPECT_EQ(list()[0].recipient, ByteVector(1216, 5));
  EXPECT_EQ(list()[0].state, CaseState::open);
  EXPECT_EQ(list()[0].urgency, 2);
  EXPECT_EQ(list()[0].created_hour, hour);
  EXPECT_EQ(grants(), 1u);
  const auto recorded = events();
  ASSERT_EQ(recorded.size(), 2u);
  EXPECT_LT(recorded[0].number, recorded[1].number);
  EXPECT_EQ(recorded[0].id, id_of<EventId>(1));
  EXPECT_EQ(recorded[1].id, id_of<EventId>(2));
  EXPECT_EQ(recorded[1].case_id, file);
  EXPECT_EQ(recorded[1].author, ana);
  EXPECT_EQ(recorded[1].recorded_hour, hour);
  EXPECT_EQ(recorded[1].sealed, ByteVector(3000, 2));
}

TEST_F(CasesTest, OpeningIsAllOrNothing) {
  ASSERT_TRUE(open_case(case_of(id_of<CaseId>(0xc9)), {}, {event_of(7, id_of<CaseId>(0xc9))}));
  const Grant good{ScopeKind::case_, file.bytes, ana, ByteVector(9, 1)};
  const Grant unknown_member{ScopeKind::case_, file.bytes, id_of<MemberId>(9), ByteVector(9, 1)};
  Case elsewhere = case_of(file);
  elsewhere.desk = id_of<DeskId>(9);

  EXPECT_EQ(open_case(case_of(file), {good, unknown_member}, {}).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(open_case(case_of(file), {good}, {event_of(7, file)}).error(), make_error_code(Errc::conflict)) << "an event's id is taken";
  EXPECT_EQ(open_case(case_of(file), {good}, {event_of(8, id_of<CaseId>(0xc9))}).error(), make_error_code(Errc::malformed));
  EXPECT_EQ(open_case(elsewhere, {good}, {}).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(list().size(), 1u);
  EXPECT_EQ(grants(), 0u);

  EXPECT_TRUE(open_case(case_of(file), {good}, {}));
  EXPECT_EQ(open_case(case_of(file), {}, {}).error(), make_error_code(Errc::conflict));
}

TEST_F(CasesTest, EventsAreAddedTogetherInOrder) {
  ASSERT_TRUE(open_case(case_of(file), {}, {event_of(1, file)}));
  ASSERT_TRUE(append({event_of(3, file), event_of(2, file)}));
  ASSERT_EQ(events().size(), 3u);
  EXPECT_EQ(events()[1].id, id_of<EventId>(3));
  EXPECT_EQ(events()[2].id, id_of<EventId>(2));

  EXPECT_EQ(append({event_of(4, file), event_of(1, file)}).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(append({event_of(4, file), event_of(5, id_of<CaseId>(0x11))}).error(), make_error_code(Errc::not_found));
  EXPECT_EQ(events().size(), 3u);
}

TEST_F(CasesTest, WhoHasNotSeenTheLastEventIsRefused) {
  const auto append_after = [&](std::vector<Event> more, std::int64_t last_seen) {
    return run_awaitable(stores->cases().append(std::move(more), last_seen));
  };
  const CaseId other = id_of<CaseId>(0xc2);
  ASSERT_TRUE(open_case(case_of(file), {}, {event_of(1, file)}));
  ASSERT_TRUE(open_case(case_of(other), {}, {event_of(2, other)}));
  const std::int64_t seen = events().back().number;
  EXPECT_TRUE(append_after({event_of(3, file)}, seen)) << "what comes in another case does not matter";
  EXPECT_EQ(append_after({event_of(4, file)}, seen).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(append_after({event_of(4, file)}, 0).error(), make_error_code(Errc::conflict));
  EXPECT_EQ(events().size(), 2u);
  EXPECT_TRUE(append_after({event_of(4, file)}, events().back().number));
  EXPECT_EQ(append_after({event_of(5, id_of<CaseId>(0x11))}, 0).error(), make_error_code(Errc::not_found));
}

TEST_F(CasesTest, StateIsSet) {
  ASSERT_TRUE(open_case(case_of(file), {}, {}));
  const auto set_state = [&](CaseId id, CaseState state, std::uint8_t urgency) {
    return run_awaitable(stores->cases().change({.desk = desk, .id = id, .hour = hour, .set = {.state = state, .urgency = urgency}}));
  };
  ASSERT_TRUE(set_state(file, CaseState::closed, 0));
  EXPECT_EQ(list()[0].state, CaseState::closed);
  EXPECT_EQ(list()[0].urgency, 0);
  EXPECT_EQ(set_state(id_of<CaseId>(0x11), CaseState::open, 0).error(), make_error_code(Errc::not_found));
}

TEST_F(CasesTest, OtherDesksDoNotSeeThem) {
  ASSERT_TRUE(open_case(case_of(file), {}, {}));
  EXPECT_TRUE(run_awaitable(stores->cases().list(id_of<DeskId>(9)))->empty());
  EXPECT_TRUE(run_awaitable(stores->cases().events(id_of<CaseId>(9)))->empty());
}

}  // namespace
}  // namespace hotline::test
