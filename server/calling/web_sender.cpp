#include "server/calling/web_sender.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace hotline::calling {
namespace {

constexpr std::size_t answer_bytes_max = 64 * 1024;

std::size_t origin_end(std::string_view url) { return std::min(url.find_first_of("/?#", url.find("://") + 3), url.size()); }

/// Path and query as they are asked for: what stands behind '#' is for nobody.
std::string target_of(std::string_view url) {
  std::string_view rest = url.substr(origin_end(url));
  rest = rest.substr(0, rest.find('#'));
  return rest.starts_with('/') ? std::string(rest) : "/" + std::string(rest);
}

std::string advice_for_answer(const std::string& origin, int status, bool ntfy) {
  const std::string said = origin + " answered " + std::to_string(status);
  const std::string_view key = ntfy ? "ntfy" : "webhook";
  if (status / 100 == 3) return said + ": the address leads elsewhere, which is not followed; let " + std::string(key) + " be the last address";
  if (status == 401 || status == 403) return said + ": it wants another token; set token or token_file of this [[call]], or make the address anew";
  if (status == 404 || status == 410) return said + ": there is no such address; make it anew there, and enter it as " + std::string(key);
  if (status == 429) return said + ": it was asked too often; raise minutes of this [[call]]";
  if (status / 100 == 5) return said + ": it fails itself; try again later";
  return said + ": it does not take what a " + std::string(key) + " gets; see that " + std::string(key) + " is the right way and address";
}

}  // namespace

WebSender::WebSender(const CallSettings& call, std::string origin, std::chrono::milliseconds deadline)
    : call_(call), origin_(std::move(origin)), deadline_(deadline) {}

http::ClientOptions WebSender::options() const {
  http::ClientOptions options;
  options.ca_file = call_.ca_file;
  options.silence_max = deadline_;
  options.total_max = deadline_;
  options.keep_alive = false;   // a call on a line that is about to close may or may not have arrived
  options.body_bytes_max = answer_bytes_max;
  return options;
}

Outcome<std::unique_ptr<WebSender>> WebSender::create(const CallSettings& call, std::chrono::milliseconds deadline) {
  const std::string_view url = call.address.reveal();
  auto sender = std::unique_ptr<WebSender>(new WebSender(call, std::string(url.substr(0, origin_end(url))), deadline));
  // Made once to see that it can be; each call makes its own, and reads the authorities anew.
  if (auto client = http::HttpClient::create(sender->origin_, sender->options()); !client) return Problem{"[[call]]: " + client.error().line};
  return sender;
}

Delivery WebSender::send(const CallMessage& message, const std::stop_token& stop) {
  http::ClientOptions with_stop = options();
  with_stop.stop = stop;
  auto client = http::HttpClient::create(origin_, with_stop);
  if (!client) return {Delivery::Kind::failed, 0, client.error().line};
  const bool ntfy = call_.way == CallSettings::Way::ntfy;
  http::HttpClient::Headers headers;
  std::string body;
  if (ntfy) {
    body = message.sentence;
    headers = {{"Content-Type", "text/plain"}, {"Title", message.subject}};
    if (!message.console.empty()) headers.emplace_back("Click", message.console);
    headers.emplace_back("Priority", message.grade == Grade::now ? "urgent" : message.grade == Grade::soon ? "high" : "default");
  } else {
    body = boost::json::serialize(boost::json::object{{"text", message.text()}});
    headers = {{"Content-Type", "application/json"}};
  }
  if (!call_.token.empty()) headers.emplace_back("Authorization", "Bearer " + std::string(call_.token.reveal()));
  const auto answer = client->send("POST", target_of(call_.address.reveal()), headers, as_bytes(body));
  if (!answer) {
    const auto kind = client->began_sending() && answer.error() != Errc::malformed ? Delivery::Kind::perhaps : Delivery::Kind::failed;
    return {kind, 0, http::explain_client_error(origin_, answer.error()).line};
  }
  if (answer->status / 100 == 2) return {Delivery::Kind::sent, answer->status, {}};
  // A proxy gave up on what stands behind it, which may have taken the call all the same.
  const bool perhaps = answer->status == 502 || answer->status == 504;
  return {perhaps ? Delivery::Kind::perhaps : Delivery::Kind::failed, answer->status, advice_for_answer(origin_, answer->status, ntfy)};
}

}  // namespace hotline::calling
