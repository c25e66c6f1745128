#include "server/cli/sms_check.hpp"

#include "config/clock.hpp"
#include "crypto/encoding.hpp"
#include "crypto/random.hpp"
#include "server/http/client.hpp"
#include "server/sms/request_signer.hpp"
#include "server/texting/local_hours.hpp"
#include "server/texting/web_carrier.hpp"

#include <boost/asio/error.hpp>

#include <algorithm>
#include <optional>

namespace hotline::cli {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t token_bytes_safe = 16;

struct Url {
  std::string origin;   ///< "https://host:port"
  std::string path;     ///< begins with '/', or is empty
};

Url split(std::string_view url) {
  const std::size_t scheme = url.find("://");
  const std::size_t path = std::min(url.find('/', scheme == std::string_view::npos ? 0 : scheme + 3), url.size());
  return {std::string(url.substr(0, path)), std::string(url.substr(path))};
}

/// How one request went.
struct Attempt {
  bool made = false;
  int status = 0;             ///< 0: no answer, and `error` or `problem` tells why
  bool ours = false;          ///< this server answered, and read the request as it was sent
  std::string location;       ///< where a redirect leads, without its path
  error_code error;
  std::string problem;
};

/// A request, and where it may go.
class Prober {
 public:
  Prober(const sms::GatewayRequest& request, const SmsSettings& one, const sms::CheckProof& proof) : request_(request), proof_(proof) {
    method_ = request.method == http::Method::get ? "GET" : "POST";
    mark_ = proof.of_request({request.method, one.name, request.raw_query, request.body.reveal()}, SystemClock().now());
    headers_ = request.headers;
    headers_.emplace_back("hotline-check", mark_);
    if (!one.path_token.empty()) end_.append("/").append(one.path_token.reveal());
    if (!request.raw_query.empty()) end_.append("?").append(request.raw_query);
  }

  Attempt send(const std::string& origin, const std::string& path, const std::filesystem::path& ca_file) const {
    Attempt attempt;
    attempt.made = true;
    http::ClientOptions options;
    options.ca_file = ca_file;
    options.silence_max = std::chrono::seconds(15);
    options.body_bytes_max = 1024 * 1024;
    auto client = http::HttpClient::create(origin, options);
    if (!client) {
      attempt.problem = client.error().line;
      return attempt;
    }
    const auto answer = client->send(method_, path + end_, headers_, request_.body.reveal());
    if (!answer) {
      attempt.error = answer.error();
      return attempt;
    }
    attempt.status = answer->status;
    const std::string expected = proof_.of_answer(mark_);
    const auto given = answer->header(sms::CheckProof::header);
    attempt.ours = given && given->size() == expected.size() && crypto::equal_in_constant_time(as_bytes(*given), as_bytes(expected));
    if (const auto location = answer->header("location"); location && location->find("://") != std::string_view::npos) attempt.location = split(*location).origin;
    return attempt;
  }

 private:
  const sms::GatewayRequest& request_;
  const sms::CheckProof& proof_;
  std::string method_, mark_, end_;
  http::HttpClient::Headers headers_;
};

/// The public listener as this machine reaches it; nothing when its port is not known before it starts.
std::optional<std::string> local_origin(const ListenerSettings& listener) {
  const std::string scheme = listener.tls ? "https://" : "http://";
  for (const ListenAddress& address : listener.listen) {
    if (address.is_unix() || address.port == 0) continue;
    ListenAddress reached = address;
    if (reached.ip == "0.0.0.0") reached.ip = "127.0.0.1";
    if (reached.ip == "::") reached.ip = "::1";
    return scheme + to_text(reached);
  }
  for (const ListenAddress& address : listener.listen) {
    if (address.is_unix() && !listener.tls) return "unix:" + address.socket_path.string();
  }
  return std::nullopt;
}

bool is_no_listener(const error_code& error) {
  return error == asio::error::connection_refused || error == boost::system::errc::no_such_file_or_directory;
}

/// Says what came of it.
class Judgement {
 public:
  Judgement(const SmsSettings& one, const sms::Gateway& gateway, const sms::GatewayRequest& request, const SmsCheckOptions& options,
            const Attempt& there, const Attempt& here)
      : one_(one), descriptor_(gateway.descriptor()), request_(request), options_(options), there_(there), here_(here), url_(split(one.public_url)) {}

  /// Whether the gateway's text would have been taken, as far as a check can tell.
  bool well(const Attempt& attempt) const {
    if (!attempt.ours) return false;
    if (request_.is_signed) return attempt.status == descriptor_.accepted.status;
    return attempt.status == 403 || (descriptor_.unsigned_again && attempt.status == descriptor_.overload.status);
  }

  std::string text() const {
    if (!there_.problem.empty()) return "public_url cannot be used: " + there_.problem;
    if (there_.status == 0) return unreachable();
    if (there_.ours) return refused_by_us();
    if (there_.status / 100 == 3) {
      return "the address redirects" + (there_.location.empty() ? std::string() : " to " + there_.location) +
             ", and gateways do not follow; set public_url to the last address, enter that at " + descriptor_.name + ", or let the proxy pass " + canonical() + " directly";
    }
    if (is_down()) return "the server is not running; start it: " + start() + " (what stands at the address answered " + std::to_string(there_.status) + ")";
    if (there_.status == 404) return not_found();
    if (there_.status == 502 || there_.status == 504 || (there_.status == 503 && well(here_))) {
      return answered() + ": the proxy there does not reach the server" + (well(here_) ? ", which runs" : "") + "; let it pass requests to the listener of [public]";
    }
    if (there_.status == 401 || there_.status == 403) {
      return answered() + ", before the request reached this Hotline: a password, a filter of the proxy, or another Hotline with another database; let " +
             canonical() + " pass for everybody, as the signature is what protects it";
    }
    return answered() + ", but not this Hotline" + (well(here_) ? ", which runs" : "") +
           ": another server stands there, or a proxy changes the request or removes the header Hotline-Check; look at the DNS entry and at where the proxy passes " +
           canonical() + (here_.made ? "" : ". A server started before this version was installed must be started again");
  }

 private:
  std::string canonical() const { return "/sms/" + one_.name; }
  std::string answered() const { return "a server at the address answered " + std::to_string(there_.status); }
  std::string start() const { return "hotline serve --config " + options_.config; }
  bool is_down() const { return here_.made && here_.status == 0 && is_no_listener(here_.error); }

  std::string unreachable() const {
    if (is_down()) return "the server is not running; start it: " + start();
    const std::string well_here = well(here_) ? "the server runs and takes the text, but " : "";
    const error_code& error = there_.error;
    if (error == make_error_code(Errc::authentication_failed)) {
      return well_here + "the certificate at " + url_.origin + " cannot be verified, so " + descriptor_.name +
             " will not connect; renew it, let it name that host, and serve its whole chain (--ca-file trusts one of your own)";
    }
    if (error == asio::error::host_not_found || error == asio::error::host_not_found_try_again) {
      return well_here + "the host of " + url_.origin + " is not known; correct public_url, or the DNS entry";
    }
    if (is_no_listener(error)) {
      return well_here + "nothing listens at " + url_.origin + "; start the proxy there, open the port, or correct public_url" +
             (well(here_) ? "" : " (and see that the server runs: " + start() + ")");
    }
    if (error == make_error_code(Errc::timed_out)) {
      return well_here + url_.origin + " does not answer; open the port in the firewall, and see where the DNS entry leads. If only this machine cannot reach its own public address, run the check elsewhere";
    }
    if (error == make_error_code(Errc::closed) || error == make_error_code(Errc::malformed)) {
      return well_here + "what listens at " + url_.origin + " does not speak " + (url_.origin.starts_with("https:") ? "https" : "http") +
             "; see whether public_url should begin with " + (url_.origin.starts_with("https:") ? "http:// or the proxy lacks its certificate" : "https://");
    }
    return well_here + url_.origin + " could not be talked to: " + error.message() +
           (url_.origin.starts_with("https:") ? "; see that https is served at that port" : "; see that http is served at that port");
  }

  std::string refused_by_us() const {
    if (there_.status == 403 && well(here_)) {
      return "the request arrives, but something that proves it is lost on the way; let the proxy pass the whole path" +
             std::string(one_.path_token.empty() ? "" : " with the path token") + ", and these headers as they come: " + proof_headers();
    }
    if (there_.status == 403) {
      return "the running server refuses what the settings sign: it has another token, path_token or public_url, as it reads them at its start alone; start it again";
    }
    if (there_.status == descriptor_.overload.status || there_.status == 503) {
      return "the server cannot store texts: the desk" + (one_.desk.empty() ? std::string() : " " + one_.desk) +
             " has no epoch that holds now (hotline epoch list, hotline epoch rotate), or the database cannot be written; see the server's log";
    }
    return "the server answered " + std::to_string(there_.status) + "; it may run with another descriptor, as it reads it at its start alone: start it again, and see its log";
  }

  std::string proof_headers() const {
    std::string names;
    for (const auto& [name, value] : request_.headers) {
      if (name != "content-type") names.append(names.empty() ? "" : ", ").append(name);
    }
    return names.empty() ? "content-type" : names;
  }

  std::string not_found() const {
    if (here_.status == 404 && !here_.ours) {
      return "the running server knows no [sms." + one_.name + "]: it reads its settings at its start alone; start it again";
    }
    if (url_.path != canonical()) {
      return "public_url ends in " + (url_.path.empty() ? "nothing" : url_.path) + ", and nothing answers there, as the server takes these texts at " + canonical() +
             "; let public_url end in " + canonical() + " and enter it so at " + descriptor_.name + ", or let the proxy turn the one into the other";
    }
    return "404 at the address" + std::string(well(here_) ? ", while the server itself takes the text" : "") + "; let the proxy pass " + canonical() +
           " unchanged, and see that no other server stands there";
  }

  const SmsSettings& one_;
  const sms::Descriptor& descriptor_;
  const sms::GatewayRequest& request_;
  const SmsCheckOptions& options_;
  const Attempt& there_;
  const Attempt& here_;
  Url url_;
};

/// The way out, as far as it can be tried without a text.
void check_sending(const SmsSettings& one, const sms::Gateway& gateway, const Limits& limits, SmsFindings& findings) {
  if (!one.send) return;
  if (auto hours = texting::LocalHours::create(one.send->hours_begin, one.send->hours_end, one.send->time_zone); !hours) {
    findings.problems.push_back("Sending: " + hours.error().line);
  }
  boost::asio::thread_pool none(1);
  auto carrier = texting::WebCarrier::create(gateway, *one.send, limits, none);
  if (!carrier) {
    findings.problems.push_back("Sending: " + carrier.error().line);
    return;
  }
  const auto checked = (*carrier)->check();
  (checked.ok ? findings.advice : findings.problems).push_back("Sending: " + checked.line + (checked.ok ? "." : ""));
}

bool stays_on_this_machine(std::string_view url) {
  for (const std::string_view host : {"http://127.", "http://localhost", "http://[::1]"}) {
    if (url.starts_with(host)) return true;
  }
  return false;
}

void advise(const SmsSettings& one, const std::string& origin, const sms::Descriptor& descriptor, const sms::GatewayRequest& request, std::vector<std::string>& advice) {
  if (!request.is_signed) {
    advice.push_back("The check passed as far as it can: only " + descriptor.name + " can sign, so the unsigned request was refused as it must be. Send a real text to try the key.");
  }
  if (request.covers_url) {
    advice.push_back("The signature is over the address: enter it at " + descriptor.name + " byte for byte, with the same scheme, host, port and end.");
  }
  if (request.covers_url && !origin.empty() && split(one.public_url).origin != origin) {
    advice.push_back("public_url is not at origin of [public], " + origin + ": see that " + descriptor.name + " was told public_url.");
  }
  if (!descriptor.weak.empty()) advice.push_back("Weak: " + descriptor.weak + ".");
  const bool basic = std::any_of(descriptor.auth.begin(), descriptor.auth.end(), [](const auto& auth) { return std::holds_alternative<sms::BasicAuth>(auth.check); });
  const std::string_view token = one.token.reveal();
  const std::size_t secret_bytes = basic && token.find(':') != std::string_view::npos ? token.size() - token.find(':') - 1 : token.size();
  if (descriptor.needs_token && request.is_signed && secret_bytes < token_bytes_safe) {
    advice.push_back(std::string(basic ? "The password of the token" : "The token") + " is shorter than 16 characters and might be guessed: set a longer one on both sides, if " + descriptor.name + " lets you.");
  }
  if (one.public_url.starts_with("http://") && !stays_on_this_machine(one.public_url)) {
    advice.push_back("public_url begins with http://: texts can be read on the way. Use https://, unless the way is your own network.");
  }
  advice.insert(advice.end(), descriptor.advice.begin(), descriptor.advice.end());
}

}  // namespace

SmsFindings check_gateway(const Settings& settings, const SmsSettings& one, const sms::Gateway& gateway, const sms::CheckProof& proof,
                          const SmsCheckOptions& options) {
  const sms::Descriptor& descriptor = gateway.descriptor();
  SmsFindings findings{.gateway = one.name, .kind = descriptor.name, .address = one.public_url, .path_token = !one.path_token.empty(), .problems = {}, .advice = {}};
  ByteArray<8> id{};
  crypto::random_bytes(id);
  const std::int64_t now = SystemClock().now();
  const auto request = sms::write_request(descriptor, one, "hotline-check-" + crypto::to_hex(id), now);
  if (!request) {
    findings.problems.push_back(request.error().line);
    return findings;
  }
  // What the descriptor itself does not take would be refused, or stand at the desk as something else.
  http::Request received;
  received.method = request->method;
  received.raw_query = request->raw_query;
  received.headers = request->headers;
  const auto verdict = gateway.judge(received, request->body.reveal(), findings.path_token ? std::optional(one.path_token.reveal()) : std::nullopt, now);
  if (request->is_signed && (!verdict || verdict->meaning != sms::Meaning::message)) {
    findings.problems.push_back("a text as " + descriptor.name + " sends it cannot be made up from its descriptor; send a real one");
    return findings;
  }

  const Prober prober(*request, one, proof);
  const Url url = split(one.public_url);
  const Attempt there = prober.send(url.origin, url.path, options.ca_file);
  Attempt here;
  if (!Judgement(one, gateway, *request, options, there, here).well(there)) {
    const auto& listener = settings.public_listener;
    if (const auto origin = local_origin(listener)) {
      here = prober.send(*origin, "/sms/" + one.name, listener.tls ? listener.tls->certificate : std::filesystem::path());
    }
    findings.problems.push_back(Judgement(one, gateway, *request, options, there, here).text());
  }
  advise(one, settings.public_listener.origin, descriptor, *request, findings.advice);
  if (!findings.ok()) std::erase_if(findings.advice, [](const std::string& line) { return line.starts_with("The check passed"); });
  findings.arrives = findings.ok();
  check_sending(one, gateway, settings.limits, findings);
  return findings;
}

}  // namespace hotline::cli
