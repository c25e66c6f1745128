#include "server/console/pending_factors.hpp"

namespace hotline::console {

template <std::size_t N>
void PendingFactors::keep(Map<N>& map, MemberId member, const ByteArray<N>& value) {
  const std::int64_t now = clock_.now();
  std::erase_if(map, [now](const auto& entry) { return entry.second.ends_at <= now; });
  map.insert_or_assign(member, Pending<N>{value, now + seconds});
}

void PendingFactors::keep_totp(MemberId member, const ByteArray<20>& secret) {
  const std::lock_guard lock(mutex_);
  keep(secrets_, member, secret);
}

std::optional<ByteArray<20>> PendingFactors::totp(MemberId member) {
  const std::lock_guard lock(mutex_);
  const auto found = secrets_.find(member);
  if (found == secrets_.end() || found->second.ends_at <= clock_.now()) return std::nullopt;
  return found->second.value;
}

void PendingFactors::forget_totp(MemberId member) {
  const std::lock_guard lock(mutex_);
  secrets_.erase(member);
}

void PendingFactors::keep_challenge(MemberId member, const ByteArray<32>& challenge) {
  const std::lock_guard lock(mutex_);
  keep(challenges_, member, challenge);
}

std::optional<ByteArray<32>> PendingFactors::take_challenge(MemberId member) {
  const std::lock_guard lock(mutex_);
  const auto found = challenges_.find(member);
  if (found == challenges_.end()) return std::nullopt;
  const auto pending = found->second;
  challenges_.erase(found);
  if (pending.ends_at <= clock_.now()) return std::nullopt;
  return pending.value;
}

}  // namespace hotline::console
