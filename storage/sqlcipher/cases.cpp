#include "storage/sqlcipher/cases.hpp"

#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/grants.hpp"
#include "storage/sqlcipher/log.hpp"
#include "storage/sqlcipher/removal.hpp"

namespace hotline::storage::sqlcipher {
namespace {

Result<void> insert_events(Database& database, const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (database.run("INSERT INTO event (id, case_file, author, recorded_hour, sealed) SELECT ?, number, ?, ?, ? FROM case_file WHERE id = ?",
                     event.id, event.author, event.recorded_hour, event.sealed, event.case_id) == 0) {
      return Errc::not_found;
    }
    Event stored = event;
    stored.number = database.last_row();
    append_event_link(database, stored);
    database.run("UPDATE case_file SET last_event = ? WHERE id = ?", stored.number, event.case_id);
  }
  return {};
}

}  // namespace

Awaitable<Result<void>> SqlcipherCases::open(Case opened, std::vector<Grant> grants, std::vector<Event> events) {
  return writer_.submit<void>(
      [opened = std::move(opened), grants = std::move(grants), events = std::move(events)](Database& database) -> Result<void> {
        const Result<std::int64_t> desk = desk_number(database, opened.desk);
        if (!desk) return desk.error();
        for (const Event& event : events) {
          if (event.case_id != opened.id) return Errc::malformed;
        }
        database.run("INSERT INTO case_file (id, desk, recipient, state, urgency, created_hour) VALUES (?, ?, ?, ?, ?, ?)", opened.id, *desk,
                     opened.recipient, opened.state, opened.urgency, opened.created_hour);
        if (const Result<void> granted = insert_grants(database, grants); !granted) return granted;
        return insert_events(database, events);
      });
}

Awaitable<Result<void>> SqlcipherCases::append(std::vector<Event> events, std::optional<std::int64_t> last_seen) {
  return writer_.submit<void>([events = std::move(events), last_seen](Database& database) -> Result<void> {
    for (const Event& event : events) {
      if (!last_seen) break;
      auto later = database.query("SELECT 1 FROM event e JOIN case_file c ON c.number = e.case_file WHERE c.id = ? AND e.number > ?",
                                  event.case_id, *last_seen);
      if (later.next()) return Errc::conflict;
    }
    return insert_events(database, events);
  });
}

Awaitable<Result<std::vector<Case>>> SqlcipherCases::list(DeskId desk) {
  return readers_.submit<std::vector<Case>>([desk](Database& database) -> Result<std::vector<Case>> {
    std::vector<Case> cases;
    auto query = database.query(
        "SELECT c.id, c.recipient, c.state, c.urgency, c.created_hour FROM case_file c JOIN desk d ON d.number = c.desk WHERE d.id = ? "
        "ORDER BY c.number",
        desk);
    while (query.next()) {
      cases.push_back({query.id<CaseId>(0), desk, query.bytes(1), static_cast<CaseState>(query.integer(2)),
                       static_cast<std::uint8_t>(query.integer(3)), query.integer(4)});
    }
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

Awaitable<Result<void>> SqlcipherCases::set_state(CaseId id, CaseState state, std::uint8_t urgency) {
  return writer_.submit<void>([id, state, urgency](Database& database) -> Result<void> {
    if (database.run("UPDATE case_file SET state = ?, urgency = ? WHERE id = ?", state, urgency, id) == 0) return Errc::not_found;
    return {};
  });
}

Awaitable<Result<Removed>> SqlcipherCases::remove(Removal removal) { return remove_for_good(writer_, std::move(removal)); }

}  // namespace hotline::storage::sqlcipher
