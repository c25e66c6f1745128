#pragma once

#include "config/error.hpp"

#include <cstdint>
#include <string_view>

namespace date {
class time_zone;
}

namespace hotline::texting {

/// The hours of a day at which texts may reach a phone, in the time of a place. Any thread.
class LocalHours {
 public:
  static constexpr unsigned day_minutes = 24 * 60;

  /// Minutes since local midnight, each under `day_minutes`; begin > end spans midnight; equal: always. Fails with one line when the zone
  /// is not known to this machine.
  static Outcome<LocalHours> create(unsigned begin, unsigned end, std::string_view time_zone);

  /// The first moment from `now` on that lies within, seconds since 1970; `now` itself when it does.
  std::int64_t next_open(std::int64_t now) const;

 private:
  LocalHours(unsigned begin, unsigned end, const date::time_zone* zone) : begin_(begin), end_(end), zone_(zone) {}
  bool open_at(std::int64_t now) const;

  unsigned begin_;
  unsigned end_;
  const date::time_zone* zone_;   ///< of the library's own database, which lives as long as the process
};

}  // namespace hotline::texting
