#pragma once

#include "config/clock.hpp"
#include "config/ids.hpp"
#include "crypto/age_keys.hpp"
#include "storage/awaitable.hpp"
#include "storage/desks.hpp"

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

namespace hotline::storage {

/// What reporters of a desk seal to now.
struct CurrentEpoch {
  DeskId desk;
  EpochId epoch;
  crypto::age::Recipient recipient;
  Epoch record;                     ///< as stored, with its interval and signature: what a client is told
};

/// Answers "to whom is this sealed" without a query for every report. A new epoch is used from the first report after
/// look_again(). Else what it knows is at most `refresh_seconds` old, so that an epoch rotated by the command line in another
/// process is seen within that time; while the store is busy or failing an
/// epoch that is still valid goes on being used. Any thread; the stores must outlive it.
class CurrentEpochs {
 public:
  static constexpr std::int64_t refresh_seconds = 3;

  CurrentEpochs(Desks& desks, const Clock& clock) : desks_(desks), clock_(clock) {}

  /// The epoch of this desk that is valid now; of several the one that began last. When none is valid, the newest all the same,
  /// with a warning in the log once a day: refusing reports would be worse.
  /// Errc::not_found: no such desk, or it has no epoch. Otherwise the store's error.
  Awaitable<Result<CurrentEpoch>> of(DeskId desk);
  /// An epoch was added: whoever asks from now on gets it. A member who was removed holds the key of the one before.
  void look_again() noexcept;
  /// All desks in order of creation; may be empty.
  Awaitable<Result<std::vector<Desk>>> desks();

 private:
  struct Known {
    std::shared_ptr<const CurrentEpoch> epoch;   ///< null: none was valid when asked
    std::int64_t asked_at = 0;
    std::uint64_t turn = 0;                      ///< of the time before it was asked
  };
  bool fresh(std::int64_t asked_at, std::int64_t now) const noexcept;

  Desks& desks_;
  const Clock& clock_;
  std::mutex mutex_;                             ///< never held across a wait
  std::map<DeskId, Known> epochs_;
  std::uint64_t turn_ = 0;                       ///< counts look_again(): what was asked in an earlier turn is out of date
  std::shared_ptr<const std::vector<Desk>> desk_list_;
  std::int64_t desk_list_asked_at_ = 0;
  std::atomic<std::int64_t> warned_day_ = -1;
};

}  // namespace hotline::storage
