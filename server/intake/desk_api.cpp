#include "server/intake/desk_api.hpp"

#include "crypto/encoding.hpp"
#include "crypto/return_code.hpp"
#include "crypto/secret_json.hpp"
#include "server/http/too_large.hpp"
#include "server/intake/report_code.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hotline::intake {
namespace {

namespace json = boost::json;

constexpr std::size_t code_request_bytes_max = 256;

http::Response unavailable() {
  auto response = http::problem_response(503, "Not now", "Try again in a few seconds.");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

/// Of a body that did not arrive, which says nothing about what is in it.
http::Response unread(const boost::system::error_code& error) {
  if (error == Errc::too_large) return http::problem_response(413, "Too large", http::too_large_detail(code_request_bytes_max));
  if (error == Errc::timed_out) return http::problem_response(408, "Too slow", "The request did not arrive in time. Send it again.");
  if (error == Errc::malformed || error == Errc::closed) return http::problem_response(400, "Not understood", "The body did not arrive whole. Send it again.");
  return unavailable();
}

http::Awaitable<Result<json::object>> describe(const ReporterContext& context, DeskId desk) {
  const auto current = co_await context.epochs.of(desk);
  if (!current) co_return current.error();
  const auto desks = co_await context.epochs.desks();
  if (!desks) co_return desks.error();
  const auto found = std::ranges::find(*desks, desk, &storage::Desk::id);
  if (found == desks->end()) co_return Errc::not_found;
  const storage::Epoch& epoch = current->record;
  json::object described{{"id", to_text(found->id)},
                         {"name", found->name},
                         {"desk_key", crypto::to_base64(found->desk_key, crypto::Base64::url_unpadded)},
                         {"epoch",
                          {{"id", to_text(epoch.id)},
                           {"recipient", current->recipient.to_text()},
                           {"not_before", epoch.not_before},
                           {"not_after", epoch.not_after},
                           {"signature", crypto::to_base64(epoch.signature, crypto::Base64::url_unpadded)}}}};
  co_return described;
}

http::Awaitable<http::Response> standard_desk(const ReporterContext& context) {
  const auto described = co_await describe(context, context.addressees.standard());
  if (!described) co_return unavailable();
  co_return http::json_response(200, json::serialize(*described));
}

http::Awaitable<http::Response> all_desks(const ReporterContext& context) {
  json::array list;
  for (const OfferedDesk& offered : context.addressees.offered()) {
    auto described = co_await describe(context, offered.id);
    if (!described) co_return unavailable();
    list.push_back(std::move(*described));
  }
  const Limits& limits = context.limits;
  co_return http::json_response(200, json::serialize(json::object{{"house", to_text(context.house)},
                                                                  {"files_max", limits.files_max},
                                                                  {"file_bytes_max", limits.file_bytes_max},
                                                                  {"body_bytes_max", limits.body_bytes_max},
                                                                  {"desks", std::move(list)}}));
}

/// {"code":"…"} with nothing else that matters; the text stays where it was read.
Result<crypto::ReturnCode> code_of(std::string_view body) {
  // A code needs no escapes: between the quotes after the colon. A tree of JSON values would copy it to where nobody wipes.
  constexpr std::string_view opening = "\"code\"";
  const std::size_t name = body.find(opening);
  if (name == std::string_view::npos) return Errc::malformed;
  const std::size_t start = body.find('"', name + opening.size());
  const std::size_t end = start == std::string_view::npos ? start : body.find('"', start + 1);
  if (end == std::string_view::npos) return Errc::malformed;
  return crypto::ReturnCode::parse(body.substr(start + 1, end - start - 1));
}

http::Awaitable<http::Response> return_code(http::Request& request, const ReporterContext& context) {
  const auto body = co_await http::read_all(*request.body, code_request_bytes_max);
  if (!body) co_return unread(body.error());
  const auto code = code_of(body->reveal_text());
  if (!code) co_return http::problem_response(422, "Not understood", "Send {\"code\":\"…\"} with the 16 symbols of a return code.");
  const auto mailbox = co_await open_mailbox(context.argon2, context.crowd.admit(request), *code, context.house);
  if (!mailbox) co_return unavailable();
  crypto::SecretJson answer(4096);
  answer.begin_object();
  answer.string("key", crypto::secret_to_base64(mailbox->keys.key.reveal(), crypto::Base64::url_unpadded).reveal_text());
  answer.string("recipient", mailbox->recipient.to_text()).end_object();
  const auto text = std::move(answer).finish();
  co_return http::json_response(200, std::string(text.reveal_text()));
}

}  // namespace

void add_desk_api_routes(http::Router& router, const ReporterContext& context) {
  router.add(http::Method::get, "/api/v1/desk", {}, [&context](http::Request&) { return standard_desk(context); });
  router.add(http::Method::get, "/api/v1/desks", {}, [&context](http::Request&) { return all_desks(context); });
  router.add(http::Method::post, "/api/v1/return-code", {.body_bytes_max = code_request_bytes_max},
             [&context](http::Request& request) { return return_code(request, context); });
}

}  // namespace hotline::intake
