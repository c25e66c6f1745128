#include "server/texting/web_carrier.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>

namespace hotline::texting {

namespace {

using sms::HandedOver;

constexpr std::size_t answer_bytes_max = 64 * 1024;

/// "https://host:1/path" is an origin and a path, which may be missing.
std::size_t origin_end(std::string_view url) { return std::min(url.find('/', std::min(url.find("://"), url.size() - 3) + 3), url.size()); }
std::string origin_of(std::string_view url) { return std::string(url.substr(0, origin_end(url))); }
std::string path_of(std::string_view url) {
  if (url.empty()) return {};
  const std::string_view path = url.substr(origin_end(url));
  return path == "/" ? std::string() : std::string(path);
}

Problem lacks(const sms::Gateway& gateway, std::string_view what) {
  return Problem{"[sms." + gateway.name() + ".send] " + std::string(what)};
}

}  // namespace

WebCarrier::WebCarrier(const sms::Gateway& gateway, const SmsSendSettings& settings, http::HttpClient client, crypto::LockedKey secret,
                       crypto::LockedKey callback, boost::asio::thread_pool& threads)
    : rules_(*gateway.descriptor().send),
      origin_(settings.url.empty() ? rules_.url : origin_of(settings.url)),
      from_(settings.from),
      path_(path_of(settings.url)),
      account_(settings.account),
      secret_(std::move(secret)),
      callback_(std::move(callback)),
      client_(std::move(client)),
      threads_(threads) {}

Outcome<std::unique_ptr<WebCarrier>> WebCarrier::create(const sms::Gateway& gateway, const SmsSendSettings& settings, const Limits& limits,
                                                        boost::asio::thread_pool& threads) {
  const sms::Descriptor& descriptor = gateway.descriptor();
  if (!descriptor.send) return lacks(gateway, "cannot be: " + descriptor.name + " has no way to send here; remove the section");
  const sms::SendRules& rules = *descriptor.send;
  if (settings.url.empty() && rules.url.empty()) return lacks(gateway, "url is missing; name the address of " + descriptor.name + "'s API");
  if (rules.needs_account && settings.account.empty()) return lacks(gateway, "account is missing; " + descriptor.name + " needs to know whose text it is");
  if (rules.needs_secret && settings.secret.empty()) return lacks(gateway, "secret is missing; add secret_file with the key of the API");
  const bool is_id = !settings.from.empty() && std::all_of(settings.from.begin(), settings.from.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (rules.from_is_id && !is_id) {
    return lacks(gateway, "from must be the id of the phone number at " + descriptor.name + ", digits alone; it is not the phone number itself");
  }
  const std::size_t slash = settings.account.find('/');
  if (rules.needs_application && (slash == 0 || slash == std::string::npos || slash + 1 == settings.account.size())) {
    return lacks(gateway, "account must be ACCOUNT/APPLICATION, the ids of " + descriptor.name + "'s account and of its application");
  }
  if (rules.login == sms::SendRules::Login::pair && settings.secret.reveal().find(':') == std::string_view::npos) {
    return lacks(gateway, "secret must be NAME:PASSWORD, as " + descriptor.name + "'s API takes them");
  }
  // Found here: each text would be called refused for what is written in it.
  const sms::OutgoingText nothing{{}, {}, crypto::SecretBuffer(std::string_view(settings.from)), {}};
  if (!sms::write_send_request(rules, nothing, {{}, settings.account, settings.secret.reveal(), {}})) {
    return lacks(gateway, "secret or account has characters that cannot be sent to " + descriptor.name + "; see that secret_file holds the key alone");
  }
  http::ClientOptions options;
  options.silence_max = limits.gateway_deadline;
  options.total_max = limits.gateway_deadline;
  options.keep_alive = false;   // a request on a line that the gateway is about to close may or may not have arrived
  options.body_bytes_max = answer_bytes_max;
  auto client = http::HttpClient::create(settings.url.empty() ? rules.url : origin_of(settings.url), options);
  if (!client) return lacks(gateway, "url: " + client.error().line);
  auto secret = crypto::LockedKey::create(as_bytes(settings.secret.reveal()));
  const crypto::SecretBuffer address = gateway.callback_url();
  auto callback = crypto::LockedKey::create(address.reveal());
  if (!secret || !callback) return Problem{"no locked memory for the gateways' secrets; raise the limit: ulimit -l"};
  return std::unique_ptr<WebCarrier>(new WebCarrier(gateway, settings, std::move(*client), std::move(*secret), std::move(*callback), threads));
}

WebCarrier::Checked WebCarrier::check() {
  // At another path than the gateway's own stands somebody else's API: only that it answers can be asked.
  const bool known = !rules_.check.empty() && path_.empty();
  sms::SendRules rules = rules_;
  rules.method = http::Method::get;
  rules.path = known ? rules_.check : "/";
  rules.fields.clear();
  rules.unicode_fields.clear();
  rules.json.clear();
  if (!known) {
    rules.login = sms::SendRules::Login::none;
    rules.headers.clear();
  }
  const sms::OutgoingText nothing{{}, {}, crypto::SecretBuffer(std::string_view(from_)), {}};
  const auto request = sms::write_send_request(rules, nothing, {{}, account_, as_text(secret_.reveal()), {}});
  if (!request) return {false, "the secret or a header has characters that cannot be sent; see that the file holds the key alone"};
  const auto answer = client_.send(request->method, request->target, request->headers);
  if (!answer) return {false, http::explain_client_error(origin_, answer.error()).line};
  const std::string said = origin_ + " answered " + std::to_string(answer->status);
  if (!known) return {true, origin_ + " answers; whether it takes account and secret, only a text shows"};
  if (answer->status >= 200 && answer->status < 300) return {true, origin_ + " takes account and secret; no text was sent"};
  if (answer->status == 401 || answer->status == 403) return {false, said + ": it does not take account and secret; compare them with the gateway's own pages"};
  if (answer->status == 404) return {false, said + ": it does not know the account, or url is not that of its API"};
  return {true, said + ", which does not tell whether it takes account and secret; only a text shows"};
}

HandedOver WebCarrier::send(const sms::OutgoingText& text) {
  const auto request = sms::write_send_request(rules_, text, {path_, account_, as_text(secret_.reveal()), as_text(callback_.reveal())});
  if (!request) return {.kind = HandedOver::Kind::refused, .reason = storage::TextReason::content, .code = {}, .names = {}, .retry_after_seconds = {}};
  const auto answer = client_.send(request->method, request->target, request->headers, request->body.reveal());
  HandedOver outcome;
  if (answer) {
    outcome = sms::read_send_answer(rules_, text, answer->status, answer->body.reveal(), answer->header("retry-after"));
  } else {
    outcome.kind = client_.began_sending() && !rules_.repeatable ? HandedOver::Kind::unknown : HandedOver::Kind::later;
    outcome.code = "no-answer";
  }
  // Where reports carry our own name for a text, one of them may still tell what became of it.
  const bool our_name = rules_.id.empty() && rules_.id_after.empty();
  if (outcome.kind == HandedOver::Kind::unknown && our_name) outcome.names.emplace_back(std::string_view(text.id));
  return outcome;
}

http::Awaitable<HandedOver> WebCarrier::hand_over(sms::OutgoingText text) {
  const auto work = [](WebCarrier& self, sms::OutgoingText held) -> http::Awaitable<HandedOver> { co_return self.send(held); };
  co_return co_await boost::asio::co_spawn(threads_, work(*this, std::move(text)), boost::asio::use_awaitable);
}

}  // namespace hotline::texting
