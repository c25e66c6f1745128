#include "server/texting/local_hours.hpp"

#include <date/tz.h>

#include <chrono>
#include <exception>
#include <string>

namespace hotline::texting {

Outcome<LocalHours> LocalHours::create(unsigned begin, unsigned end, std::string_view time_zone) {
  try {
    return LocalHours(begin, end, date::locate_zone(time_zone));
  } catch (const std::exception&) {
    return Problem{"time_zone \"" + std::string(time_zone) + "\" is not known on this machine; use an IANA name, and install the package tzdata"};
  }
}

bool LocalHours::open_at(std::int64_t now) const {
  if (begin_ == end_) return true;
  const auto local = zone_->to_local(date::sys_seconds(std::chrono::seconds(now)));
  const auto minutes = static_cast<unsigned>(
      std::chrono::duration_cast<std::chrono::minutes>(local - date::floor<date::days>(local)).count());
  return begin_ < end_ ? minutes >= begin_ && minutes < end_ : minutes >= begin_ || minutes < end_;
}

std::int64_t LocalHours::next_open(std::int64_t now) const {
  // Minute by minute, so that days of 23 and 25 hours need no thought; a day and a half of them is soon counted.
  constexpr std::int64_t minute = 60;
  if (open_at(now)) return now;
  std::int64_t at = now - now % minute + minute;
  while (!open_at(at) && at < now + 36 * 60 * minute) at += minute;
  return at;
}

}  // namespace hotline::texting
