#include "server/console/figures_api.hpp"

#include "server/console/case_access.hpp"
#include "server/console/json.hpp"
#include "server/console/records.hpp"
#include "server/console/suppression.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <map>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::int64_t months_default = 12;
constexpr std::int64_t months_max = 60;

/// Months are counted from January 1970, which is 0.
std::int64_t month_of_hour(std::int64_t hour) {
  const auto day = std::chrono::sys_days(std::chrono::floor<std::chrono::days>(std::chrono::sys_time<std::chrono::hours>(std::chrono::hours(hour))));
  const std::chrono::year_month_day date(day);
  return (int(date.year()) - 1970) * 12 + static_cast<std::int64_t>(unsigned(date.month())) - 1;
}
std::int64_t first_hour_of(std::int64_t month) {
  const std::chrono::year_month_day date(std::chrono::year(static_cast<int>(1970 + month / 12)), std::chrono::month(static_cast<unsigned>(month % 12 + 1)),
                                         std::chrono::day(1));
  return std::chrono::sys_days(date).time_since_epoch().count() * 24;
}
std::string month_text(std::int64_t month) {
  const std::string number = std::to_string(month % 12 + 1);
  return std::to_string(1970 + month / 12) + (number.size() == 1 ? "-0" : "-") + number;
}

/// "2026-01".
Result<std::int64_t> month_from(std::string_view text) {
  int year = 0, month = 0;
  if (text.size() != 7 || text[4] != '-') return Errc::malformed;
  const auto read = [](std::string_view digits, int& number) {
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    return error == std::errc() && end == digits.data() + digits.size();
  };
  if (!read(text.substr(0, 4), year) || !read(text.substr(5), month) || year < 1970 || month < 1 || month > 12) return Errc::malformed;
  return std::int64_t{(year - 1970) * 12 + month - 1};
}

struct Asked {
  std::int64_t from = 0;   ///< month, the first one in
  std::int64_t to = 0;     ///< month, the last one in
  bool exact = false;
};

Result<Asked> asked_of(const http::Request& request, std::int64_t this_month) {
  Asked asked;
  const auto exact = query_text(request, "exact");
  if (exact && *exact != "true" && *exact != "false") return Errc::malformed;
  asked.exact = exact && *exact == "true";
  // A month that still runs changes with every report: who looks twice would know what one of them is.
  const std::int64_t last = asked.exact ? this_month : this_month - 1;
  const auto to = query_text(request, "to");
  const auto to_month = to ? month_from(*to) : Result<std::int64_t>(last);
  if (!to_month) return to_month.error();
  asked.to = std::min(*to_month, last);
  const auto from = query_text(request, "from");
  const auto from_month = from ? month_from(*from) : Result<std::int64_t>(std::max<std::int64_t>(asked.to - months_default + 1, 0));
  if (!from_month) return from_month.error();
  asked.from = *from_month;
  if (asked.to - asked.from >= months_max) return Errc::malformed;
  return asked;
}

/// A part of a month's figures: how many of each of its names.
struct Part {
  const char* name;
  std::vector<std::string_view> names;
};
using Counts = std::vector<std::vector<std::int64_t>>;   // by part, by name

const std::vector<Part>& report_parts() {
  static const std::vector<Part> parts{{"urgency", {"0", "1", "2", "3", "4"}},
                                       {"channel", {channel_name(storage::Channel::web), channel_name(storage::Channel::sealed_by_browser), channel_name(storage::Channel::sms)}},
                                       {"state", {"waiting", "filed"}},
                                       {"first_read", {"within_1_hour", "within_8_hours", "within_24_hours", "within_72_hours", "later", "never"}}};
  return parts;
}
const std::vector<Part>& case_parts() {
  static const std::vector<Part> parts{{"urgency", {"0", "1", "2", "3", "4"}}, {"state", {"open", "close_asked", "closed"}}};
  return parts;
}

Counts zeros(const std::vector<Part>& parts) {
  Counts counts;
  for (const Part& part : parts) counts.emplace_back(part.names.size());
  return counts;
}

void add(std::vector<std::int64_t>& counts, std::size_t at, std::int64_t count) { counts[std::min(at, counts.size() - 1)] += count; }

/// null stands for what is held back.
json::value shown(const std::optional<std::int64_t>& count) { return count ? json::value(*count) : json::value(nullptr); }

json::object to_json(const std::vector<Part>& parts, const Counts& counts, bool exact) {
  json::object object;
  for (std::size_t at = 0; at < parts.size(); ++at) {
    const PublishedRow row = exact ? as_it_is(counts[at]) : suppress(counts[at]);
    object["all"] = shown(row.all);   // the same in each part
    json::object cells;
    for (std::size_t cell = 0; cell < row.cells.size(); ++cell) cells[parts[at].names[cell]] = shown(row.cells[cell]);
    object[parts[at].name] = std::move(cells);
  }
  return object;
}

http::Awaitable<http::Response> figures(http::Request& request, const Context& context, const SignedIn& who) {
  const auto asked = asked_of(request, month_of_hour(context.clock.hour()));
  if (!asked) co_return malformed("from and to: months as 2026-01, at most 60 of them; exact: true or false");
  if (asked->exact && !may(who.role, Right::exact_figures)) co_return refusal(make_error_code(Errc::forbidden));
  const auto recorded = co_await context.record_look(storage::Act::figures_read, who);
  if (!recorded) co_return refusal(recorded.error());
  const auto found = co_await context.stores.figures().counts({who.desk, first_hour_of(asked->from), first_hour_of(asked->to + 1)});
  if (!found) co_return refusal(found.error());
  std::map<std::int64_t, std::pair<Counts, Counts>> months;
  for (std::int64_t month = asked->from; month <= asked->to; ++month) months[month] = {zeros(report_parts()), zeros(case_parts())};
  for (const storage::ReportCount& row : found->reports) {
    Counts& counts = months[row.month].first;
    add(counts[0], row.urgency, row.count);
    add(counts[1], row.channel - 1u, row.count);
    add(counts[2], row.state == static_cast<std::uint8_t>(storage::ReportState::filed) ? 1 : 0, row.count);
    add(counts[3], static_cast<std::size_t>(row.first_read), row.count);
  }
  for (const storage::CaseCount& row : found->cases) {
    Counts& counts = months[row.month].second;
    add(counts[0], row.urgency, row.count);
    add(counts[1], row.state == static_cast<std::uint8_t>(storage::CaseState::open) ? 0 : row.state == static_cast<std::uint8_t>(storage::CaseState::close_asked) ? 1 : 2,
        row.count);
  }
  json::array list;
  for (const auto& [month, counts] : months) {
    list.push_back(json::object{{"month", month_text(month)},
                                {"reports", to_json(report_parts(), counts.first, asked->exact)},
                                {"cases", to_json(case_parts(), counts.second, asked->exact)}});
  }
  co_return http::json_response(200, json::serialize(json::object{{"exact", asked->exact}, {"months", std::move(list)}}));
}

}  // namespace

void add_figures_routes(http::Router& router, const Context& context) {
  router.add(http::Method::get, "/api/v1/figures", {}, those_who_may(context, Right::figures, [&context](http::Request& request, const SignedIn& who) {
               return figures(request, context, who);
             }));
}

}  // namespace hotline::console
