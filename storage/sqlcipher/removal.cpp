#include "storage/sqlcipher/removal.hpp"

#include "storage/sqlcipher/blobs.hpp"
#include "storage/sqlcipher/deletion.hpp"
#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/holds.hpp"

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

bool holds(Database& database, ScopeKind kind, const ByteArray<16>& scope, const MemberId& member) {
  auto grant = database.query(
      "SELECT 1 FROM access_grant g JOIN member m ON m.number = g.member WHERE g.kind = ? AND g.scope = ? AND m.id = ?", kind, scope, member);
  return grant.next();
}

Result<Rows> find_rows(Database& database, const Removal& removal, const HoldHours& hours, std::int64_t desk) {
  Rows rows;
  for (const CaseId& id : removal.cases) {
    auto found = database.query("SELECT number FROM case_file WHERE id = ? AND desk = ?", id, desk);
    if (!found.next()) continue;
    if (!holds(database, ScopeKind::case_, id.bytes, removal.member)) return Errc::forbidden;
    if (case_is_held(database, found.integer(0), hours)) return Errc::conflict;
    rows.cases.emplace_back(found.integer(0), id);
  }
  for (const ReportId& id : removal.reports) {
    auto found = database.query("SELECT r.number, e.id FROM report r JOIN epoch e ON e.number = r.epoch WHERE r.id = ? AND r.desk = ?", id, desk);
    if (!found.next()) continue;
    if (!holds(database, ScopeKind::epoch, found.fixed<16>(1), removal.member)) return Errc::forbidden;
    if (report_is_held(database, found.integer(0), hours)) return Errc::conflict;
    rows.reports.emplace_back(found.integer(0), id);
  }
  if (rows.cases.empty() && rows.reports.empty()) return Errc::not_found;
  return rows;
}

Result<Taken> take(Database& database, const Removal& removal, const HoldHours& hours) {
  const Result<std::int64_t> desk = desk_number(database, removal.desk);
  if (!desk) return desk.error();
  const Result<Rows> rows = find_rows(database, removal, hours, *desk);
  if (!rows) return rows.error();
  Taken taken;
  const Deletion deletion{removal.desk, removal.member, removal.hour};
  for (const auto& [number, id] : rows->cases) {
    delete_case(database, deletion, number, id);
    ++taken.removed.cases;
  }
  for (const auto& [number, id] : rows->reports) {
    delete_report(database, deletion, number, id, taken.files);
    ++taken.removed.reports;
  }
  taken.removed.files = taken.files.size();
  return taken;
}

}  // namespace

Awaitable<Result<Removed>> remove_for_good(Writer& writer, const Limits& limits, Removal removal) {
  const HoldHours hours{removal.hour, limits.hold_proposal_days};
  const Result<Taken> taken = co_await writer.submit<Taken>(
      [removal = std::move(removal), hours](Database& database) -> Result<Taken> { return take(database, removal, hours); });
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
