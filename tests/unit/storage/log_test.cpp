#include "storage/log.hpp"

#include "storage/chain.hpp"
#include "tests/unit/storage/store_fixture.hpp"

namespace hotline::test {
namespace {

using storage::Act;
using storage::Activity;
using storage::ActivityRow;
using storage::Subject;

class LogTest : public StoreTest {
 protected:
  const MemberId ana = id_of<MemberId>(4);
  const MemberId bea = id_of<MemberId>(5);
  const CaseId file = id_of<CaseId>(0xc1);

  Activity line(Act act, MemberId who, Subject subject = {}) const { return {act, desk, who, hour, subject, {}}; }
  void append(Activity activity) { ASSERT_TRUE(run_awaitable(stores->log().append(activity))); }
  void look(Activity activity) { ASSERT_TRUE(run_awaitable(stores->log().append_once_an_hour(activity))); }
  std::vector<ActivityRow> list(storage::ActivityQuery query) { return run_awaitable(stores->log().list(query)).value(); }
  std::vector<ActivityRow> all() { return list({.desk = desk}); }
  storage::ActivityHead head() { return run_awaitable(stores->log().head()).value(); }
};

TEST_F(LogTest, KeepsWhoDidWhatNewestFirst) {
  append({Act::signed_in, desk, ana, hour, {}, filled<32>(9)});
  append(line(Act::case_viewed, bea, file));
  const auto rows = all();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].number, 2);
  EXPECT_EQ(rows[0].activity.act, Act::case_viewed);
  EXPECT_EQ(rows[0].activity.member, bea);
  EXPECT_EQ(rows[0].activity.subject, Subject(file));
  EXPECT_EQ(rows[1].number, 1);
  EXPECT_EQ(rows[1].activity.desk, desk);
  EXPECT_EQ(rows[1].activity.hour, hour);
  EXPECT_EQ(rows[1].activity.subject, Subject());
  EXPECT_EQ(rows[1].activity.detail, filled<32>(9));
}

TEST_F(LogTest, IsAskedByDeskSubjectMemberAndPage) {
  const DeskId other = id_of<DeskId>(0xd2);
  for (int i = 0; i < 3; ++i) append(line(Act::case_changed, i == 1 ? bea : ana, file));
  append({Act::case_changed, other, ana, hour, file, {}});
  append(line(Act::signed_in, ana));
  append(line(Act::report_opened, ana, Subject(storage::SubjectKind::report, file.bytes)));
  EXPECT_EQ(all().size(), 5u);
  EXPECT_EQ(list({.desk = other}).size(), 1u);
  EXPECT_EQ(list({.desk = desk, .subject = Subject(file)}).size(), 3u) << "the same bytes as another kind's id are not it";
  EXPECT_EQ(list({.desk = desk, .subject = Subject(file), .member = bea}).size(), 1u);
  EXPECT_EQ(list({.desk = desk, .member = ana}).size(), 4u);
  EXPECT_EQ(list({.desk = desk, .member = id_of<MemberId>(9)}).size(), 0u);
  const auto page = list({.desk = desk, .count_max = 2});
  ASSERT_EQ(page.size(), 2u);
  const auto next = list({.desk = desk, .before = page.back().number, .count_max = 2});
  ASSERT_EQ(next.size(), 2u);
  EXPECT_LT(next.front().number, page.back().number);
}

TEST_F(LogTest, PagesHaveABound) {
  for (int i = 0; i < 201; ++i) append(line(Act::signed_in, ana));
  EXPECT_EQ(list({.desk = desk, .count_max = 1000}).size(), 200u);
}

TEST_F(LogTest, LooksAreWrittenOnceAnHour) {
  look(line(Act::case_viewed, ana, file));
  look(line(Act::case_viewed, ana, file));
  EXPECT_EQ(all().size(), 1u);
  look(line(Act::file_opened, ana, file));
  look(line(Act::case_viewed, bea, file));
  look(line(Act::case_viewed, ana, id_of<CaseId>(0xc2)));
  EXPECT_EQ(all().size(), 4u);
  auto later = line(Act::case_viewed, ana, file);
  ++later.hour;
  look(later);
  EXPECT_EQ(all().size(), 5u);
  look(line(Act::case_viewed, ana, file));
  EXPECT_EQ(all().size(), 6u) << "a clock set back hides nothing";
}

TEST_F(LogTest, EachLineIsLinkedToTheOneBefore) {
  EXPECT_EQ(head().count, 0);
  EXPECT_EQ(head().hash, filled<32>(0));
  append(line(Act::signed_in, ana));
  append(line(Act::case_viewed, bea, file));
  auto rows = all();
  storage::ChainHash hash{};
  for (auto row = rows.rbegin(); row != rows.rend(); ++row) hash = storage::next_link(storage::activity_chain, hash, storage::leaf_of(*row));
  EXPECT_EQ(head().count, 2);
  EXPECT_EQ(head().hash, hash);
  reopen();
  EXPECT_EQ(head().hash, hash);
}

TEST_F(LogTest, EveryPartOfALineIsInItsLeaf) {
  const ActivityRow row{7, {Act::case_viewed, desk, ana, hour, file, filled<32>(1)}};
  const auto leaf = storage::leaf_of(row);
  auto changed = std::vector<ActivityRow>(8, row);
  changed[0].number = 8;
  changed[1].activity.act = Act::case_changed;
  changed[2].activity.desk = id_of<DeskId>(1);
  changed[3].activity.member = bea;
  changed[4].activity.hour = hour + 1;
  changed[5].activity.subject.kind = storage::SubjectKind::report;
  changed[6].activity.subject.id = filled<16>(1);
  changed[7].activity.detail = filled<32>(2);
  for (const ActivityRow& other : changed) EXPECT_NE(storage::leaf_of(other), leaf);
  EXPECT_EQ(storage::leaf_of(row), leaf);
}

TEST_F(LogTest, TheTwoChainsAreNotEachOthers) {
  EXPECT_NE(storage::next_link(storage::activity_chain, {}, filled<32>(1)), storage::next_link(storage::event_chain, {}, filled<32>(1)));
}

}  // namespace
}  // namespace hotline::test
