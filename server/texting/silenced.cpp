#include "server/texting/silenced.hpp"

#include "crypto/hash.hpp"
#include "crypto/random.hpp"

#include <algorithm>

namespace hotline::texting {

Silenced::Silenced(std::size_t count_max) : count_max_(count_max), secret_(crypto::random_secret<32>()) {}

Silenced::Key Silenced::key_of(std::string_view gateway, std::string_view number) const {
  static constexpr Byte separator = 0;
  return crypto::keyed_blake2b(secret_.reveal(), {as_bytes(gateway), Bytes(&separator, 1), as_bytes(number)});
}

void Silenced::add(std::string_view gateway, std::string_view number) {
  const Key key = key_of(gateway, number);
  const std::lock_guard lock(mutex_);
  if (!keys_.insert(key).second) return;
  order_.push_back(key);
  if (order_.size() <= count_max_) return;
  keys_.erase(order_.front());
  order_.pop_front();
}

void Silenced::remove(std::string_view gateway, std::string_view number) {
  const Key key = key_of(gateway, number);
  const std::lock_guard lock(mutex_);
  if (keys_.erase(key) == 0) return;
  order_.erase(std::find(order_.begin(), order_.end(), key));
}

bool Silenced::holds(std::string_view gateway, std::string_view number) const {
  const Key key = key_of(gateway, number);
  const std::lock_guard lock(mutex_);
  return keys_.contains(key);
}

}  // namespace hotline::texting
