#pragma once

#include "config/error.hpp"

#include <string>
#include <utility>

namespace hotline::storage::sqlcipher {

/// That one program at a time makes the copy of before an upgrade, and upgrades: a second one would take the first one's unfinished copy for one that was cut
/// short, or copy what is upgraded over the only way back. A lock (flock) on the database's folder, which leaves nothing there and ends with the process.
class UpgradeTurn {
 public:
  /// Waits for who has it.
  static Outcome<UpgradeTurn> take(const std::string& database);
  UpgradeTurn(UpgradeTurn&& other) noexcept : folder_(std::exchange(other.folder_, -1)) {}
  UpgradeTurn& operator=(UpgradeTurn&&) = delete;
  ~UpgradeTurn();

 private:
  explicit UpgradeTurn(int folder) noexcept : folder_(folder) {}
  int folder_;
};

}  // namespace hotline::storage::sqlcipher
