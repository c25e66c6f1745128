#include "server/sms/webhook.hpp"

#include "config/log.hpp"
#include "crypto/age.hpp"
#include "crypto/hash.hpp"
#include "crypto/padding.hpp"

#include <algorithm>
#include <span>

namespace hotline::sms {

namespace {

using http::Response;

/// 40 bytes each. A gateway tries again within minutes, and few hotlines get so many texts in an hour.
constexpr std::size_t recent_keys_max = 8192;

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

}  // namespace

Webhook::Webhook(const Gateways& gateways, storage::Inbox& inbox, storage::CurrentEpochs& epochs, crypto::LockedKey dedupe_key,
                 const Clock& clock, const Limits& limits, TextEvents* events)
    : gateways_(gateways),
      inbox_(inbox),
      epochs_(epochs),
      dedupe_key_(std::move(dedupe_key)),
      recent_keys_(recent_keys_max),
      clock_(clock),
      limits_(limits),
      events_(events) {}

void Webhook::add_routes(http::Router& router) {
  const http::RouteLimits limits{.body_bytes_max = limits_.sms_body_bytes_max};
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
  if (request.method != http::Method::get) {
    auto read = co_await http::read_all(*request.body, std::min(descriptor.body_bytes_max, limits_.sms_body_bytes_max));
    if (!read) co_return refusal(read.error());
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

http::Awaitable<Response> Webhook::answer(const Gateway& gateway, const http::Request& request, Bytes body, bool is_check) {
  const Descriptor& descriptor = gateway.descriptor();
  std::optional<std::string_view> path_token;
  if (request.captured.size() > 1) path_token = request.captured[1];

  Result<Verdict> verdict = gateway.judge(request, body, path_token, clock_.now());
  crypto::wipe_stack();
  if (!verdict && verdict.error() == Errc::authentication_failed && descriptor.unsigned_again && !gateway.carries_proof(request)) {
    co_return our_fault(descriptor);
  }
  if (!verdict) co_return refusal(verdict.error());
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
    const auto epoch = co_await epoch_for(gateway);
    if (!epoch && epoch.error() == Errc::not_found) log_event(LogLevel::error, "sms_desk_has_no_epoch");
    co_return epoch ? from_reply(descriptor.accepted) : our_fault(descriptor);
  }

  // All of a batch or nothing is acknowledged; what was stored already is found again when it comes once more.
  bool all_known = true;
  Result<void> stored = Result<void>();
  for (const Message& message : verdict->messages) {
    stored = co_await store(gateway, message);
    if (stored) {
      all_known = false;
      if (events_ != nullptr) events_->heard(gateway.name(), message);
    }
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

http::Awaitable<Result<storage::CurrentEpoch>> Webhook::epoch_for(const Gateway& gateway) {
  const auto desks = co_await epochs_.desks();
  if (!desks) co_return desks.error();
  const std::string& wanted = gateway.desk_name();
  const auto desk = std::find_if(desks->begin(), desks->end(), [&](const storage::Desk& one) { return wanted.empty() || one.name == wanted; });
  if (desk == desks->end()) co_return Errc::not_found;
  co_return co_await epochs_.of(desk->id);
}

http::Awaitable<Result<void>> Webhook::store(const Gateway& gateway, const Message& message) {
  const std::int64_t hour = clock_.hour();
  static constexpr Byte separator = 0;
  const RecentKeys::Key key =
      crypto::keyed_blake2b(dedupe_key_.reveal(), {as_bytes(gateway.name()), Bytes(&separator, 1), message.dedupe.reveal()});
  if (recent_keys_.holds(key, hour)) co_return Errc::duplicate;

  const auto epoch = co_await epoch_for(gateway);
  if (!epoch) co_return epoch.error();

  storage::NewReport report;
  report.epoch = epoch->epoch;
  report.channel = storage::Channel::sms;
  report.priority = priority_of(message.text.reveal_text());
  report.received_hour = hour;
  report.sms_dedupe_key = key;

  crypto::SecretBuffer json = to_json(message, gateway.name(), to_text(epoch->desk), report.received_hour);
  if (const Result<void> padded = crypto::pad_json(json); !padded) co_return padded.error();
  Result<ByteVector> sealed = crypto::age::seal(std::span(&epoch->recipient, 1), json.reveal());
  crypto::wipe_stack();
  if (!sealed) co_return sealed.error() == Errc::too_large ? make_error_code(Errc::storage_failed) : sealed.error();
  report.sealed = std::move(*sealed);

  const auto added = co_await inbox_.add(std::move(report));
  if (added || added.error() == Errc::duplicate) recent_keys_.committed(key, hour);
  if (!added) co_return added.error();
  co_return Result<void>();
}

}  // namespace hotline::sms
