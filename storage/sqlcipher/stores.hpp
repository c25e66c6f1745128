#pragma once

#include "config/error.hpp"
#include "config/limits.hpp"
#include "crypto/secret.hpp"
#include "storage/stores.hpp"

#include <functional>
#include <memory>
#include <string>

namespace hotline::storage {

struct OpenOptions {
  std::string path;                 ///< the database file; SQLite keeps path-wal and path-shm beside it
  const crypto::LockedKey& key;     ///< 32 bytes, see storage/key_file.hpp; copied
  const Limits& limits;             ///< copied
  bool create = false;              ///< make the database when there is none
  std::function<bool()> is_served{};   ///< asked before an upgrade: not beneath a running server. Empty: there is none
};

/// All stores in one SQLCipher database (docs/architecture.md): one thread that writes, some that read.
/// Any thread may use it; each call resumes its coroutine on the coroutine's own executor.
class SqlcipherStores final : public Stores {
 public:
  /// Stops, if stop() was not called.
  ~SqlcipherStores() override;
  SqlcipherStores(const SqlcipherStores&) = delete;
  SqlcipherStores& operator=(const SqlcipherStores&) = delete;

  Inbox& inbox() override;
  Blobs& blobs() override;
  Mailboxes& mailboxes() override;
  Desks& desks() override;
  Members& members() override;
  SecondFactors& second_factors() override;
  Foundings& foundings() override;
  Grants& grants() override;
  Cases& cases() override;
  Outbox& outbox() override;
  MediaQueue& media_queue() override;
  Queue& queue() override;
  Figures& figures() override;
  ReportViews& report_views() override;
  Log& log() override;
  Arrivals& arrivals() override;
  Calls& calls() override;
  Retention& retention() override;
  Awaitable<Result<crypto::LockedKey>> server_key(std::string_view purpose) override;
  Load load() const override;
  Awaitable<Result<void>> probe() override;
  Awaitable<Result<void>> expire(std::int64_t now_hours, bool at_start = false) override;

  /// Finishes what was accepted, empties the write-ahead log, closes. Later calls give Errc::closed. Waits for all of it; the
  /// executors of those who wait must still be there.
  void stop();

 private:
  friend Outcome<std::unique_ptr<SqlcipherStores>> open_stores(OpenOptions options);
  struct Parts;
  explicit SqlcipherStores(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

/// Opens the database and brings its schema up to date; one program at a time, others wait. Refused with one line that names the file and what to do: missing file or
/// directory, file open to other users, directory that everyone may write in, wrong key, not encrypted, not a Hotline database,
/// written by a newer Hotline, written by an older one that serves it.
Outcome<std::unique_ptr<SqlcipherStores>> open_stores(OpenOptions options);

}  // namespace hotline::storage
