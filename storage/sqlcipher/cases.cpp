#include "storage/sqlcipher/cases.hpp"

#include "storage/sqlcipher/case_change.hpp"
#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/removal.hpp"

#include <algorithm>

namespace hotline::storage::sqlcipher {
namespace {

constexpr std::size_t page_count_max = 200;

/// Columns: number, id, desk id, recipient, state, urgency, created_hour, assignee, due_hour, closed_hour, last_event, hold, hold_by, hold_hour,
/// key_known_outside.
Case read_file(const Query& query) {
  Case file{query.id<CaseId>(1), query.id<DeskId>(2), query.bytes(3), static_cast<CaseState>(query.integer(4)), static_cast<std::uint8_t>(query.integer(5)),
            query.integer(6)};
  file.number = query.integer(0);
  if (!query.null(7)) file.assignee = query.id<MemberId>(7);
  if (query.integer(8) != no_due_hour) file.due_hour = query.integer(8);
  if (!query.null(9)) file.closed_hour = query.integer(9);
  file.last_event = query.integer(10);
  file.hold.state = static_cast<HoldState>(query.integer(11));
  if (file.hold.state != HoldState::none) file.hold = {file.hold.state, query.id<MemberId>(12), query.integer(13)};
  file.key_known_outside = query.integer(14) != 0;
  return file;
}

}  // namespace

CaseView read_case(Database& database, std::int64_t number, const MemberId& member) {
  CaseView view;
  {
    auto query = database.query(
        "SELECT c.number, c.id, d.id, c.recipient, c.state, c.urgency, c.created_hour, c.assignee, c.due_hour, c.closed_hour, c.last_event, "
        "c.hold, c.hold_by, c.hold_hour, c.key_known_outside "
        "FROM case_file c JOIN desk d ON d.number = c.desk WHERE c.number = ?",
        number);
    if (!query.next()) throw Fault(SQLITE_CORRUPT);
    view.file = read_file(query);
  }
  {
    auto query = database.query("SELECT id, author, recorded_hour, sealed FROM case_summary WHERE case_file = ?", number);
    if (query.next()) view.summary = Summary{query.id<EventId>(0), query.id<MemberId>(1), query.integer(2), query.bytes(3)};
  }
  auto grant = database.query(
      "SELECT g.sealed FROM member m JOIN access_grant g ON g.kind = ? AND g.scope = ? AND g.member = m.number WHERE m.id = ?", ScopeKind::case_,
      view.file.id, member);
  if (grant.next()) view.grant = grant.bytes(0);
  return view;
}

Awaitable<Result<void>> SqlcipherCases::open(NewCase opened) {
  const DeskId desk = opened.opened.desk;
  const Result<void> stored =
      co_await writer_.submit<void>([opened = std::move(opened)](Database& database) -> Result<void> { return insert_case(database, opened); });
  if (stored) arrivals_.desk_changed(desk);
  co_return stored;
}

Awaitable<Result<void>> SqlcipherCases::change(CaseChange change) {
  const DeskId desk = change.desk;
  // Grants gone are keys gone: with a new key, no older copy of them may stay in the log.
  const bool rekeys = change.set.recipient.has_value();
  auto work = [change = std::move(change)](Database& database) -> Result<void> { return change_case(database, change); };
  const Result<void> stored = rekeys ? co_await writer_.submit_and_empty_log<void>(std::move(work)) : co_await writer_.submit<void>(std::move(work));
  if (stored) arrivals_.desk_changed(desk);
  co_return stored;
}

Awaitable<Result<void>> SqlcipherCases::append(std::vector<Event> events, std::optional<std::int64_t> last_seen) {
  return writer_.submit<void>([events = std::move(events), last_seen](Database& database) -> Result<void> {
    for (const Event& event : events) {
      if (!last_seen) break;
      auto later = database.query("SELECT 1 FROM case_file WHERE id = ? AND last_event > ?", event.case_id, *last_seen);
      if (later.next()) return Errc::conflict;
    }
    return insert_events(database, events);
  });
}

Awaitable<Result<std::vector<Case>>> SqlcipherCases::list(DeskId desk) {
  return readers_.submit<std::vector<Case>>([desk](Database& database) -> Result<std::vector<Case>> {
    std::vector<Case> cases;
    auto query = database.query(
        "SELECT c.number, c.id, d.id, c.recipient, c.state, c.urgency, c.created_hour, c.assignee, c.due_hour, c.closed_hour, c.last_event, "
        "c.hold, c.hold_by, c.hold_hour, c.key_known_outside "
        "FROM case_file c JOIN desk d ON d.number = c.desk WHERE d.id = ? ORDER BY c.number",
        desk);
    while (query.next()) cases.push_back(read_file(query));
    return cases;
  });
}

Awaitable<Result<CaseView>> SqlcipherCases::find(DeskId desk, CaseId id, MemberId member) {
  return readers_.submit<CaseView>([desk, id, member](Database& database) -> Result<CaseView> {
    auto query = database.query("SELECT c.number FROM case_file c JOIN desk d ON d.number = c.desk WHERE c.id = ? AND d.id = ?", id, desk);
    if (!query.next()) return Errc::not_found;
    return read_case(database, query.integer(0), member);
  });
}

Awaitable<Result<std::vector<CaseView>>> SqlcipherCases::page(CasePage page) {
  return readers_.submit<std::vector<CaseView>>([page](Database& database) -> Result<std::vector<CaseView>> {
    std::vector<CaseView> cases;
    const Result<std::int64_t> desk = desk_number(database, page.desk);
    if (!desk) return cases;
    const std::int64_t state = page.state ? static_cast<std::int64_t>(*page.state) : 0;
    auto query = database.query(
        "SELECT number FROM case_file INDEXED BY case_by_desk WHERE desk = ?1 AND number > ?2 AND (?3 = 0 OR state = ?3) AND "
        "(?4 OR assignee IS NULL OR assignee = ?5) AND (NOT ?7 OR key_known_outside <> 0) ORDER BY number LIMIT ?6",
        *desk, page.after, state, page.others_too, page.member, std::clamp<std::size_t>(page.count_max, 1, page_count_max), page.key_known_outside);
    while (query.next()) cases.push_back(read_case(database, query.integer(0), page.member));
    return cases;
  });
}

Awaitable<Result<std::vector<Event>>> SqlcipherCases::events(CaseId id) {
  return readers_.submit<std::vector<Event>>([id](Database& database) -> Result<std::vector<Event>> {
    std::vector<Event> events;
    auto query = database.query(
        "SELECT e.number, e.id, e.author, e.recorded_hour, e.sealed FROM event e JOIN case_file c ON c.number = e.case_file "
        "WHERE c.id = ? ORDER BY e.number",
        id);
    while (query.next()) {
      events.push_back({query.integer(0), query.id<EventId>(1), id, query.id<MemberId>(2), query.integer(3), query.bytes(4)});
    }
    return events;
  });
}

Awaitable<Result<Removed>> SqlcipherCases::remove(Removal removal) {
  const DeskId desk = removal.desk;
  Result<Removed> removed = co_await remove_for_good(writer_, limits_, std::move(removal));
  if (removed) arrivals_.desk_changed(desk);
  co_return removed;
}

}  // namespace hotline::storage::sqlcipher
