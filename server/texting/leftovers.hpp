#pragma once

#include "config/clock.hpp"
#include "server/http/router.hpp"
#include "storage/outbox.hpp"

#include <atomic>
#include <chrono>

namespace hotline::texting {

/// What an earlier process left in the outbox: sealed to a key that went with it, so that nobody can send it any more. The store is told so. As long
/// as it takes nothing, on a full disk, no text may be put beside them: it would be given up with them.
class Leftovers {
 public:
  /// Both outlive it. `again_after`: how long to wait for the next try.
  Leftovers(storage::Outbox& outbox, const Clock& clock, std::chrono::milliseconds again_after = std::chrono::seconds(1))
      : outbox_(outbox), clock_(clock), again_after_(again_after) {}

  /// Gives them up if the store takes it at once. Waits for it.
  void give_up_now();
  /// Until the store has taken it.
  http::Awaitable<void> keep_trying();
  /// Whether it has. Any thread.
  bool given_up() const noexcept { return given_up_; }

 private:
  void record(const Result<std::size_t>& count);

  storage::Outbox& outbox_;
  const Clock& clock_;
  const std::chrono::milliseconds again_after_;
  bool told_ = false;   ///< that the store fails stands in the log
  std::atomic<bool> given_up_ = false;
};

}  // namespace hotline::texting
