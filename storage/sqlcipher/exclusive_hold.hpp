#pragma once

#include "config/error.hpp"

#include <string>
#include <utility>

namespace hotline::storage::sqlcipher {

/// Keeps every other program away from a database file that is about to be replaced: as long as this lives, opening it ends with "in use", also
/// for who opened the file before it was renamed. The locks are SQLite's own (its file format, "The WAL-mode file locks").
class ExclusiveHold {
 public:
  /// Refused with one line when anybody has the database open. Where no file is, nothing is held.
  static Outcome<ExclusiveHold> take(const std::string& path);
  ExclusiveHold(ExclusiveHold&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  ExclusiveHold& operator=(ExclusiveHold&&) = delete;
  ~ExclusiveHold();

  /// Makes the held file unreadable once its last name is gone: who waits for the lock must not go on in it when it is given up.
  void spoil() noexcept;

 private:
  explicit ExclusiveHold(int file) noexcept : file_(file) {}
  int file_;
};

}  // namespace hotline::storage::sqlcipher
