#pragma once

#include "crypto/secret.hpp"
#include "storage/sqlcipher/statement.hpp"

#include <chrono>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>

namespace hotline::storage::sqlcipher {

/// One connection to an encrypted database, with its prepared statements. For one thread at a time.
/// Every failure is thrown as Fault.
class Database {
 public:
  enum class Mode {
    read_write,   ///< WAL, synchronous=FULL: what the writer uses
    read_only,
    being_made,   ///< a file that gets its name only when it is whole: no journal on disk, synced by who makes it
  };
  /// The file must be there; an empty one becomes a new database under `key` (32 bytes).
  /// Reads the schema, so that a wrong key is found here (Errc::corrupt).
  Database(const std::string& path, const crypto::LockedKey& key, Mode mode);
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database();

  /// A run of a statement that is prepared once.
  class Run : public Query {
   public:
    template <class... Values>
    explicit Run(Statement& statement, Values&&... values) : Query(statement) {
      bind(std::forward<Values>(values)...);
    }
  };
  template <class... Values>
  Run query(Sql sql, Values&&... values) {
    return Run(statement(sql), std::forward<Values>(values)...);
  }
  /// For statements without rows: runs it and says how many rows it changed.
  template <class... Values>
  std::int64_t run(Sql sql, Values&&... values) {
    Run(statement(sql), std::forward<Values>(values)...).run();
    return changes();
  }
  /// The first column of the first row; a Fault of kind corrupt when there is no row.
  template <class... Values>
  std::int64_t number(Sql sql, Values&&... values) {
    Run query(statement(sql), std::forward<Values>(values)...);
    if (!query.next()) throw Fault(SQLITE_CORRUPT);
    return query.integer(0);
  }
  /// Several statements at once, not kept.
  void script(Sql sql);

  std::int64_t last_row() const noexcept;   ///< the row number that the last insert got
  bool in_transaction() const noexcept;
  /// Ends an open transaction without a trace; never throws.
  void roll_back() noexcept;

  /// Pages in the write-ahead log after the last commit.
  int wal_pages() const noexcept { return wal_pages_; }
  enum class Checkpoint { passive, restart, truncate };
  enum class Moved { all, held_up, failed };
  /// Moves the log into the database. `wait`: how long others may hold it up. A failure is logged.
  Moved checkpoint(Checkpoint how, std::chrono::milliseconds wait) noexcept;

  sqlite3* handle() const noexcept { return connection_.get(); }

 private:
  std::int64_t changes() const noexcept;
  Statement& statement(Sql sql);

  struct Close {
    void operator()(sqlite3* connection) const noexcept;
  };
  std::unique_ptr<sqlite3, Close> connection_;
  /// By address: the texts are literals. Destroyed before the connection.
  std::unordered_map<const char*, Statement> statements_;
  int wal_pages_ = 0;
};

}  // namespace hotline::storage::sqlcipher
