#include "storage/sqlcipher/removal.hpp"

#include "crypto/hash.hpp"
#include "storage/sqlcipher/blobs.hpp"
#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/log.hpp"

namespace hotline::storage::sqlcipher {
namespace {

/// What is gone for every reader, and the files whose bytes are still to be overwritten.
struct Taken {
  Removed removed;
  std::vector<std::int64_t> files;
};

/// Row numbers of what is to be deleted.
struct Rows {
  std::vector<std::pair<std::int64_t, CaseId>> cases;
  std::vector<std::pair<std::int64_t, ReportId>> reports;
};

/// The links of a case's events stay in their chain; a line of activity names their leaves, so that no event can go without one.
void remove_events(Database& database, const Removal& removal, std::int64_t number, const CaseId& id) {
  ByteVector leaves;
  {
    auto links = database.query("SELECT l.leaf FROM event e JOIN event_link l ON l.event = e.number WHERE e.case_file = ? ORDER BY l.position", number);
    while (links.next()) append(leaves, links.blob(0));
  }
  const std::int64_t line = append_activity(database, {Act::deleted, removal.desk, removal.member, removal.hour, id, crypto::blake2b({leaves})});
  database.run("UPDATE event_link SET removed = ? WHERE event IN (SELECT number FROM event WHERE case_file = ?)", line, number);
  database.run("DELETE FROM event WHERE case_file = ?", number);
}

bool holds(Database& database, ScopeKind kind, const ByteArray<16>& scope, const MemberId& member) {
  auto grant = database.query(
      "SELECT 1 FROM access_grant g JOIN member m ON m.number = g.member WHERE g.kind = ? AND g.scope = ? AND m.id = ?", kind, scope, member);
  return grant.next();
}

Result<Rows> find_rows(Database& database, const Removal& removal, std::int64_t desk) {
  Rows rows;
  for (const CaseId& id : removal.cases) {
    auto found = database.query("SELECT number FROM case_file WHERE id = ? AND desk = ?", id, desk);
    if (!found.next()) continue;
    if (!holds(database, ScopeKind::case_, id.bytes, removal.member)) return Errc::forbidden;
    rows.cases.emplace_back(found.integer(0), id);
  }
  for (const ReportId& id : removal.reports) {
    auto found = database.query("SELECT r.number, e.id FROM report r JOIN epoch e ON e.number = r.epoch WHERE r.id = ? AND r.desk = ?", id, desk);
    if (!found.next()) continue;
    if (!holds(database, ScopeKind::epoch, found.fixed<16>(1), removal.member)) return Errc::forbidden;
    rows.reports.emplace_back(found.integer(0), id);
  }
  if (rows.cases.empty() && rows.reports.empty()) return Errc::not_found;
  return rows;
}

Result<Taken> take(Database& database, const Removal& removal) {
  const Result<std::int64_t> desk = desk_number(database, removal.desk);
  if (!desk) return desk.error();
  const Result<Rows> rows = find_rows(database, removal, *desk);
  if (!rows) return rows.error();
  Taken taken;
  for (const auto& [number, id] : rows->cases) {
    remove_events(database, removal, number, id);
    database.run("DELETE FROM case_summary WHERE case_file = ?", number);
    database.run("DELETE FROM delivery_key WHERE text IN (SELECT number FROM outgoing_text WHERE case_file = ?)", number);
    database.run("DELETE FROM outgoing_text WHERE case_file = ?", number);
    database.run("DELETE FROM access_grant WHERE kind = ? AND scope = ?", ScopeKind::case_, id.bytes);
    taken.removed.cases += static_cast<std::size_t>(database.run("DELETE FROM case_file WHERE number = ?", number));
  }
  for (const auto& [number, id] : rows->reports) {
    {
      auto files = database.query("SELECT handle FROM blob WHERE report = ?", number);
      while (files.next()) taken.files.push_back(files.integer(0));
    }
    // Neither received nor claimed: being removed, and out of every reader's sight.
    database.run("UPDATE blob SET report = NULL, begun_hour = NULL WHERE report = ?", number);
    database.run("DELETE FROM media_waiting WHERE report = ?", number);
    database.run("DELETE FROM report_view WHERE report = ?", number);
    append_activity(database, {Act::deleted, removal.desk, removal.member, removal.hour, id, {}});
    taken.removed.reports += static_cast<std::size_t>(database.run("DELETE FROM report WHERE number = ?", number));
  }
  taken.removed.files = taken.files.size();
  return taken;
}

}  // namespace

Awaitable<Result<Removed>> remove_for_good(Writer& writer, Removal removal) {
  const Result<Taken> taken = co_await writer.submit<Taken>(
      [removal = std::move(removal)](Database& database) -> Result<Taken> { return take(database, removal); });
  if (!taken) co_return taken.error();
  // From here on it is deleted: what fails now is done by the next expire().
  for (const std::int64_t handle : taken->files) {
    for (;;) {
      const Result<bool> gone =
          co_await writer.submit<bool>([handle](Database& database) -> Result<bool> { return remove_blob_step(database, handle); });
      if (!gone || *gone) break;
    }
  }
  co_await writer.submit_and_empty_log<void>([](Database&) -> Result<void> { return {}; });
  co_return taken->removed;
}

}  // namespace hotline::storage::sqlcipher
