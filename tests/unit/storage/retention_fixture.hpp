#pragma once

#include "storage/retention.hpp"

#include "crypto/hash.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/sqlcipher/database.hpp"
#include "tests/unit/storage/store_fixture.hpp"

#include <algorithm>

namespace hotline::test {

inline constexpr std::int64_t day = 24;

/// A desk with ana and bea; a case is due 30 days after it was closed, a report that is in none 40 days after it came.
class RetentionTest : public StoreTest {
 protected:
  RetentionTest() {
    limits.closed_case_days = 30;
    limits.unfiled_report_days = 40;
  }
  const MemberId ana = id_of<MemberId>(4);
  const MemberId bea = id_of<MemberId>(5);
  const CaseId file = id_of<CaseId>(0xc1);

  void SetUp() override {
    StoreTest::SetUp();
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(5, "bea"))));
    for (const MemberId& member : {ana, bea}) ASSERT_TRUE(run_awaitable(stores->grants().add({{storage::ScopeKind::epoch, epoch.bytes, member, marked("key of epoch", 900)}})));
  }
  /// The mark at the beginning, which lies in the table's page, and at the end, which may lie in a page of its own.
  static ByteVector marked(std::string_view mark, std::size_t size) {
    ByteVector bytes = random_vector(size);
    std::copy(mark.begin(), mark.end(), bytes.begin());
    std::copy(mark.begin(), mark.end(), bytes.end() - static_cast<std::ptrdiff_t>(mark.size()));
    return bytes;
  }
  ReportId tell(std::string_view mark, bool with_file = false, std::int64_t at = hour) {
    storage::NewReport report = new_report(marked(mark, 2700));
    report.received_hour = at;
    if (with_file) {
      const auto blob = crypto::random_id<BlobId>();
      report.attachments = {{blob, upload(blob, marked(mark, 300'000), 64 * 1024)}};
    }
    return add(std::move(report)).value();
  }
  void read(const ReportId& id) {
    const ByteVector sealed = marked("view", 500);
    storage::Activity activity{storage::Act::report_opened, desk, ana, hour, id, crypto::blake2b({sealed})};
    ASSERT_TRUE(run_awaitable(stores->report_views().add(desk, id, {crypto::random_id<EventId>(), ana, hour, sealed}, activity)));
  }
  void open_case(CaseId id, std::vector<ReportId> reports, std::string_view mark = "note") {
    storage::NewCase made{{id, desk, ByteVector(1216, 5), storage::CaseState::open, 2, hour},
                          {{storage::ScopeKind::case_, id.bytes, ana, marked(mark, 2000)}},
                          {storage::Event{0, crypto::random_id<EventId>(), id, ana, hour, marked(mark, 3000)}}};
    made.files = std::move(reports);
    made.summary = storage::Summary{crypto::random_id<EventId>(), ana, hour, marked(mark, 600)};
    ASSERT_TRUE(run_awaitable(stores->cases().open(std::move(made))));
  }
  storage::CaseChange change_of(CaseId id, std::int64_t at) {
    storage::CaseChange change{.desk = desk, .id = id, .hour = at};
    change.events = {storage::Event{0, crypto::random_id<EventId>(), id, ana, at, ByteVector(100, 1)}};
    return change;
  }
  void set_state(CaseId id, storage::CaseState state, std::vector<ReportId> about = {}, std::int64_t at = hour) {
    storage::CaseChange change = change_of(id, at);
    change.set.state = state;
    change.about = std::move(about);
    ASSERT_TRUE(run_awaitable(stores->cases().change(std::move(change))));
  }
  Result<void> step(storage::HoldStep what, MemberId by, std::vector<ReportId> about = {}, std::int64_t at = hour) {
    storage::CaseChange change = change_of(file, at);
    change.hold = storage::CaseChange::HoldChange{what, by};
    change.about = std::move(about);
    return run_awaitable(stores->cases().change(std::move(change)));
  }
  storage::HoldState hold_now() { return run_awaitable(stores->cases().find(desk, file, ana)).value().file.hold.state; }
  /// An hourly pass after so many days without any gap that the clock would be doubted for.
  void pass(std::int64_t days) {
    {
      storage::sqlcipher::Database database(path, key, storage::sqlcipher::Database::Mode::read_write);
      database.script("UPDATE retention_clock SET hour = 0");
    }
    ASSERT_TRUE(run_awaitable(stores->expire(hour + days * day)));
  }
  Result<void> put_into(CaseId id, std::vector<ReportId> reports, std::int64_t at) {
    storage::CaseChange change = change_of(id, at);
    change.files = std::move(reports);
    return run_awaitable(stores->cases().change(std::move(change)));
  }
  storage::ReportState state_of(const ReportId& id) { return run_awaitable(stores->inbox().get(desk, id))->state; }
  bool is_there(const ReportId& id) { return run_awaitable(stores->inbox().get(desk, id)).has_value(); }
  bool case_is_there(const CaseId& id) { return run_awaitable(stores->cases().find(desk, id, ana)).has_value(); }
  storage::RetentionView view(std::int64_t days, std::int64_t look = 0) { return run_awaitable(stores->retention().view(desk, hour + days * day, look)).value(); }
  Result<storage::Removed> remove(std::vector<CaseId> cases, std::vector<ReportId> reports, std::int64_t at = hour) {
    return run_awaitable(stores->cases().remove({desk, ana, std::move(cases), std::move(reports), at}));
  }
  std::int64_t rows(storage::sqlcipher::Sql sql) {
    storage::sqlcipher::Database database(path, key, storage::sqlcipher::Database::Mode::read_only);
    return database.number(sql);
  }
  std::string all_pages() {
    storage::sqlcipher::Database database(path, key, storage::sqlcipher::Database::Mode::read_only);
    sqlite3_int64 size = 0;
    unsigned char* pages = sqlite3_serialize(database.handle(), "main", &size, 0);
    std::string copy(reinterpret_cast<const char*>(pages), static_cast<std::size_t>(size));
    sqlite3_free(pages);
    return copy;
  }
  std::string unsound() {
    const auto checked = storage::check_database(path, key);
    if (!checked) return checked.error().line;
    return checked->sound() ? "" : checked->problems.front();
  }
};

}  // namespace hotline::test
