#include "server/sms/recent_keys.hpp"

#include <cstring>

namespace hotline::sms {

RecentKeys::RecentKeys(std::size_t count) : places_(count) {}

void RecentKeys::committed(const Key& key, std::int64_t hour) {
  const std::lock_guard lock(mutex_);
  places_[place_of(key)] = {key, hour};
}

bool RecentKeys::holds(const Key& key, std::int64_t hour) const {
  const std::lock_guard lock(mutex_);
  const Place& place = places_[place_of(key)];
  return place.hour == hour && place.key == key;
}

std::size_t RecentKeys::place_of(const Key& key) const noexcept {
  // The keys are hashes under a key that no sender knows: nobody can choose which of them meet.
  std::uint64_t start = 0;
  std::memcpy(&start, key.data(), sizeof(start));
  return start % places_.size();
}

}  // namespace hotline::sms
