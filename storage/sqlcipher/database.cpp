#include "storage/sqlcipher/database.hpp"

#include "config/log.hpp"

#include <mutex>
#include <tuple>

namespace hotline::storage::sqlcipher {
namespace {

constexpr int busy_wait_ms = 5000;        ///< for the command line beside the server
constexpr std::string_view hex_digits = "0123456789abcdef";

void start_library() {
  static std::once_flag once;
  std::call_once(once, [] {
    // Counting every allocation takes a lock that all connections share. Refused when the library runs already, which is harmless.
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
    if (const int code = sqlite3_initialize(); code != SQLITE_OK) throw Fault(code);
  });
}

/// x'64 hex digits': SQLCipher takes this form as the key itself; anything else would be stretched as a passphrase.
void give_key(sqlite3* connection, const crypto::LockedKey& key) {
  constexpr std::size_t key_bytes = 32;
  if (key.size() != key_bytes) throw Fault(SQLITE_MISUSE);
  crypto::Secret<2 * key_bytes + 3> text;
  const auto out = text.reveal_mutable();
  std::size_t at = 0;
  out[at++] = 'x';
  out[at++] = '\'';
  for (const Byte byte : key.reveal()) {
    out[at++] = static_cast<Byte>(hex_digits[byte >> 4]);
    out[at++] = static_cast<Byte>(hex_digits[byte & 15]);
  }
  out[at++] = '\'';
  const int code = sqlite3_key_v2(connection, "main", text.reveal().data(), static_cast<int>(at));
  if (code != SQLITE_OK) throw Fault::of(connection);
}

void harden(sqlite3* connection) {
  const auto set = [connection](int option, int value) {
    if (sqlite3_db_config(connection, option, value, nullptr) != SQLITE_OK) throw Fault::of(connection);
  };
  set(SQLITE_DBCONFIG_DEFENSIVE, 1);
  set(SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0);
  set(SQLITE_DBCONFIG_ENABLE_FKEY, 1);
  set(SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0);
  set(SQLITE_DBCONFIG_DQS_DDL, 0);
  set(SQLITE_DBCONFIG_DQS_DML, 0);
  sqlite3_limit(connection, SQLITE_LIMIT_ATTACHED, 0);
}

}  // namespace

void Database::Close::operator()(sqlite3* connection) const noexcept { sqlite3_close_v2(connection); }

Database::Database(const std::string& path, const crypto::LockedKey& key, Mode mode) {
  start_library();
  sqlite3* opened = nullptr;
  // Mode 0600 and O_CREAT are ours (storage/private_file), and a connection is used by one thread at a time.
  const int flags = (mode == Mode::read_only ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  const int code = sqlite3_open_v2(path.c_str(), &opened, flags, nullptr);
  connection_.reset(opened);
  if (code != SQLITE_OK) throw opened == nullptr ? Fault(SQLITE_NOMEM) : Fault::of(opened);
  sqlite3_busy_timeout(opened, busy_wait_ms);
  give_key(opened, key);
  harden(opened);
  // SQLCipher would write to standard error by itself; what it has to say comes as codes too.
  script("PRAGMA cipher_log_level=NONE; PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA secure_delete=ON;");
  // The first page that is read shows whether the key fits.
  number("SELECT count(*) FROM sqlite_schema");
  switch (mode) {
    case Mode::read_write:
      script("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-8192; PRAGMA journal_size_limit=67108864;");
      // Checkpoints are the writer's: see Writer::checkpoint_when_due.
      sqlite3_wal_hook(
          opened,
          [](void* self, sqlite3*, const char*, int pages) {
            static_cast<Database*>(self)->wal_pages_ = pages;
            return SQLITE_OK;
          },
          this);
      break;
    case Mode::read_only: script("PRAGMA query_only=ON; PRAGMA cache_size=-2048;"); break;
    case Mode::being_made: script("PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF;"); break;
  }
}

Database::~Database() {
  roll_back();
  statements_.clear();
}

Statement& Database::statement(Sql sql) {
  if (const auto found = statements_.find(sql.c_str()); found != statements_.end()) return found->second;
  return statements_
      .emplace(std::piecewise_construct, std::forward_as_tuple(sql.c_str()), std::forward_as_tuple(handle(), sql))
      .first->second;
}

void Database::script(Sql sql) {
  if (sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) throw Fault::of(handle());
}

std::int64_t Database::changes() const noexcept { return sqlite3_changes64(handle()); }
std::int64_t Database::last_row() const noexcept { return sqlite3_last_insert_rowid(handle()); }
bool Database::in_transaction() const noexcept { return sqlite3_get_autocommit(handle()) == 0; }

void Database::roll_back() noexcept {
  if (connection_ && in_transaction()) sqlite3_exec(handle(), "ROLLBACK", nullptr, nullptr, nullptr);
}

Database::Moved Database::checkpoint(Checkpoint how, std::chrono::milliseconds wait) noexcept {
  const int mode = how == Checkpoint::passive   ? SQLITE_CHECKPOINT_PASSIVE
                   : how == Checkpoint::restart ? SQLITE_CHECKPOINT_RESTART
                                                : SQLITE_CHECKPOINT_TRUNCATE;
  sqlite3_busy_timeout(handle(), static_cast<int>(wait.count()));
  int in_log = 0;
  int moved = 0;
  const int code = sqlite3_wal_checkpoint_v2(handle(), "main", mode, &in_log, &moved);
  sqlite3_busy_timeout(handle(), busy_wait_ms);
  if (code == SQLITE_OK) return in_log == moved ? Moved::all : Moved::held_up;
  if ((code & 0xff) == SQLITE_BUSY) return Moved::held_up;
  log_event(LogLevel::error, "checkpoint_failed", {{"code", code}});
  return Moved::failed;
}

}  // namespace hotline::storage::sqlcipher
