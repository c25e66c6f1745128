#include "storage/sqlcipher/statement.hpp"

#include <cerrno>
#include <cstdlib>

namespace hotline::storage::sqlcipher {

Fault Fault::of(sqlite3* connection) noexcept {
  return Fault(sqlite3_extended_errcode(connection), sqlite3_system_errno(connection));
}

Errc Fault::errc() const noexcept {
  switch (code_ & 0xff) {
    case SQLITE_FULL: return Errc::storage_full;
    case SQLITE_IOERR: return system_error_ == ENOSPC || system_error_ == EDQUOT ? Errc::storage_full : Errc::storage_failed;
    case SQLITE_NOTADB:
    case SQLITE_CORRUPT: return Errc::corrupt;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return Errc::busy;
    case SQLITE_NOMEM: return Errc::out_of_memory;
    case SQLITE_CONSTRAINT: return Errc::conflict;
    case SQLITE_TOOBIG: return Errc::too_large;
    default: return Errc::storage_failed;
  }
}

bool Fault::breaks_connection() const noexcept {
  switch (code_ & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_CONSTRAINT:
    case SQLITE_TOOBIG: return false;
    default: return true;
  }
}

Statement::Statement(sqlite3* connection, Sql sql) {
  const int code = sqlite3_prepare_v3(connection, sql.c_str(), static_cast<int>(sql.text().size()) + 1, SQLITE_PREPARE_PERSISTENT,
                                      &handle_, nullptr);
  if (code != SQLITE_OK) throw Fault::of(connection);
}

Statement::~Statement() { sqlite3_finalize(handle_); }

Query::Query(Statement& statement) : statement_(statement) {
  if (statement.in_use_) std::abort();  // a statement inside itself: an error in our code
  statement.in_use_ = true;
}

Query::~Query() {
  // The code of a reset repeats what the step has already reported.
  sqlite3_reset(statement_.handle_);
  sqlite3_clear_bindings(statement_.handle_);
  statement_.in_use_ = false;
}

bool Query::next() {
  const int code = sqlite3_step(statement_.handle_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  throw Fault::of(sqlite3_db_handle(statement_.handle_));
}

void Query::run() {
  while (next()) {
  }
}

std::int64_t Query::integer(int column) const noexcept { return sqlite3_column_int64(statement_.handle_, column); }

bool Query::null(int column) const noexcept { return sqlite3_column_type(statement_.handle_, column) == SQLITE_NULL; }

Bytes Query::blob(int column) const noexcept {
  const void* data = sqlite3_column_blob(statement_.handle_, column);
  const int size = sqlite3_column_bytes(statement_.handle_, column);
  return {static_cast<const Byte*>(data), data == nullptr ? 0 : static_cast<std::size_t>(size)};
}

std::string_view Query::text(int column) const noexcept {
  const unsigned char* data = sqlite3_column_text(statement_.handle_, column);
  const int size = sqlite3_column_bytes(statement_.handle_, column);
  return {reinterpret_cast<const char*>(data), data == nullptr ? 0 : static_cast<std::size_t>(size)};
}

void Query::check(int code) const {
  if (code != SQLITE_OK) throw Fault::of(sqlite3_db_handle(statement_.handle_));
}

void Query::bind_integer(int index, std::int64_t value) { check(sqlite3_bind_int64(statement_.handle_, index, value)); }

void Query::bind_null(int index) { check(sqlite3_bind_null(statement_.handle_, index)); }

void Query::bind_blob(int index, Bytes value) {
  // A null pointer would bind NULL instead of an empty blob.
  static constexpr Byte nothing = 0;
  check(sqlite3_bind_blob64(statement_.handle_, index, value.empty() ? &nothing : value.data(), value.size(), SQLITE_STATIC));
}

void Query::bind_text(int index, std::string_view value) {
  check(sqlite3_bind_text64(statement_.handle_, index, value.empty() ? "" : value.data(), value.size(), SQLITE_STATIC, SQLITE_UTF8));
}

}  // namespace hotline::storage::sqlcipher
