#include "server/console/text_api.hpp"

#include "server/console/case_access.hpp"
#include "server/console/json.hpp"
#include "server/console/records.hpp"

#include <algorithm>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t body_bytes_max = 16 * 1024;
constexpr std::size_t gateway_bytes_max = 32;
constexpr std::size_t number_bytes_max = 64;
constexpr std::size_t text_bytes_max = 8 * 1024;

http::Response nowhere() {
  return http::problem_response(503, "No way out", "Texts leave by the running server, and this is not it. Use its console's address.");
}

/// The case of the path, if the member may work on it.
http::Awaitable<Result<CaseId>> own_case(http::Request& request, const Context& context, const SignedIn& who) {
  const auto found = co_await case_of_path(request, context, who);
  if (!found) co_return found.error();
  co_return found->file.id;
}

http::Response gateways(const Context& context) {
  json::array list;
  if (context.texting != nullptr) {
    for (const TextGateway& gateway : context.texting->gateways()) {
      list.push_back(json::object{{"name", gateway.name}, {"hours_begin", gateway.hours_begin}, {"hours_end", gateway.hours_end}, {"time_zone", gateway.time_zone}});
    }
  }
  return http::json_response(200, json::serialize(json::object{{"gateways", std::move(list)}}));
}

http::Awaitable<http::Response> texts(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = co_await own_case(request, context, who);
  if (!id) co_return refusal(id.error());
  const auto rows = co_await context.stores.outbox().of_case(*id);
  if (!rows) co_return refusal(rows.error());
  json::array list;
  for (const storage::TextRow& row : *rows) list.push_back(to_json(row));
  co_return http::json_response(200, json::serialize(json::object{{"texts", std::move(list)}}));
}

http::Response refused(const boost::system::error_code& error) {
  if (error == Errc::not_found) {
    return http::problem_response(422, "No such way", "There is no gateway of that name by which texts can leave. GET /api/v1/gateways lists those there are.");
  }
  if (error == Errc::forbidden) {
    return http::problem_response(409, "Silenced", "This number asked for no more texts (STOP). It gets none until it writes START.");
  }
  if (error == Errc::too_large) return http::problem_response(413, "Too long", "At most ten texts of a phone: 1,530 plain characters, or 670 with accents such as á. Write less, or write twice.");
  return refusal(error);
}

http::Awaitable<http::Response> order(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = co_await own_case(request, context, who);
  if (!id) co_return refusal(id.error());
  if (context.texting == nullptr) co_return nowhere();
  const auto body = co_await read_json(request, body_bytes_max);
  if (!body) co_return refusal(body.error());
  const auto text_id = id_field<TextId>(*body, "id");
  const auto gateway = text_field(*body, "gateway", gateway_bytes_max);
  const auto to = text_field(*body, "to", number_bytes_max);
  const auto from = body->contains("from") ? text_field(*body, "from", number_bytes_max) : Result<std::string_view>(std::string_view());
  const auto text = text_field(*body, "text", text_bytes_max);
  const json::value* any_hour = body->if_contains("at_any_hour");
  if (!text_id || !gateway || !to || !from || !text || (any_hour != nullptr && !any_hour->is_bool())) {
    co_return malformed("id, gateway, to and text; from and at_any_hour may be there");
  }
  TextOrder made;
  made.id = *text_id;
  made.case_id = *id;
  made.author = who.member;
  made.gateway = *gateway;
  made.to = crypto::SecretBuffer(*to);
  made.from = crypto::SecretBuffer(*from);
  made.text = crypto::SecretBuffer(*text);
  made.at_any_hour = any_hour != nullptr && any_hour->get_bool();
  const auto recorded = co_await context.record(storage::Act::text_ordered, who, *id);
  if (!recorded) co_return refusal(recorded.error());
  const auto ordered = co_await context.texting->order(std::move(made));
  if (!ordered) co_return refused(ordered.error());
  co_return http::json_response(202, R"({"state":"waiting"})");
}

http::Awaitable<http::Response> cancel(http::Request& request, const Context& context, const SignedIn& who) {
  const auto id = co_await own_case(request, context, who);
  if (!id) co_return refusal(id.error());
  if (context.texting == nullptr) co_return nowhere();
  const auto text_id = parse_id<TextId>(request.captured.at(1));
  const auto rows = co_await context.stores.outbox().of_case(*id);
  if (!rows) co_return refusal(rows.error());
  if (!text_id || std::ranges::none_of(*rows, [&](const auto& row) { return row.id == *text_id; })) co_return refusal(Errc::not_found);
  const auto recorded = co_await context.record(storage::Act::text_withdrawn, who, *text_id);
  if (!recorded) co_return refusal(recorded.error());
  const auto cancelled = co_await context.texting->cancel(*text_id);
  if (!cancelled && cancelled.error() == Errc::not_found) {
    co_return http::problem_response(409, "Too late", "This text does not wait any more. GET the case's texts to see what has become of it.");
  }
  if (!cancelled) co_return refusal(cancelled.error());
  co_return http::empty_response();
}

}  // namespace

void add_text_routes(http::Router& router, const Context& context) {
  const http::RouteLimits with_body{.body_bytes_max = body_bytes_max};
  const auto member = [&](auto function) {
    return desk_workers_only(context, [&context, function](http::Request& request, const SignedIn& who) { return function(request, context, who); });
  };
  router.add(http::Method::get, "/api/v1/gateways", {},
             desk_workers_only(context, [&context](http::Request&, const SignedIn&) -> http::Awaitable<http::Response> { co_return gateways(context); }));
  router.add(http::Method::get, "/api/v1/cases/{id}/texts", {}, member(texts));
  router.add(http::Method::post, "/api/v1/cases/{id}/texts", with_body, member(order));
  router.add(http::Method::del, "/api/v1/cases/{id}/texts/{text}", {}, member(cancel));
}

}  // namespace hotline::console
