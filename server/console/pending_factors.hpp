#pragma once

#include "config/clock.hpp"
#include "config/ids.hpp"

#include <map>
#include <mutex>
#include <optional>

namespace hotline::console {

/// Second factors that members are adding and have not confirmed: a new TOTP secret, a challenge for a new passkey. One of each a
/// member, for ten minutes, in memory only. Any thread.
class PendingFactors {
 public:
  static constexpr std::int64_t seconds = 600;

  explicit PendingFactors(const Clock& clock) : clock_(clock) {}

  void keep_totp(MemberId member, const ByteArray<20>& secret);
  std::optional<ByteArray<20>> totp(MemberId member);
  void forget_totp(MemberId member);

  void keep_challenge(MemberId member, const ByteArray<32>& challenge);
  /// Each is good once.
  std::optional<ByteArray<32>> take_challenge(MemberId member);

 private:
  template <std::size_t N>
  struct Pending {
    ByteArray<N> value{};
    std::int64_t ends_at = 0;     ///< seconds since 1970
  };
  template <std::size_t N>
  using Map = std::map<MemberId, Pending<N>>;
  template <std::size_t N>
  void keep(Map<N>& map, MemberId member, const ByteArray<N>& value);

  const Clock& clock_;
  std::mutex mutex_;
  Map<20> secrets_;
  Map<32> challenges_;
};

}  // namespace hotline::console
