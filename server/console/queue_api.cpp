#include "server/console/queue_api.hpp"

#include "server/console/case_access.hpp"
#include "server/console/case_records.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t page_items_max = 100;

/// Those who see figures only see the whole desk's.
storage::QueueQuery query_of(const Context& context, const SignedIn& who) {
  storage::QueueQuery query;
  query.desk = who.desk;
  query.member = who.member;
  query.now_hour = context.clock.hour();
  query.others_too = may(who.role, Right::all_cases) || !may(who.role, Right::report_work);
  return query;
}

http::Awaitable<http::Response> queue(http::Request& request, const Context& context, const SignedIn& who) {
  const auto view = queue_view_from(query_text(request, "view").value_or("all"));
  const auto limit = query_number(request, "limit");
  const auto after_text = query_text(request, "after");
  const auto after = after_text ? cursor_from(*after_text) : Result<storage::QueuePlace>(storage::QueuePlace{});
  if (!view || !limit || !after) {
    co_return malformed("view: all, unread, mine, unassigned, overdue or closed; after: the next of the page before; limit: a whole number up to 100");
  }
  storage::QueueQuery query = query_of(context, who);
  query.view = *view;
  if (after_text) query.after = *after;
  query.count_max = std::clamp<std::size_t>(static_cast<std::size_t>(limit->value_or(page_items_max)), 1, page_items_max);
  const auto page = co_await context.stores.queue().page(query);
  if (!page) co_return refusal(page.error());
  json::array items;
  for (const storage::QueueItem& item : page->items) items.push_back(to_json(item));
  const json::value next = page->next ? json::value(to_cursor(*page->next)) : json::value(nullptr);
  co_return http::json_response(200, json::serialize(json::object{{"items", std::move(items)}, {"next", next}}));
}

http::Awaitable<http::Response> counts(const Context& context, const SignedIn& who) {
  const auto counted = co_await context.stores.queue().counts(query_of(context, who));
  if (!counted) co_return refusal(counted.error());
  co_return http::json_response(200, json::serialize(to_json(*counted)));
}

}  // namespace

void add_queue_routes(http::Router& router, const Context& context) {
  router.add(http::Method::get, "/api/v1/queue", {},
             those_who_may(context, Right::report_work, [&context](http::Request& request, const SignedIn& who) { return queue(request, context, who); }));
  router.add(http::Method::get, "/api/v1/queue/counts", {},
             those_who_may(context, Right::counts, [&context](http::Request&, const SignedIn& who) { return counts(context, who); }));
}

}  // namespace hotline::console
