#include "storage/sqlcipher/outbox.hpp"

namespace hotline::storage::sqlcipher {
namespace {

/// Columns: id, case id, author, gateway, queued_hour, state, reason, code, state_hour.
TextRow read_row(const Query& query) {
  return {query.id<TextId>(0),
          query.id<CaseId>(1),
          query.id<MemberId>(2),
          std::string(query.text(3)),
          query.integer(4),
          static_cast<TextState>(query.integer(5)),
          static_cast<TextReason>(query.integer(6)),
          std::string(query.text(7)),
          query.integer(8)};
}

Result<DeskId> desk_of(Database& database, const TextId& id) {
  auto query = database.query(
      "SELECT d.id FROM outgoing_text t JOIN case_file c ON c.number = t.case_file JOIN desk d ON d.number = c.desk WHERE t.id = ?", id);
  if (!query.next()) return Errc::corrupt;
  return query.id<DeskId>(0);
}

Result<void> set_tried(Database& database, const TextId& id, bool tried) {
  if (database.run("UPDATE outgoing_text SET tried = ? WHERE id = ? AND sealed IS NOT NULL", tried, id) == 0) return Errc::not_found;
  return {};
}

Result<void> insert(Database& database, const TextRow& row, const ByteVector& sealed, std::size_t waiting_max) {
  std::int64_t case_number = 0;
  {
    auto query = database.query("SELECT number FROM case_file WHERE id = ?", row.case_id);
    if (!query.next()) return Errc::not_found;
    case_number = query.integer(0);
  }
  {
    auto known = database.query("SELECT case_file = ? AND gateway = ? FROM outgoing_text WHERE id = ?", case_number, row.gateway, row.id);
    if (known.next()) return known.integer(0) != 0 ? Result<void>() : Errc::duplicate;
  }
  if (static_cast<std::size_t>(database.number("SELECT count(*) FROM outgoing_text WHERE sealed IS NOT NULL")) >= waiting_max) return Errc::busy;
  database.run("INSERT INTO outgoing_text (id, case_file, author, gateway, queued_hour, state, reason, code, state_hour, tried, sealed) "
               "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
               row.id, case_number, row.author, row.gateway, row.queued_hour, TextState::waiting, TextReason::none, std::string_view(), row.queued_hour,
               sealed);
  return {};
}

Result<void> set_delivery(Database& database, const ReportKey& key, TextState state, TextReason reason, const std::string& code, std::int64_t hour) {
  std::int64_t text = 0;
  {
    auto query = database.query("SELECT text FROM delivery_key WHERE key = ?", key);
    if (!query.next()) return Errc::not_found;
    text = query.integer(0);
  }
  if (state == TextState::delivered) {
    database.run("UPDATE delivery_key SET delivered = 1 WHERE key = ?", key);
    auto missing = database.query("SELECT 1 FROM delivery_key WHERE text = ? AND delivered = 0", text);
    if (missing.next()) return {};
  }
  // It was sent after all, when nobody could tell.
  database.run("UPDATE outgoing_text SET state = ?, reason = ?, code = ?, state_hour = ? WHERE number = ? AND (state = ? OR (state = ? AND reason = ?))",
               state, reason, code, hour, text, TextState::sent, TextState::not_sent, TextReason::perhaps_sent);
  return {};
}

}  // namespace

template <class Work>
Awaitable<Result<void>> SqlcipherOutbox::change(Work work) {
  const Result<DeskId> desk = co_await writer_.submit<DeskId>(std::move(work));
  if (!desk) co_return desk.error();
  arrivals_.desk_changed(*desk);
  co_return Result<void>();
}

Awaitable<Result<void>> SqlcipherOutbox::add(TextRow row, ByteVector sealed) {
  return change([row = std::move(row), sealed = std::move(sealed), waiting_max = limits_.outbox_max](Database& database) -> Result<DeskId> {
    if (const Result<void> inserted = insert(database, row, sealed, waiting_max); !inserted) return inserted.error();
    return desk_of(database, row.id);
  });
}

Awaitable<Result<ByteVector>> SqlcipherOutbox::attempt(TextId id) {
  return writer_.submit<ByteVector>([id](Database& database) -> Result<ByteVector> {
    if (const Result<void> marked = set_tried(database, id, true); !marked) return marked.error();
    auto query = database.query("SELECT sealed FROM outgoing_text WHERE id = ?", id);
    if (!query.next()) return Errc::not_found;
    return query.bytes(0);
  });
}

Awaitable<Result<void>> SqlcipherOutbox::retry(TextId id) {
  return writer_.submit<void>([id](Database& database) -> Result<void> { return set_tried(database, id, false); });
}

Awaitable<Result<void>> SqlcipherOutbox::settle(TextId id, TextState state, TextReason reason, std::string code, std::vector<ReportKey> keys,
                                                std::int64_t hour) {
  return change([=, this, code = std::move(code), keys = std::move(keys)](Database& database) -> Result<DeskId> {
    if (database.run("UPDATE outgoing_text SET state = ?, reason = ?, code = ?, state_hour = ?, sealed = NULL WHERE id = ? AND sealed IS NOT NULL",
                     state, reason, code, hour, id) == 0) {
      return Errc::not_found;
    }
    // An operator that counts begins again some day: then the key is the last text's.
    for (const ReportKey& key : keys) {
      database.run("INSERT INTO delivery_key (key, text, delivered, expiry_hour) SELECT ?, number, 0, ? FROM outgoing_text WHERE id = ? "
                   "ON CONFLICT (key) DO UPDATE SET text = excluded.text, delivered = 0, expiry_hour = excluded.expiry_hour",
                   key, hour + limits_.delivery_report_hours, id);
    }
    return desk_of(database, id);
  });
}

Awaitable<Result<void>> SqlcipherOutbox::report(ReportKey key, TextState state, TextReason reason, std::string code, std::int64_t hour) {
  return change([=, code = std::move(code)](Database& database) -> Result<DeskId> {
    if (const Result<void> delivered = set_delivery(database, key, state, reason, code, hour); !delivered) return delivered.error();
    auto query = database.query("SELECT d.id FROM delivery_key k JOIN outgoing_text t ON t.number = k.text JOIN case_file c ON c.number = t.case_file "
                                "JOIN desk d ON d.number = c.desk WHERE k.key = ?", key);
    if (!query.next()) return Errc::corrupt;
    return query.id<DeskId>(0);
  });
}

Awaitable<Result<std::vector<TextRow>>> SqlcipherOutbox::of_case(CaseId id) {
  return readers_.submit<std::vector<TextRow>>([id](Database& database) -> Result<std::vector<TextRow>> {
    std::vector<TextRow> rows;
    auto query = database.query(
        "SELECT t.id, c.id, t.author, t.gateway, t.queued_hour, t.state, t.reason, t.code, t.state_hour FROM case_file c "
        "JOIN outgoing_text t ON t.case_file = c.number WHERE c.id = ? ORDER BY t.number",
        id);
    while (query.next()) rows.push_back(read_row(query));
    return rows;
  });
}

Awaitable<Result<std::size_t>> SqlcipherOutbox::give_up_all(std::int64_t hour) {
  return writer_.submit<std::size_t>([hour](Database& database) -> Result<std::size_t> {
    return static_cast<std::size_t>(
        database.run("UPDATE outgoing_text SET state = ?, reason = CASE tried WHEN 0 THEN ? ELSE ? END, state_hour = ?, sealed = NULL "
                     "WHERE sealed IS NOT NULL",
                     TextState::not_sent, TextReason::restarted, TextReason::perhaps_sent, hour));
  });
}

}  // namespace hotline::storage::sqlcipher
