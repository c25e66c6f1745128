#pragma once

#include "config/bytes.hpp"

#include <cstddef>
#include <list>
#include <map>

namespace hotline::conversation {

/// Keyed hashes, so many at most: over the bound the one goes that was added longest ago. For one thread.
class KeySet {
 public:
  using Key = ByteArray<32>;

  explicit KeySet(std::size_t count_max) : count_max_(count_max) {}

  void add(const Key& key) {
    remove(key);
    order_.push_front(key);
    by_key_.emplace(key, order_.begin());
    if (order_.size() > count_max_) remove(Key(order_.back()));
  }
  void remove(const Key& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    order_.erase(found->second);
    by_key_.erase(found);
  }
  bool holds(const Key& key) const { return by_key_.contains(key); }

 private:
  std::size_t count_max_;
  std::list<Key> order_;             ///< the last one added in front
  std::map<Key, std::list<Key>::iterator> by_key_;
};

}  // namespace hotline::conversation
