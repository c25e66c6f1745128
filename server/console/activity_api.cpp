#include "server/console/activity_api.hpp"

#include "server/console/case_access.hpp"
#include "server/console/case_records.hpp"
#include "server/console/json.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t page_rows_max = 200;

/// Nothing when the query has no such id; Errc::malformed when it is none.
template <class IdType>
Result<std::optional<IdType>> query_id(const http::Request& request, std::string_view name) {
  const auto text = query_text(request, name);
  if (!text) return std::optional<IdType>();
  const auto id = parse_id<IdType>(*text);
  if (!id) return Errc::malformed;
  return std::optional(*id);
}

http::Awaitable<Result<void>> check(const Context& context, const SignedIn& who, const std::optional<CaseId>& of_case) {
  if (may(who.role, Right::activity)) co_return Result<void>();
  if (!of_case) co_return Errc::forbidden;
  const auto found = co_await context.stores.cases().find(who.desk, *of_case, who.member);
  if (!found) co_return found.error();
  if (!may_work_on(who.role, who.member, found->file)) co_return Errc::forbidden;
  co_return Result<void>();
}

http::Awaitable<http::Response> activity(http::Request& request, const Context& context, const SignedIn& who) {
  // Before a word of the request is looked at: a role without either learns nothing of how to ask.
  if (!may(who.role, Right::activity) && !may(who.role, Right::report_work)) co_return refusal(make_error_code(Errc::forbidden));
  if (auto waits = co_await refuse_who_waits(context, who)) co_return std::move(*waits);
  const auto before = query_number(request, "before");
  const auto limit = query_number(request, "limit");
  const auto of_case = query_id<CaseId>(request, "case");
  const auto of_report = query_id<ReportId>(request, "report");
  const auto by_member = query_id<MemberId>(request, "member");
  if (!before || !limit || !of_case || !of_report || !by_member || (*of_case && *of_report)) {
    co_return malformed("before and limit: whole numbers; one of case and report, and member: ids");
  }
  const auto allowed = co_await check(context, who, *of_case);
  if (!allowed) co_return refusal(allowed.error());
  storage::ActivityQuery query{.desk = who.desk, .before = *before, .member = *by_member};
  query.count_max = std::clamp<std::size_t>(static_cast<std::size_t>(limit->value_or(page_rows_max)), 1, page_rows_max);
  if (*of_case) query.subject = storage::Subject(**of_case);
  if (*of_report) query.subject = storage::Subject(**of_report);
  const auto recorded = co_await context.record_look(storage::Act::activity_read, who, query.subject.value_or(storage::Subject()));
  if (!recorded) co_return refusal(recorded.error());
  const auto rows = co_await context.stores.log().list(query);
  if (!rows) co_return refusal(rows.error());
  const auto head = co_await context.stores.log().head();
  if (!head) co_return refusal(head.error());
  json::array list;
  for (const storage::ActivityRow& row : *rows) list.push_back(to_json(row));
  const json::object end{{"count", head->count}, {"hash", encoded(head->hash)}};
  co_return http::json_response(200, json::serialize(json::object{{"rows", std::move(list)}, {"head", end}}));
}

}  // namespace

void add_activity_routes(http::Router& router, const Context& context) {
  router.add(http::Method::get, "/api/v1/activity", {},
             members_only(context, [&context](http::Request& request, const SignedIn& who) { return activity(request, context, who); }));
}

}  // namespace hotline::console
