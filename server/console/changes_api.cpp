#include "server/console/changes_api.hpp"

#include "server/console/case_access.hpp"

#include <boost/json.hpp>

namespace hotline::console {
namespace {

http::Awaitable<http::Response> changed(http::Request& request, const SignedIn& who, Changes& changes) {
  const auto after = query_number(request, "after");
  if (!after) co_return malformed("after: the number of the answer before");
  const auto number = co_await changes.wait(who.desk, who.member, after->value_or(0));
  if (!number) co_return refusal(number.error());
  co_return http::json_response(200, boost::json::serialize(boost::json::object{{"number", *number}}));
}

}  // namespace

void add_changes_routes(http::Router& router, const Context& context, Changes& changes) {
  router.add(http::Method::get, "/api/v1/changes", {},
             those_who_may(context, Right::counts, [&changes](http::Request& request, const SignedIn& who) { return changed(request, who, changes); }));
}

}  // namespace hotline::console
