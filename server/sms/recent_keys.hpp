#pragma once

#include "config/bytes.hpp"

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <vector>

namespace hotline::sms {

/// Dedupe keys that are known to be committed, so that a text that comes again need not be sealed to be found out. The database has
/// the last word: what is not here is asked there. Holds keyed hashes and nothing else, in memory that never grows. Any thread.
class RecentKeys {
 public:
  using Key = ByteArray<32>;

  /// Room for `count` keys (not 0). A new key may push out an older one before that.
  explicit RecentKeys(std::size_t count);

  /// Only once the text of that key is committed: whoever asks acknowledges it without a look at the database.
  void committed(const Key& key, std::int64_t hour);

  /// True only within the hour in which it was told: so long the database would say the same, since its keys expire at full hours.
  bool holds(const Key& key, std::int64_t hour) const;

 private:
  struct Place {
    Key key{};
    std::int64_t hour = -1;
  };
  std::size_t place_of(const Key& key) const noexcept;

  mutable std::mutex mutex_;
  std::vector<Place> places_;
};

}  // namespace hotline::sms
