#include "server/cli/due_time.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <optional>

namespace hotline::cli {
namespace {

constexpr std::int64_t hours_max = 24 * 366 * 5;

std::optional<int> digits(std::string_view text) {
  int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty() || text.front() == '-') return std::nullopt;
  return value;
}

std::optional<std::int64_t> from_now(std::string_view text, std::int64_t now_hour) {
  const auto count = digits(text.substr(1, text.size() - 2));
  const char unit = text.back();
  if (!count || (unit != 'h' && unit != 'd')) return std::nullopt;
  const std::int64_t hours = unit == 'h' ? *count : std::int64_t{*count} * 24;
  return hours <= hours_max ? std::optional(now_hour + hours) : std::nullopt;
}

/// "2026-12-01", or with " 14:00" or "T14:00" behind it.
std::optional<std::int64_t> from_date(std::string_view text) {
  if (text.size() != 10 && text.size() != 16) return std::nullopt;
  if (text[4] != '-' || text[7] != '-') return std::nullopt;
  const auto year = digits(text.substr(0, 4));
  const auto month = digits(text.substr(5, 2));
  const auto day = digits(text.substr(8, 2));
  if (!year || !month || !day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(*year), std::chrono::month(static_cast<unsigned>(*month)), std::chrono::day(static_cast<unsigned>(*day))};
  if (!date.ok() || *year < 2020 || *year > 2200) return std::nullopt;
  const std::int64_t midnight = std::chrono::sys_days(date).time_since_epoch().count() * 24;
  if (text.size() == 10) return midnight + 23;
  const auto hour = digits(text.substr(11, 2));
  const auto minute = digits(text.substr(14, 2));
  if ((text[10] != ' ' && text[10] != 'T') || text[13] != ':' || !hour || *hour > 23 || !minute || *minute > 59) return std::nullopt;
  return midnight + *hour;
}

}  // namespace

Outcome<std::int64_t> due_hour_of(std::string_view text, std::int64_t now_hour) {
  const auto hour = text.size() >= 3 && text.front() == '+' ? from_now(text, now_hour) : from_date(text);
  if (!hour) return Problem{"write the time as +3h, +2d, 2026-12-01 or \"2026-12-01 14:00\" (UTC)"};
  return *hour;
}

}  // namespace hotline::cli
