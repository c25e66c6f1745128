#include "storage/sqlcipher/expiry.hpp"

#include "config/log.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/sqlcipher/blobs.hpp"
#include "storage/sqlcipher/mailboxes.hpp"
#include "storage/sqlcipher/retention.hpp"
#include "storage/sqlcipher/upgrade.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string>

namespace hotline::storage::sqlcipher {
namespace {

/// A table with random keys is walked in the order of its keys, some rows a commit: no index on expiry to keep up to date.
struct Sweep {
  Sql step_end;   ///< ?1: key after which the step begins; gives the key at which it ends, or nothing when the rest is short
  Sql remove;     ///< ?1, ?2: from after, up to; ?3: the time
  bool in_days = false;
};

constexpr std::array sweeps = {
    Sweep{"SELECT key FROM idempotency WHERE key > ?1 ORDER BY key LIMIT 1 OFFSET 1999",
          "DELETE FROM idempotency WHERE key > ?1 AND key <= ?2 AND expiry_hour <= ?3"},
    Sweep{"SELECT key FROM sms_dedupe WHERE key > ?1 ORDER BY key LIMIT 1 OFFSET 1999",
          "DELETE FROM sms_dedupe WHERE key > ?1 AND key <= ?2 AND expiry_hour <= ?3"},
    Sweep{"SELECT key FROM delivery_key WHERE key > ?1 ORDER BY key LIMIT 1 OFFSET 1999",
          "DELETE FROM delivery_key WHERE key > ?1 AND key <= ?2 AND expiry_hour <= ?3"},
    Sweep{"SELECT code_hash FROM invitation WHERE code_hash > ?1 ORDER BY code_hash LIMIT 1 OFFSET 1999",
          "DELETE FROM invitation WHERE code_hash > ?1 AND code_hash <= ?2 AND expiry_hour <= ?3"},
    Sweep{"SELECT tag FROM mailbox WHERE tag > ?1 ORDER BY tag LIMIT 1 OFFSET 255",
          "DELETE FROM mailbox WHERE tag > ?1 AND tag <= ?2 AND expiry_day <= ?3", true},
};

/// Where the next step begins; nothing at the end of the table.
using Next = std::optional<ByteVector>;

Next sweep_step(Database& database, const Sweep& sweep, const ByteVector& after, std::int64_t now) {
  Next next;
  {
    auto query = database.query(sweep.step_end, after);
    if (query.next()) next = query.bytes(0);
  }
  static const ByteVector beyond_all(33, 0xff);
  database.run(sweep.remove, after, next ? *next : beyond_all, now);
  return next;
}

Awaitable<Result<void>> sweep_table(Writer& writer, const Sweep& sweep, std::int64_t now) {
  ByteVector after;  // empty: before all keys
  for (;;) {
    const Result<Next> next = co_await writer.submit<Next>(
        [&sweep, after, now](Database& database) -> Result<Next> { return sweep_step(database, sweep, after, now); });
    if (!next) co_return next.error();
    if (!*next) co_return Result<void>();
    after = **next;
  }
}

/// One step towards the end of uploads begun before `hour`. True when none is left.
bool orphan_step(Database& database, std::int64_t hour) {
  std::int64_t handle = 0;
  {
    // NULL: its removal was begun before, and cut short.
    auto query = database.query("SELECT handle FROM blob WHERE report IS NULL AND (begun_hour IS NULL OR begun_hour <= ?) LIMIT 1", hour);
    if (!query.next()) return true;
    handle = query.integer(0);
  }
  doom_blob(database, handle);
  remove_blob_step(database, handle);
  return false;
}

Awaitable<Result<void>> sweep_orphans(Writer& writer, std::int64_t hour) {
  for (;;) {
    const Result<bool> done =
        co_await writer.submit<bool>([hour](Database& database) -> Result<bool> { return orphan_step(database, hour); });
    if (!done) co_return done.error();
    if (*done) co_return Result<void>();
  }
}

/// By a clock like that which destruction goes by, which does not believe a jump at once: the copy is the only way back. On a full disk that one stands still.
Awaitable<Result<void>> remove_copies(Writer& writer, const std::string& path, std::int64_t days, std::int64_t& clock_hour, std::int64_t now_hours, bool at_start) {
  return writer.submit<void>([&path, days, &clock_hour, now_hours, at_start](Database& database) -> Result<void> {
    const std::int64_t kept = std::min(database.number("SELECT hour FROM retention_clock"), now_hours);
    clock_hour = at_start ? kept : std::max(kept, next_clock_hour(clock_hour, now_hours));
    if (remove_old_upgrade_copy(path, clock_hour * 3600, days)) log_event(LogLevel::info, "upgrade_copy_removed");
    // Unsealed, of what may be deleted since: they go by the clock as it is, since each can be made again.
    remove_leavings_of_restore(path, now_hours * 3600);
    return {};
  });
}

Awaitable<Result<void>> expire_rows(Writer& writer, const Limits& limits, std::int64_t now_hours, bool at_start) {
  for (const Sweep& sweep : sweeps) {
    const Result<void> swept = co_await sweep_table(writer, sweep, sweep.in_days ? now_hours / 24 : now_hours);
    if (!swept) co_return swept;
  }
  // Before the uploads: what time destroys leaves its files to them.
  if (const Result<void> destroyed = co_await destroy_what_is_due(writer, limits, now_hours, at_start); !destroyed) co_return destroyed;
  if (const Result<void> swept = co_await sweep_orphans(writer, now_hours - limits.upload_orphan_hours); !swept) co_return swept;
  co_return co_await shuffle_mailbox(writer);
}

}  // namespace

Awaitable<Result<void>> expire(Writer& writer, const std::string& path, const Limits& limits, std::int64_t& clock_hour, std::int64_t now_hours,
                               bool at_start) {
  const Result<void> expired = co_await expire_rows(writer, limits, now_hours, at_start);
  // Whatever became of that: on a full disk nothing else goes, and the copy is as large as the database.
  const Result<void> removed = co_await remove_copies(writer, path, limits.upgrade_copy_days, clock_hour, now_hours, at_start);
  if (!expired) co_return expired;
  if (!removed) co_return removed;
  co_return co_await writer.submit_and_empty_log<void>([](Database&) -> Result<void> { return {}; });
}

}  // namespace hotline::storage::sqlcipher
