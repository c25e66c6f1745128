#include "server/media/fetch.hpp"

namespace hotline::media {

namespace {

constexpr int redirects_max = 3;
constexpr std::size_t header_bytes_max = 16 * 1024;
constexpr std::size_t type_bytes_max = 255;

bool is_redirect(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

/// The outcome of one request.
Failure failure_of(const boost::system::error_code& error, bool sink_failed) {
  if (sink_failed) return Failure::not_stored;
  if (error == Errc::too_large) return Failure::too_large;
  return error == Errc::forbidden ? Failure::not_allowed : Failure::no_answer;
}

Failure failure_of(int status) {
  if (status == 200) return Failure::none;
  return status >= 400 && status < 500 && status != 408 && status != 429 ? Failure::refused : Failure::no_answer;
}

}  // namespace

std::string_view name_of(Failure failure) noexcept {
  switch (failure) {
    case Failure::not_allowed: return "not-allowed";
    case Failure::too_large: return "too-large";
    case Failure::refused: return "refused";
    case Failure::no_answer: return "no-answer";
    case Failure::not_stored: return "not-stored";
    case Failure::none: break;
  }
  return "";
}

Fetched fetch(const MediaUrl& url, const FetchRules& rules, const Sink& sink, const std::stop_token& stop) {
  MediaUrl at = url;
  AllowedHosts::Reach reach = rules.hosts.first(at);
  bool own = true;   // still where the gateway pointed to
  for (int redirects = 0;; ++redirects) {
    if (reach == AllowedHosts::Reach::none) return {Failure::not_allowed, {}};
    http::ClientOptions options;
    options.silence_max = rules.silence_max;
    options.total_max = rules.time_max;
    options.keep_alive = false;
    options.header_bytes_max = header_bytes_max;
    options.body_bytes_max = rules.bytes_max;
    options.public_only = reach != AllowedHosts::Reach::anywhere;
    options.stop = stop;
    auto client = http::HttpClient::create(at.origin(), options);
    if (!client) return {Failure::no_answer, {}};

    http::HttpClient::Headers headers{{"Accept", "*/*"}, {"Accept-Encoding", "identity"}};
    own = own && at.origin() == url.origin();
    if (rules.authorization.size() > 0 && own) headers.emplace_back("Authorization", as_text(rules.authorization.reveal()));
    bool sink_failed = false;
    const auto answer = client->send("GET", at.target, headers, {}, [&](Bytes piece) -> Result<void> {
      const Result<void> taken = sink(piece);
      sink_failed = !taken;
      return taken;
    });
    if (!answer) return {failure_of(answer.error(), sink_failed), {}};
    if (!is_redirect(answer->status)) {
      return {failure_of(answer->status), std::string(answer->header("content-type").value_or("").substr(0, type_bytes_max))};
    }
    if (redirects == redirects_max) return {Failure::not_allowed, {}};
    const auto next = follow_location(at, answer->header("location").value_or(""));
    if (!next) return {Failure::not_allowed, {}};
    at = *next;
    reach = rules.hosts.redirected(at);
  }
}

}  // namespace hotline::media
