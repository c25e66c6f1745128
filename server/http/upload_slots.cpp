#include "server/http/upload_slots.hpp"

namespace hotline::http {
namespace {

/// A place is judged by so long a time at least, and by no more than twice as long.
constexpr std::chrono::seconds stretch{10};
/// Sixteen times what any body must keep: a telephone on a slow network does.
constexpr double bytes_per_second_safe = 16 * 1024;

}  // namespace

UploadSlots::Place UploadSlots::take(std::uint64_t sender, Time now) {
  const std::uint64_t group = sender_group(sender);
  const std::lock_guard lock(mutex_);
  const std::size_t has = share_of(group);
  if (!admits(group, taken_, has)) {
    Held* loser = slowest(std::nullopt, now);
    // Who has some may always put one of these in another's place.
    if (loser != nullptr && loser->group != group && !admits(group, taken_ - 1, has)) loser = slowest(group, now);
    if (loser == nullptr) return Place();
    loser->lost = true;
    leave(loser->group);
  }
  held_.push_front({.group = group, .lost = false, .since = now, .earlier_since = now, .bytes = 0, .earlier_bytes = 0});
  ++shares_[group];
  ++taken_;
  return Place(this, held_.begin());
}

std::size_t UploadSlots::share_of(std::uint64_t group) const {
  const auto found = shares_.find(group);
  return found == shares_.end() ? 0 : found->second;
}

bool UploadSlots::has_its_share(std::uint64_t group, std::size_t has) const noexcept {
  // Behind Tor or a proxy many people are one sender: what holds them is the quarter that is kept back from all who have some.
  return group >= senders_begin && has >= most_each_;
}

bool UploadSlots::admits(std::uint64_t group, std::size_t taken, std::size_t has) const noexcept {
  if (taken >= most_ || has_its_share(group, has)) return false;
  return has == 0 || taken + kept_back_ < most_;
}

UploadSlots::Held* UploadSlots::slowest(std::optional<std::uint64_t> group, Time now) {
  Held* slowest = nullptr;
  double least = bytes_per_second_safe;
  for (Held& held : held_) {
    if (held.lost || (group && held.group != *group) || now - held.earlier_since < stretch) continue;
    const double seconds = std::chrono::duration<double>(now - held.earlier_since).count();
    const double speed = static_cast<double>(held.earlier_bytes + held.bytes) / seconds;
    if (speed >= least) continue;
    least = speed;
    slowest = &held;
  }
  return slowest;
}

bool UploadSlots::note(Held& held, std::size_t bytes, Time now) {
  const std::lock_guard lock(mutex_);
  if (held.lost) return false;
  if (now - held.since >= stretch) {
    held.earlier_since = std::exchange(held.since, now);
    held.earlier_bytes = std::exchange(held.bytes, 0);
  }
  held.bytes += bytes;
  return true;
}

void UploadSlots::leave(std::uint64_t group) noexcept {
  --taken_;
  if (const auto share = shares_.find(group); share != shares_.end() && --share->second == 0) shares_.erase(share);
}

void UploadSlots::give_back(std::list<Held>::iterator held) noexcept {
  const std::lock_guard lock(mutex_);
  if (!held->lost) leave(held->group);
  held_.erase(held);
}

}  // namespace hotline::http
