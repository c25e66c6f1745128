#include "server/sms/webhook.hpp"

#include "config/log.hpp"

#include <algorithm>

namespace hotline::sms {

namespace {

using http::Response;

Response from_reply(const Reply& reply) {
  Response response;
  response.status = reply.status;
  response.content_type = reply.content_type;
  response.body = reply.body;
  return response;
}

Response our_fault(const Descriptor& descriptor) {
  Response response = from_reply(descriptor.overload);
  response.headers.emplace_back("Retry-After", std::to_string(descriptor.retry_after_seconds));
  return response;
}

/// What stood behind the gateway's name in the path.
std::optional<std::string_view> path_token_of(const http::Request& request) {
  return request.captured.size() > 1 ? std::optional<std::string_view>(request.captured[1]) : std::nullopt;
}

Response wrong_method(const Descriptor& descriptor) {
  std::string allow;
  for (const http::Method method : descriptor.methods) {
    allow.append(allow.empty() ? "" : ", ").append(method == http::Method::get ? "GET" : "POST");
  }
  Response response = http::text_response(405, "This address does not take that method.\n");
  response.headers.emplace_back("Allow", std::move(allow));
  return response;
}

/// What a request is told that is not taken. Each text is the same for every request.
Response refusal(const boost::system::error_code& error) {
  if (error == Errc::authentication_failed) {
    log_event(LogLevel::warning, "sms_signature_refused");
    return http::text_response(403, "The signature does not match.\n");
  }
  if (error == Errc::unsupported) return http::text_response(415, "This gateway sends other media types.\n");
  if (error == Errc::too_large) return http::text_response(413, "The request is too large.\n");
  if (error == Errc::timed_out) return http::text_response(408, "The request came too slowly.\n");
  log_event(LogLevel::warning, "sms_malformed");
  return http::text_response(400, "The request lacks something or cannot be read.\n");
}

/// So many requests with pictures in them at once, each of some megabytes.
Limits of_large_bodies() {
  Limits limits;
  limits.uploads_max = 8;
  limits.uploads_per_sender_max = 2;
  return limits;
}

}  // namespace

Webhook::Webhook(const Gateways& gateways, MessageIntake& intake, const Clock& clock, const Limits& limits, TextEvents* events)
    : gateways_(gateways), intake_(intake), clock_(clock), limits_(limits), events_(events), large_bodies_(of_large_bodies()) {}

void Webhook::add_routes(http::Router& router) {
  http::RouteLimits limits{.body_bytes_max = limits_.sms_body_bytes_max};
  for (const auto& [name, gateway] : gateways_.all()) limits.body_bytes_max = std::max(limits.body_bytes_max, gateway.body_bytes_max(limits_));
  for (const http::Method method : {http::Method::get, http::Method::post}) {
    for (const char* pattern : {"/sms/{name}", "/sms/{name}/{path_token}"}) {
      router.add(method, pattern, limits, [this](http::Request& request) { return handle(request); });
    }
  }
}

http::Awaitable<Response> Webhook::handle(http::Request& request) {
  const Gateway* gateway = request.captured.empty() ? nullptr : gateways_.find(request.captured.front());
  if (gateway == nullptr) co_return http::text_response(404, "There is no gateway of that name.\n");
  if (!gateway->takes(request.method)) co_return wrong_method(gateway->descriptor());
  co_return co_await take(*gateway, request);
}

http::Awaitable<Response> Webhook::take(const Gateway& gateway, http::Request& request) {
  const Descriptor& descriptor = gateway.descriptor();
  crypto::SecretBuffer body;
  http::UploadSlots::Place place;
  if (request.method != http::Method::get) {
    auto read = co_await read_body(gateway, request, place);
    if (!read && read.error() == Errc::busy) co_return our_fault(descriptor);
    if (!read) co_return refused(gateway, request, read.error());
    body = std::move(*read);
  }
  const auto proof = check_proof_ ? request.header(CheckProof::header) : std::nullopt;
  if (!proof || !check_proof_->holds(*proof, {request.method, gateway.name(), request.raw_query, body.reveal()}, clock_.now())) {
    co_return co_await answer(gateway, request, body.reveal(), false);
  }
  Response response = co_await answer(gateway, request, body.reveal(), true);
  response.headers.emplace_back("Hotline-Check", check_proof_->of_answer(*proof));
  co_return response;
}

http::Awaitable<Result<crypto::SecretBuffer>> Webhook::read_body(const Gateway& gateway, http::Request& request, http::UploadSlots::Place& place) {
  const std::size_t most = gateway.body_bytes_max(limits_);
  if (most <= limits_.sms_body_bytes_max) co_return co_await http::read_all(*request.body, most);
  if (request.body->declared_size().value_or(0) > most) co_return Errc::too_large;
  crypto::SecretBuffer body;
  for (;;) {
    const Result<Bytes> piece = co_await request.body->read_some();
    if (!piece) co_return piece.error();
    if (piece->empty()) co_return body;
    if (piece->size() > most - body.size()) co_return Errc::too_large;
    if (body.size() + piece->size() > limits_.sms_body_bytes_max && !place.brought(piece->size())) {
      if (place) co_return Errc::busy;   // another was given it
      if (!gateway.may_prove_itself(request, path_token_of(request))) co_return Errc::authentication_failed;
      place = large_bodies_.take(request.sender);
      if (!place) co_return Errc::busy;
    }
    body.append(*piece);
  }
}

Response Webhook::refused(const Gateway& gateway, const http::Request& request, const boost::system::error_code& error) {
  const bool comes_again = gateway.descriptor().unsigned_again && !gateway.carries_proof(request);
  return error == Errc::authentication_failed && comes_again ? our_fault(gateway.descriptor()) : refusal(error);
}

http::Awaitable<Response> Webhook::answer(const Gateway& gateway, const http::Request& request, Bytes body, bool is_check) {
  const Descriptor& descriptor = gateway.descriptor();
  Result<Verdict> verdict = gateway.judge(request, body, path_token_of(request), clock_.now());
  crypto::wipe_stack();
  if (!verdict) co_return refused(gateway, request, verdict.error());
  if (verdict->meaning == Meaning::challenge) co_return http::text_response(200, std::move(verdict->challenge));
  for (const DeliveryReport& report : verdict->reports) {
    if (events_ == nullptr) break;
    const Result<void> recorded = co_await events_->reported(gateway.name(), report);
    if (recorded) continue;
    log_event(LogLevel::error, "delivery_report_not_stored", {{"error", recorded.error()}});
    co_return our_fault(descriptor);
  }
  if (verdict->meaning != Meaning::message) co_return from_reply(descriptor.ignored);
  if (is_check) {
    // As far as a text would get, but for the writing.
    const auto epoch = co_await intake_.epoch_for(gateway.desk_name());
    if (!epoch && epoch.error() == Errc::not_found) log_event(LogLevel::error, "sms_desk_has_no_epoch");
    co_return epoch ? from_reply(descriptor.accepted) : our_fault(descriptor);
  }

  // All of a batch or nothing is acknowledged; what was stored already is found again when it comes once more.
  const IntakePlace place{gateway.name(), gateway.desk_name(), gateway.fetches_media()};
  bool all_known = true;
  Result<void> stored = Result<void>();
  for (const Message& message : verdict->messages) {
    stored = co_await intake_.take(place, message);
    if (stored) all_known = false;
    if (!stored && stored.error() == Errc::duplicate) stored = Result<void>();
    if (!stored) break;
  }
  if (stored) co_return from_reply(all_known ? descriptor.duplicate : descriptor.accepted);
  if (stored.error() == Errc::too_large) co_return refusal(stored.error());
  if (stored.error() == Errc::not_found) {
    log_event(LogLevel::error, "sms_desk_has_no_epoch");
  } else {
    log_event(LogLevel::error, "sms_not_stored", {{"error", stored.error()}});
  }
  co_return our_fault(descriptor);
}

}  // namespace hotline::sms
