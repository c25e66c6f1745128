#include "storage/current_epoch.hpp"

#include "config/log.hpp"

#include <algorithm>

namespace hotline::storage {

namespace {

bool valid_at(const Epoch& epoch, std::int64_t now) noexcept { return epoch.not_before <= now && now < epoch.not_after; }

}  // namespace

bool CurrentEpochs::fresh(std::int64_t asked_at, std::int64_t now) const noexcept {
  // A clock that was set back makes everything stale.
  return now >= asked_at && now - asked_at < refresh_seconds;
}

void CurrentEpochs::look_again() noexcept {
  const std::lock_guard lock(mutex_);
  ++turn_;
}

Awaitable<Result<CurrentEpoch>> CurrentEpochs::of(DeskId desk) {
  const std::int64_t now = clock_.now();
  std::shared_ptr<const CurrentEpoch> known;
  std::uint64_t turn = 0;
  {
    const std::lock_guard lock(mutex_);
    turn = turn_;
    const auto found = epochs_.find(desk);
    if (found != epochs_.end()) {
      known = found->second.epoch;
      // One that has ended since it was looked up may have a successor by now.
      const bool settled = known && (valid_at(known->record, now) || !valid_at(known->record, found->second.asked_at));
      if (found->second.turn == turn && settled && fresh(found->second.asked_at, now)) co_return *known;
      // One asks again; the others go on with what is known meanwhile.
      if (known) found->second.asked_at = now;
    }
  }

  Result<std::vector<Epoch>> epochs = co_await desks_.epochs(desk);
  if (!epochs) {
    if (known) co_return *known;
    co_return epochs.error();
  }
  const Epoch* current = nullptr;
  for (const Epoch& epoch : *epochs) {
    if (valid_at(epoch, now) && (current == nullptr || epoch.not_before >= current->not_before)) current = &epoch;
  }
  if (current == nullptr && !epochs->empty()) {
    // Nobody rotated in time, or the clock is wrong: a report sealed to an old epoch is still a report that arrived.
    current = &*std::ranges::max_element(*epochs, {}, &Epoch::not_before);
    if (!known || known->epoch != current->id || warned_day_ != now / 86400) log_event(LogLevel::warning, "epoch_past_its_end");
    warned_day_ = now / 86400;
  }
  if (current == nullptr) {
    // Unknown desks are not remembered, so that this map stays as small as the list of desks.
    const std::lock_guard lock(mutex_);
    epochs_.erase(desk);
    co_return Errc::not_found;
  }
  // Making a recipient costs an encapsulation: only for one that is new.
  if (!known || known->epoch != current->id) {
    Result<crypto::age::Recipient> recipient = crypto::age::Recipient::from_bytes(current->recipient);
    if (!recipient) co_return Errc::corrupt;
    known = std::make_shared<const CurrentEpoch>(CurrentEpoch{desk, current->id, std::move(*recipient), *current});
  }
  const std::lock_guard lock(mutex_);
  epochs_[desk] = {known, now, turn};
  co_return *known;
}

Awaitable<Result<std::vector<Desk>>> CurrentEpochs::desks() {
  const std::int64_t now = clock_.now();
  std::shared_ptr<const std::vector<Desk>> known;
  {
    const std::lock_guard lock(mutex_);
    known = desk_list_;
    if (known && fresh(desk_list_asked_at_, now)) co_return *known;
    if (known) desk_list_asked_at_ = now;
  }
  Result<std::vector<Desk>> listed = co_await desks_.list();
  if (!listed) {
    if (known) co_return *known;
    co_return listed.error();
  }
  const std::lock_guard lock(mutex_);
  desk_list_ = std::make_shared<const std::vector<Desk>>(*listed);
  desk_list_asked_at_ = now;
  co_return std::move(*listed);
}

}  // namespace hotline::storage
