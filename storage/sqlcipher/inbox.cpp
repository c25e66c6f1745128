#include "storage/sqlcipher/inbox.hpp"

#include "storage/sqlcipher/blobs.hpp"
#include "storage/sqlcipher/desks.hpp"

#include <algorithm>

namespace hotline::storage::sqlcipher {
namespace {

constexpr std::size_t list_count_max = 500;

struct Inserted {
  ReportId id;
  DeskId desk;
};

Result<Inserted> insert(Database& database, const NewReport& report, const ReportId& id, std::int64_t idempotency_expiry,
                        std::int64_t sms_dedupe_expiry) {
  // A key whose time is over, but which is not swept away yet, counts as new.
  if (report.idempotency_key &&
      database.run("INSERT INTO idempotency (key, expiry_hour) VALUES (?1, ?2) "
                   "ON CONFLICT (key) DO UPDATE SET expiry_hour = excluded.expiry_hour WHERE expiry_hour <= ?3",
                   *report.idempotency_key, idempotency_expiry, report.received_hour) == 0) {
    return Errc::duplicate;
  }
  if (report.sms_dedupe_key &&
      database.run("INSERT INTO sms_dedupe (key, expiry_hour) VALUES (?1, ?2) "
                   "ON CONFLICT (key) DO UPDATE SET expiry_hour = excluded.expiry_hour WHERE expiry_hour <= ?3",
                   *report.sms_dedupe_key, sms_dedupe_expiry, report.received_hour) == 0) {
    return Errc::duplicate;
  }

  if (report.media_done && database.run("DELETE FROM media_waiting WHERE number = ?", *report.media_done) == 0) return Errc::duplicate;

  std::int64_t epoch = 0;
  std::int64_t desk = 0;
  DeskId desk_id;
  {
    auto query = database.query("SELECT e.number, d.number, d.id FROM epoch e JOIN desk d ON d.number = e.desk WHERE e.id = ?", report.epoch);
    if (!query.next()) return Errc::not_found;
    epoch = query.integer(0);
    desk = query.integer(1);
    desk_id = query.id<DeskId>(2);
  }
  if (database.run("INSERT INTO report (id, desk, epoch, channel, priority, received_hour, sealed, state, due_hour) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) "
                   "ON CONFLICT (id) DO NOTHING",
                   id, desk, epoch, report.channel, report.priority, report.received_hour, report.sealed, ReportState::new_,
                   report.received_hour + first_read_hours(report.priority)) == 0) {
    return Errc::duplicate;
  }
  const std::int64_t number = database.last_row();
  for (const ByteVector& sealed : report.media_waiting) {
    database.run("INSERT INTO media_waiting (report, queued_hour, sealed) VALUES (?, ?, ?)", number, report.received_hour, sealed);
  }
  if (!report.attachments.empty()) {
    if (const Result<void> claimed = claim_blobs(database, number, report.attachments); !claimed) return claimed.error();
  }
  return Inserted{id, desk_id};
}

/// Columns: number, id, epoch id, channel, priority, received_hour, sealed, state, due_hour.
ReportRow read_row(Database& database, const Query& query) {
  ReportRow row{query.integer(0),
                query.id<ReportId>(1),
                query.id<EpochId>(2),
                static_cast<Channel>(query.integer(3)),
                static_cast<std::uint8_t>(query.integer(4)),
                query.integer(5),
                query.bytes(6),
                {},
                static_cast<ReportState>(query.integer(7)),
                query.integer(8)};
  auto blobs = database.query("SELECT id FROM blob WHERE report = ? ORDER BY position", row.number);
  while (blobs.next()) row.attachments.push_back(blobs.id<BlobId>(0));
  return row;
}

}  // namespace

ReportRow read_report(Database& database, std::int64_t number) {
  auto query = database.query(
      "SELECT r.number, r.id, e.id, r.channel, r.priority, r.received_hour, r.sealed, r.state, r.due_hour FROM report r "
      "JOIN epoch e ON e.number = r.epoch WHERE r.number = ?",
      number);
  if (!query.next()) throw Fault(SQLITE_CORRUPT);
  return read_row(database, query);
}

Awaitable<Result<ReportId>> SqlcipherInbox::add(NewReport report) {
  if (report.sealed.size() > sealed_bytes_max_) co_return Errc::too_large;
  const ReportId id = report_id(report.sealed);
  const std::uint8_t priority = report.priority;
  const std::int64_t hour = report.received_hour;
  const Result<Inserted> inserted = co_await writer_.submit<Inserted>(
      [report = std::move(report), id, idempotency_hours = idempotency_hours_, sms_dedupe_hours = sms_dedupe_hours_](Database& database) -> Result<Inserted> {
        return insert(database, report, id, report.received_hour + idempotency_hours, report.received_hour + sms_dedupe_hours);
      });
  if (!inserted) co_return inserted.error();
  arrivals_.report_arrived(inserted->desk, priority, hour);
  co_return inserted->id;
}

Awaitable<Result<std::vector<ReportRow>>> SqlcipherInbox::list(DeskId desk, std::int64_t after, std::size_t count_max) {
  return readers_.submit<std::vector<ReportRow>>(
      [desk, after, count_max = std::min(count_max, list_count_max)](Database& database) -> Result<std::vector<ReportRow>> {
        std::vector<ReportRow> rows;
        const Result<std::int64_t> number = desk_number(database, desk);
        if (!number) return rows;
        auto query = database.query(
            "SELECT r.number, r.id, e.id, r.channel, r.priority, r.received_hour, r.sealed, r.state, r.due_hour FROM report r INDEXED BY report_by_desk "
            "JOIN epoch e ON e.number = r.epoch WHERE r.desk = ? AND r.number > ? ORDER BY r.number LIMIT ?",
            *number, after, count_max);
        while (query.next()) rows.push_back(read_row(database, query));
        return rows;
      });
}

Awaitable<Result<ReportRow>> SqlcipherInbox::get(DeskId desk, ReportId id) {
  return readers_.submit<ReportRow>([desk, id](Database& database) -> Result<ReportRow> {
    auto query = database.query(
        "SELECT r.number, r.id, e.id, r.channel, r.priority, r.received_hour, r.sealed, r.state, r.due_hour FROM report r "
        "JOIN epoch e ON e.number = r.epoch JOIN desk d ON d.number = r.desk WHERE r.id = ? AND d.id = ?",
        id, desk);
    if (!query.next()) return Errc::not_found;
    return read_row(database, query);
  });
}

Awaitable<Result<std::vector<ReportRow>>> SqlcipherInbox::find(DeskId desk, std::vector<ReportId> ids) {
  return readers_.submit<std::vector<ReportRow>>([desk, ids = std::move(ids)](Database& database) -> Result<std::vector<ReportRow>> {
    std::vector<ReportRow> rows;
    for (const ReportId& id : ids) {
      auto query = database.query("SELECT r.number FROM report r JOIN desk d ON d.number = r.desk WHERE r.id = ? AND d.id = ?", id, desk);
      if (query.next()) rows.push_back(read_report(database, query.integer(0)));
    }
    return rows;
  });
}

Awaitable<Result<std::int64_t>> SqlcipherInbox::count() {
  return readers_.submit<std::int64_t>(
      [](Database& database) -> Result<std::int64_t> { return database.number("SELECT count(*) FROM report"); });
}

}  // namespace hotline::storage::sqlcipher
