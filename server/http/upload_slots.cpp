#include "server/http/upload_slots.hpp"

namespace hotline::http {

UploadSlots::Place UploadSlots::take(std::uint64_t sender) {
  const std::uint64_t group = sender_group(sender);
  // Behind Tor or a proxy many people are one sender: what holds them is the quarter that is kept back from all who have some.
  const bool is_address = group >= senders_begin;
  const std::lock_guard lock(mutex_);
  const auto found = shares_.find(group);
  const std::size_t has = found == shares_.end() ? 0 : found->second;
  if (taken_ >= most_ || (is_address && has >= most_each_)) return Place();
  if (has != 0 && taken_ + kept_back_ >= most_) return Place();
  ++shares_[group];
  ++taken_;
  return Place(this, group);
}

void UploadSlots::give_back(std::uint64_t group) noexcept {
  const std::lock_guard lock(mutex_);
  --taken_;
  if (const auto share = shares_.find(group); share != shares_.end() && --share->second == 0) shares_.erase(share);
}

}  // namespace hotline::http
