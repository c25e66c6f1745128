#pragma once

#include "config/bytes.hpp"
#include "crypto/secret.hpp"

#include <cstddef>
#include <deque>
#include <mutex>
#include <set>
#include <string_view>

namespace hotline::texting {

/// Numbers that asked for no more texts, for as long as the process lives: keyed hashes under a key that dies with it. What outlives the
/// process is in the sealed text that said STOP, and is heeded by the desk. Any thread.
class Silenced {
 public:
  explicit Silenced(std::size_t count_max);
  void add(std::string_view gateway, std::string_view number);      ///< over the bound the oldest goes
  void remove(std::string_view gateway, std::string_view number);
  bool holds(std::string_view gateway, std::string_view number) const;

 private:
  using Key = ByteArray<32>;
  Key key_of(std::string_view gateway, std::string_view number) const;

  std::size_t count_max_;
  crypto::Secret<32> secret_;
  mutable std::mutex mutex_;
  std::set<Key> keys_;
  std::deque<Key> order_;
};

}  // namespace hotline::texting
