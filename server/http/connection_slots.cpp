#include "server/http/connection_slots.hpp"

#include <algorithm>
#include <utility>

namespace hotline::http {

bool ConnectionSlots::full() const {
  const std::lock_guard lock(mutex_);
  return in_use_ >= most_;
}

bool ConnectionSlots::try_take(std::uint64_t group) {
  const std::lock_guard lock(mutex_);
  if (in_use_ >= most_) return false;
  ++shares_[group];
  ++in_use_;
  return true;
}

void ConnectionSlots::give_back(std::uint64_t group) {
  std::vector<std::function<void()>> woken;
  {
    const std::lock_guard lock(mutex_);
    --in_use_;
    if (const auto share = shares_.find(group); share != shares_.end() && --share->second == 0) shares_.erase(share);
    woken.swap(waiting_);
    if (in_use_ == 0) none_.notify_all();
  }
  for (const auto& wake : woken) wake();
}

std::size_t ConnectionSlots::in_use() const {
  const std::lock_guard lock(mutex_);
  return in_use_;
}

ConnectionSlots::Share ConnectionSlots::largest() const {
  const std::lock_guard lock(mutex_);
  const auto found = std::ranges::max_element(shares_, {}, [](const auto& share) { return share.second; });
  if (found == shares_.end()) return {};
  return {found->first, found->second >= std::max<std::size_t>(2, most_ / 8)};
}

void ConnectionSlots::when_free(std::function<void()> wake) {
  {
    const std::lock_guard lock(mutex_);
    if (in_use_ >= most_) {
      waiting_.push_back(std::move(wake));
      return;
    }
  }
  wake();
}

bool ConnectionSlots::wait_until_none(std::chrono::milliseconds time) {
  std::unique_lock lock(mutex_);
  return none_.wait_for(lock, time, [this] { return in_use_ == 0; });
}

}  // namespace hotline::http
