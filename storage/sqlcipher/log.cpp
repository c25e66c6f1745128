#include "storage/sqlcipher/log.hpp"

#include "crypto/hash.hpp"

#include <algorithm>

namespace hotline::storage::sqlcipher {
namespace {

constexpr std::size_t list_count_max = 200;

ActivityHead read_head(Database& database, std::string_view chain) {
  auto query = database.query("SELECT count, hash FROM chain_head WHERE chain = ?", chain);
  if (!query.next()) throw Fault(SQLITE_CORRUPT);
  return {query.integer(0), query.fixed<32>(1)};
}

void move_head(Database& database, std::string_view chain, std::int64_t count, const ChainHash& hash) {
  if (database.run("UPDATE chain_head SET count = ?, hash = ? WHERE chain = ?", count, hash, chain) != 1) throw Fault(SQLITE_CORRUPT);
}

/// Columns: number, desk, member, hour, act, subject_kind, subject, detail.
ActivityRow read_row(const Query& query) {
  ActivityRow row;
  row.number = query.integer(0);
  row.activity.desk = query.id<DeskId>(1);
  row.activity.member = query.id<MemberId>(2);
  row.activity.hour = query.integer(3);
  row.activity.act = static_cast<Act>(query.integer(4));
  row.activity.subject = Subject(static_cast<SubjectKind>(query.integer(5)), query.fixed<16>(6));
  row.activity.detail = query.fixed<32>(7);
  return row;
}

std::vector<ActivityRow> rows_of(Database::Run query) {
  std::vector<ActivityRow> rows;
  while (query.next()) rows.push_back(read_row(query));
  return rows;
}

/// Whether the member's last lines about the subject, those of this hour, hold the same act.
bool done_this_hour(Database& database, const Activity& activity) {
  auto query = database.query("SELECT act = ?, member = ?, hour FROM activity WHERE subject = ? AND desk = ? ORDER BY number DESC", activity.act,
                              activity.member, activity.subject.id, activity.desk);
  while (query.next() && query.integer(2) == activity.hour) {
    if (query.integer(0) != 0 && query.integer(1) != 0) return true;
  }
  return false;
}

}  // namespace

std::int64_t append_activity(Database& database, const Activity& activity) {
  const ActivityHead head = read_head(database, activity_chain);
  const ActivityRow row{head.count + 1, activity};
  const ChainHash hash = next_link(activity_chain, head.hash, leaf_of(row));
  database.run("INSERT INTO activity (number, desk, member, hour, act, subject_kind, subject, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
               row.number, activity.desk, activity.member, activity.hour, activity.act, activity.subject.kind, activity.subject.id, activity.detail,
               hash);
  move_head(database, activity_chain, row.number, hash);
  return row.number;
}

void append_lines(Database& database, const ActivityLines& lines) {
  for (const Activity& line : lines) append_activity(database, line);
}

void append_event_link(Database& database, const Event& event) {
  const ActivityHead head = read_head(database, event_chain);
  const ChainHash leaf = leaf_of(event, crypto::blake2b({event.sealed}));
  const ChainHash hash = next_link(event_chain, head.hash, leaf);
  database.run("INSERT INTO event_link (position, event, leaf, hash) VALUES (?, ?, ?, ?)", head.count + 1, event.number, leaf, hash);
  move_head(database, event_chain, head.count + 1, hash);
}

void begin_event_chain(Database& database) {
  auto query = database.query(
      "SELECT e.number, e.id, c.id, e.author, e.recorded_hour, e.sealed FROM event e JOIN case_file c ON c.number = e.case_file "
      "WHERE e.number NOT IN (SELECT event FROM event_link) ORDER BY e.number");
  while (query.next()) {
    append_event_link(database, {query.integer(0), query.id<EventId>(1), query.id<CaseId>(2), query.id<MemberId>(3), query.integer(4), query.bytes(5)});
  }
}

Awaitable<Result<void>> SqlcipherLog::append(Activity activity) {
  return writer_.submit<void>([activity](Database& database) -> Result<void> {
    append_activity(database, activity);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherLog::append_once_an_hour(Activity activity) {
  // Asked of a reader first: most of what is looked at twice costs no write.
  const Result<bool> known = co_await readers_.submit<bool>([activity](Database& database) -> Result<bool> { return done_this_hour(database, activity); });
  if (!known) co_return known.error();
  if (*known) co_return Result<void>();
  co_return co_await writer_.submit<void>([activity](Database& database) -> Result<void> {
    if (!done_this_hour(database, activity)) append_activity(database, activity);
    return {};
  });
}

Awaitable<Result<std::vector<ActivityRow>>> SqlcipherLog::list(ActivityQuery query) {
  return readers_.submit<std::vector<ActivityRow>>([query](Database& database) -> Result<std::vector<ActivityRow>> {
    const std::int64_t before = query.before.value_or(std::numeric_limits<std::int64_t>::max());
    const std::size_t count = std::min(query.count_max, list_count_max);
    const ByteArray<16> nobody{};
    const ByteArray<16>& member = query.member ? query.member->bytes : nobody;
    if (query.subject) {
      return rows_of(database.query(
          "SELECT number, desk, member, hour, act, subject_kind, subject, detail FROM activity WHERE subject = ? AND subject_kind = ? AND desk = ? "
          "AND number < ? AND (? OR member = ?) ORDER BY number DESC LIMIT ?",
          query.subject->id, query.subject->kind, query.desk, before, !query.member.has_value(), member, count));
    }
    if (query.member) {
      return rows_of(database.query(
          "SELECT number, desk, member, hour, act, subject_kind, subject, detail FROM activity WHERE member = ? AND desk = ? AND number < ? "
          "ORDER BY number DESC LIMIT ?",
          member, query.desk, before, count));
    }
    return rows_of(database.query(
        "SELECT number, desk, member, hour, act, subject_kind, subject, detail FROM activity WHERE desk = ? AND number < ? ORDER BY number DESC LIMIT ?",
        query.desk, before, count));
  });
}

Awaitable<Result<ActivityHead>> SqlcipherLog::head() {
  return readers_.submit<ActivityHead>([](Database& database) -> Result<ActivityHead> { return read_head(database, activity_chain); });
}

}  // namespace hotline::storage::sqlcipher
