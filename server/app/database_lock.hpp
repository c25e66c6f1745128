#pragma once

#include "config/error.hpp"

#include <filesystem>

namespace hotline::app {

/// That one server at most serves a database: a second one, begun by mistake, would take what the first one holds for what a server that was
/// killed left behind. The lock is on a file beside the database, DATABASE.lock, and ends with the process, however that ends.
/// Other commands do not take it: they may run beside the server. Only before an upgrade do they look whether somebody has it.
class DatabaseLock {
 public:
  /// Where there is no database, there is nothing to hold. Before the process takes rights from itself.
  static Outcome<DatabaseLock> take(const std::filesystem::path& database);
  /// Whether a server has it.
  static bool is_taken(const std::filesystem::path& database) noexcept;
  DatabaseLock(DatabaseLock&& other) noexcept;
  DatabaseLock& operator=(DatabaseLock&&) = delete;
  ~DatabaseLock();

 private:
  explicit DatabaseLock(int descriptor) noexcept : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace hotline::app
