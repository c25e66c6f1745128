#include "server/console/retention_api.hpp"

#include "server/console/case_access.hpp"
#include "server/console/records.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::int64_t days_usual = 30;
constexpr std::int64_t days_max = 36'500;

json::value or_null(const std::optional<std::int64_t>& number) { return number ? json::value(*number) : json::value(nullptr); }

http::Awaitable<http::Response> retention(http::Request& request, const Context& context, const SignedIn& who) {
  const auto days = query_number(request, "days");
  if (!days || days->value_or(0) > days_max) co_return malformed("days: a whole number up to 36500");
  const auto view = co_await context.stores.retention().view(who.desk, context.clock.hour(), days->value_or(days_usual));
  if (!view) co_return refusal(view.error());
  json::object object{{"closed_case_days", context.limits.closed_case_days},
                      {"unfiled_report_days", context.limits.unfiled_report_days},
                      {"days", days->value_or(days_usual)},
                      {"due_cases", view->due_cases},
                      {"due_reports", view->due_reports},
                      {"next_hour", or_null(view->next_hour)},
                      {"unread", view->unread},
                      {"oldest_unread_hour", or_null(view->oldest_unread_hour)},
                      {"unknown_cases", view->unknown_cases}};
  json::array held;
  for (const auto& entry : view->held) {
    json::object hold = to_json(entry.hold);
    hold["case"] = to_text(entry.id);
    held.push_back(std::move(hold));
  }
  // Which cases: for those who may know what is done at the desk.
  if (may(who.role, Right::activity)) object["held"] = std::move(held);
  co_return http::json_response(200, json::serialize(object));
}

}  // namespace

void add_retention_routes(http::Router& router, const Context& context) {
  router.add(http::Method::get, "/api/v1/retention", {},
             those_who_may(context, Right::counts, [&context](http::Request& request, const SignedIn& who) { return retention(request, context, who); }));
}

}  // namespace hotline::console
