#include "storage/queue.hpp"

#include "tests/unit/storage/store_fixture.hpp"

#include <map>

namespace hotline::test {
namespace {

using storage::CaseState;
using storage::QueuePage;
using storage::QueueQuery;
using storage::QueueView;

class QueueTest : public StoreTest {
 protected:
  const MemberId ana = id_of<MemberId>(4);
  const MemberId bea = id_of<MemberId>(5);

  /// Remembers the report's name, and gives its id.
  ReportId report(const std::string& name, std::uint8_t priority, std::int64_t received = hour) {
    auto made = new_report();
    made.priority = priority;
    made.received_hour = received;
    const ReportId id = add(std::move(made)).value();
    names[to_text(id)] = name;
    return id;
  }
  CaseId file(const std::string& name, std::uint8_t urgency, std::optional<std::int64_t> due, std::optional<MemberId> assignee = {},
              CaseState state = CaseState::open, std::int64_t at = hour) {
    const CaseId id = crypto::random_id<CaseId>();
    storage::NewCase made{{id, desk, ByteVector(1216, 5), state, urgency, at}, {}, {}};
    made.opened.due_hour = due;
    made.opened.assignee = assignee;
    EXPECT_TRUE(run_awaitable(stores->cases().open(std::move(made))));
    names[to_text(id)] = name;
    return id;
  }
  void see(ReportId id) {
    ASSERT_TRUE(run_awaitable(stores->report_views().add(desk, id, {crypto::random_id<EventId>(), ana, hour, ByteVector(9, 9)},
                                                         {storage::Act::report_opened, desk, ana, hour, id, {}})));
  }
  QueueQuery ask(QueueView view = QueueView::all) const { return {.desk = desk, .member = ana, .now_hour = hour, .view = view}; }
  QueuePage page(const QueueQuery& query) { return run_awaitable(stores->queue().page(query)).value(); }
  std::string listed(const QueuePage& page) {
    std::string text;
    for (const auto& item : page.items) text += (text.empty() ? "" : " ") + names[item.report ? to_text(item.report->id) : to_text(item.file->file.id)];
    return text;
  }
  std::string queue(QueueView view, bool others_too = true) {
    QueueQuery query = ask(view);
    query.others_too = others_too;
    return listed(page(query));
  }
  storage::QueueCounts counts(bool others_too = true) {
    QueueQuery query = ask();
    query.others_too = others_too;
    return run_awaitable(stores->queue().counts(query)).value();
  }
  std::map<std::string, std::string> names;
};

TEST_F(QueueTest, MostUrgentFirstThenByHourThenReportsThenByArrival) {
  report("r4", 4);
  file("c1-later", 1, hour + 9);
  file("c1-none", 1, std::nullopt);
  report("r1", 1);
  report("r1-second", 1);
  file("c1-same", 1, hour + 1);
  report("r1-older", 1, hour - 2);
  file("c0", 0, std::nullopt);
  report("r0", 0);
  EXPECT_EQ(queue(QueueView::all), "r0 c0 r1-older r1 r1-second c1-same c1-later c1-none r4");
}

TEST_F(QueueTest, PagesFollowWithoutGapAndTwice) {
  for (int i = 0; i < 12; ++i) {
    report("r" + std::to_string(i), static_cast<std::uint8_t>(i % 3));
    file("c" + std::to_string(i), static_cast<std::uint8_t>(i % 3), i % 2 == 0 ? std::optional(hour + 1) : std::nullopt);
  }
  const std::string whole = queue(QueueView::all);
  for (std::size_t size = 1; size <= 25; ++size) {
    QueueQuery query = ask();
    query.count_max = size;
    std::string all;
    for (int pages = 0; pages < 30; ++pages) {
      const QueuePage got = page(query);
      EXPECT_LE(got.items.size(), size);
      all += (all.empty() ? "" : " ") + listed(got);
      if (!got.next) break;
      query.after = got.next;
    }
    EXPECT_EQ(all, whole) << size;
  }
}

TEST_F(QueueTest, EachViewHoldsWhatItSays) {
  const ReportId seen = report("seen", 2, hour - 9);
  see(seen);
  report("new", 2);
  const ReportId filed = report("filed", 2);
  file("mine", 2, hour - 1, ana);
  file("hers", 2, hour, bea);
  file("nobodys", 2, hour + 1);
  const CaseId closed = file("closed-first", 0, hour - 5, ana, CaseState::closed, hour - 4);
  file("closed-last", 4, std::nullopt, bea, CaseState::closed, hour - 3);
  file("asked", 3, std::nullopt, ana, CaseState::close_asked);
  ASSERT_TRUE(run_awaitable(stores->cases().change({.desk = desk, .id = closed, .hour = hour, .files = {filed}})));
  EXPECT_EQ(queue(QueueView::all), "seen mine hers nobodys new asked");
  EXPECT_EQ(queue(QueueView::unread), "new");
  EXPECT_EQ(queue(QueueView::mine), "mine asked");
  EXPECT_EQ(queue(QueueView::unassigned), "seen nobodys new");
  EXPECT_EQ(queue(QueueView::overdue), "seen mine") << "an hour that has begun is not past";
  EXPECT_EQ(queue(QueueView::closed), "closed-last closed-first");
  // Who sees only their own and nobody's:
  EXPECT_EQ(queue(QueueView::all, false), "seen mine nobodys new asked");
  EXPECT_EQ(queue(QueueView::closed, false), "closed-first");

  const auto all = counts();
  EXPECT_EQ(all.all, 6);
  EXPECT_EQ(all.unread, 1);
  EXPECT_EQ(all.mine, 2);
  EXPECT_EQ(all.unassigned, 3);
  EXPECT_EQ(all.overdue, 2);
  EXPECT_EQ(all.closed, 2);
  EXPECT_EQ(all.danger, 0);
  EXPECT_EQ(all.oldest_unread_due_hour, hour + 8);
  EXPECT_EQ(counts(false).all, 5);
  EXPECT_EQ(counts(false).closed, 1);
}

TEST_F(QueueTest, PagesOfClosedOnesFollowToo) {
  for (int i = 0; i < 7; ++i) file("c" + std::to_string(i), 2, std::nullopt, {}, CaseState::closed, hour - i / 2);
  const std::string whole = queue(QueueView::closed);
  EXPECT_EQ(whole, "c1 c0 c3 c2 c5 c4 c6");
  QueueQuery query = ask(QueueView::closed);
  query.count_max = 3;
  std::string all;
  do {
    const QueuePage got = page(query);
    all += (all.empty() ? "" : " ") + listed(got);
    query.after = got.next;
  } while (query.after);
  EXPECT_EQ(all, whole);
}

TEST_F(QueueTest, CountsAreZeroForNothingAndDangerIsCounted) {
  EXPECT_EQ(counts().all, 0);
  EXPECT_FALSE(counts().oldest_unread_due_hour);
  report("r0", 0);
  file("c0", 0, std::nullopt);
  file("c0-closed", 0, std::nullopt, {}, CaseState::closed);
  EXPECT_EQ(counts().danger, 2);
  EXPECT_EQ(counts().oldest_unread_due_hour, hour);
}

TEST_F(QueueTest, AnotherDesksAreNotThere) {
  report("r", 2);
  file("c", 2, std::nullopt);
  add_desk(id_of<DeskId>(0xd2), id_of<EpochId>(0xe2), "second");
  QueueQuery query = ask();
  query.desk = id_of<DeskId>(0xd2);
  EXPECT_TRUE(page(query).items.empty());
  EXPECT_EQ(run_awaitable(stores->queue().counts(query))->all, 0);
  query.desk = id_of<DeskId>(0xd9);
  EXPECT_FALSE(run_awaitable(stores->queue().page(query)));
}

TEST_F(QueueTest, ViewsOfAReportAreKeptAndMakeItSeen) {
  const ReportId id = report("r", 2);
  see(id);
  see(id);
  EXPECT_EQ(run_awaitable(stores->inbox().get(desk, id))->state, storage::ReportState::seen);
  const auto views = run_awaitable(stores->report_views().of(desk, id)).value();
  ASSERT_EQ(views.size(), 2u);
  EXPECT_EQ(views[0].author, ana);
  EXPECT_EQ(views[0].sealed, ByteVector(9, 9));
  EXPECT_EQ(run_awaitable(stores->log().list({.desk = desk}))->size(), 2u);
  EXPECT_FALSE(run_awaitable(stores->report_views().of(id_of<DeskId>(9), id)));
  EXPECT_FALSE(run_awaitable(stores->report_views().add(id_of<DeskId>(9), id, {id_of<EventId>(1), ana, hour, {}}, {})));
}

}  // namespace
}  // namespace hotline::test
