#include "storage/sqlcipher/stores.hpp"

#include "crypto/random.hpp"
#include "storage/private_file.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/sqlcipher/blobs.hpp"
#include "storage/sqlcipher/calls.hpp"
#include "storage/sqlcipher/cases.hpp"
#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/expiry.hpp"
#include "storage/sqlcipher/figures.hpp"
#include "storage/sqlcipher/foundings.hpp"
#include "storage/sqlcipher/grants.hpp"
#include "storage/sqlcipher/inbox.hpp"
#include "storage/sqlcipher/log.hpp"
#include "storage/sqlcipher/mailboxes.hpp"
#include "storage/sqlcipher/media_queue.hpp"
#include "storage/sqlcipher/members.hpp"
#include "storage/sqlcipher/opening.hpp"
#include "storage/sqlcipher/outbox.hpp"
#include "storage/sqlcipher/queue.hpp"
#include "storage/sqlcipher/report_views.hpp"
#include "storage/sqlcipher/retention.hpp"
#include "storage/sqlcipher/schema.hpp"
#include "storage/sqlcipher/second_factors.hpp"
#include "storage/sqlcipher/upgrade.hpp"
#include "storage/sqlcipher/upgrade_turn.hpp"

#include <optional>

namespace hotline::storage {

using sqlcipher::Database;

namespace {
/// How long the start waits for another program's reads; beside a running server the log may stay as it is.
constexpr std::chrono::milliseconds start_wait{50};
}  // namespace

struct SqlcipherStores::Parts {
  Parts(std::string given_path, crypto::LockedKey copied_key, const Limits& copied_limits, std::unique_ptr<Database> connection)
      : path(std::move(given_path)),
        key(std::move(copied_key)),
        limits(copied_limits),
        writer({path, key}, std::move(connection), limits),
        readers({path, key}, limits),
        inbox(writer, readers, limits, arrivals),
        blobs(writer, readers, limits, DiskSpace(path, limits.disk_reserve_bytes)),
        mailboxes(writer, readers),
        desks(writer, readers),
        members(writer, readers),
        second_factors(writer, readers),
        foundings(writer, readers),
        grants(writer, readers),
        cases(writer, readers, limits, arrivals),
        outbox(writer, readers, limits, arrivals),
        media_queue(readers),
        queue(readers),
        figures(readers),
        report_views(writer, readers, arrivals),
        log(writer, readers),
        calls(writer, readers),
        retention(readers, limits) {}

  const std::string path;
  const crypto::LockedKey key;
  const Limits limits;
  sqlcipher::Writer writer;
  sqlcipher::Readers readers;
  Arrivals arrivals;
  sqlcipher::SqlcipherInbox inbox;
  sqlcipher::SqlcipherBlobs blobs;
  sqlcipher::SqlcipherMailboxes mailboxes;
  sqlcipher::SqlcipherDesks desks;
  sqlcipher::SqlcipherMembers members;
  sqlcipher::SqlcipherSecondFactors second_factors;
  sqlcipher::SqlcipherFoundings foundings;
  sqlcipher::SqlcipherGrants grants;
  sqlcipher::SqlcipherCases cases;
  sqlcipher::SqlcipherOutbox outbox;
  sqlcipher::SqlcipherMediaQueue media_queue;
  sqlcipher::SqlcipherQueue queue;
  sqlcipher::SqlcipherFigures figures;
  sqlcipher::SqlcipherReportViews report_views;
  sqlcipher::SqlcipherLog log;
  sqlcipher::SqlcipherCalls calls;
  sqlcipher::SqlcipherRetention retention;
  std::int64_t copy_clock_hour = 0;   ///< sqlcipher::expire's
};

SqlcipherStores::SqlcipherStores(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
SqlcipherStores::~SqlcipherStores() { stop(); }

Inbox& SqlcipherStores::inbox() { return parts_->inbox; }
Blobs& SqlcipherStores::blobs() { return parts_->blobs; }
Mailboxes& SqlcipherStores::mailboxes() { return parts_->mailboxes; }
Desks& SqlcipherStores::desks() { return parts_->desks; }
Members& SqlcipherStores::members() { return parts_->members; }
SecondFactors& SqlcipherStores::second_factors() { return parts_->second_factors; }
Foundings& SqlcipherStores::foundings() { return parts_->foundings; }
Grants& SqlcipherStores::grants() { return parts_->grants; }
Cases& SqlcipherStores::cases() { return parts_->cases; }
Outbox& SqlcipherStores::outbox() { return parts_->outbox; }
MediaQueue& SqlcipherStores::media_queue() { return parts_->media_queue; }
Queue& SqlcipherStores::queue() { return parts_->queue; }
Figures& SqlcipherStores::figures() { return parts_->figures; }
ReportViews& SqlcipherStores::report_views() { return parts_->report_views; }
Log& SqlcipherStores::log() { return parts_->log; }
Arrivals& SqlcipherStores::arrivals() { return parts_->arrivals; }
Calls& SqlcipherStores::calls() { return parts_->calls; }
Retention& SqlcipherStores::retention() { return parts_->retention; }

Awaitable<Result<crypto::LockedKey>> SqlcipherStores::server_key(std::string_view purpose) {
  // By a reader, since anybody who asks for the salt of a name comes here; the writer makes it once.
  const std::string name(purpose);
  auto kept = co_await parts_->readers.submit<crypto::LockedKey>([name](Database& database) -> Result<crypto::LockedKey> {
    auto query = database.query("SELECT key FROM server_key WHERE purpose = ?", name);
    if (!query.next()) return Errc::not_found;
    return crypto::LockedKey::create(query.blob(0));
  });
  if (kept || kept.error() != Errc::not_found) co_return std::move(kept);
  co_return co_await parts_->writer.submit<crypto::LockedKey>([purpose = name](Database& database) -> Result<crypto::LockedKey> {
    const auto fresh = crypto::random_secret<32>();
    const Bytes fresh_bytes = fresh.reveal();
    database.run("INSERT INTO server_key (purpose, key) VALUES (?, ?) ON CONFLICT (purpose) DO NOTHING", purpose, fresh_bytes);
    auto query = database.query("SELECT key FROM server_key WHERE purpose = ?", purpose);
    if (!query.next()) return Errc::corrupt;
    return crypto::LockedKey::create(query.blob(0));
  });
}

Load SqlcipherStores::load() const {
  return {.writer_half_full = parts_->writer.waiting() * 2 > parts_->limits.writer_queue_max,
          .readers_half_full = parts_->readers.waiting() * 2 > parts_->limits.reader_queue_max};
}

Awaitable<Result<void>> SqlcipherStores::probe() {
  return parts_->writer.submit<void>([](Database& database) -> Result<void> {
    // A change of value, so that a page is really written and synced.
    if (database.run("UPDATE probe SET value = 1 - value") != 1) return Errc::corrupt;
    return {};
  });
}

Awaitable<Result<void>> SqlcipherStores::expire(std::int64_t now_hours, bool at_start) {
  return sqlcipher::expire(parts_->writer, parts_->path, parts_->limits, parts_->copy_clock_hour, now_hours, at_start);
}

void SqlcipherStores::stop() {
  // Readers first: an open read would keep the log from being emptied.
  parts_->readers.stop();
  parts_->writer.stop();
}

Outcome<std::unique_ptr<SqlcipherStores>> open_stores(OpenOptions options) {
  if (auto ended = check_restore_ended(options.path); !ended) return ended.error();
  if (options.create && !file_exists(options.path)) {
    if (auto created = create_private_file(options.path, "database"); !created) return created.error();
    if (auto synced = sync_directory_of(options.path); !synced) return synced.error();
  }
  int version = 0;
  auto opened = sqlcipher::open_database(options.path, options.key, Database::Mode::read_write, version);
  if (!opened) return opened.error();
  if (version == 0 && !options.create) {
    return Problem{"the database " + options.path + " is empty: an earlier  hotline init  did not finish; run it again"};
  }
  const auto is_old = [&] { return version != 0 && version < sqlcipher::newest_schema_version(); };
  try {
    std::optional<sqlcipher::UpgradeTurn> turn;
    if (is_old()) {
      if (options.is_served && options.is_served()) {
        return Problem{"the database " + options.path + " is of an older Hotline, and a server runs on it: start that anew, it upgrades the database"};
      }
      auto taken = sqlcipher::UpgradeTurn::take(options.path);
      if (!taken) return taken.error();
      turn.emplace(std::move(*taken));
      version = sqlcipher::schema_version(**opened);   // another may have done it meanwhile
    }
    if (is_old()) {
      if (auto copied = copy_before_upgrade(options.path, options.key); !copied) return copied.error();
    }
    sqlcipher::migrate(**opened);
    turn.reset();
    // What the log of an earlier run holds goes into the database, synced, before anything is committed behind it: after a failed
    // sync and a kill, the log may be readable without being on the disk.
    (*opened)->checkpoint(Database::Checkpoint::truncate, start_wait);
  } catch (const sqlcipher::Fault& fault) {
    return sqlcipher::describe(fault, options.path);
  }
  auto key = crypto::LockedKey::create(options.key.reveal());
  if (!key) return Problem{"no locked memory for the database key: raise the limit of locked memory (ulimit -l)"};
  auto parts = std::make_unique<SqlcipherStores::Parts>(options.path, std::move(*key), options.limits, std::move(*opened));
  return std::unique_ptr<SqlcipherStores>(new SqlcipherStores(std::move(parts)));
}

}  // namespace hotline::storage
