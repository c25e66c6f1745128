#include "server/cli/transport.hpp"

#include "server/http/client.hpp"
#include "server/http/client_url.hpp"

#include <boost/asio/ip/address.hpp>

namespace hotline::cli {
namespace {

class HttpTransport final : public Transport {
 public:
  HttpTransport(std::string url, http::HttpClient client) : url_(std::move(url)), client_(std::move(client)) {}

  Outcome<Reply> send(std::string_view method, const std::string& target, const std::string& body, const Sink& sink) override {
    http::HttpClient::Headers headers;
    if (!body.empty()) headers.emplace_back("Content-Type", "application/json");
    if (!session_.empty()) headers.emplace_back("Cookie", session_);
    http::HttpClient::BodySink body_sink;
    if (sink) {
      body_sink = [&sink](Bytes piece) { return sink(as_text(piece)) ? Result<void>() : Result<void>(make_error_code(Errc::closed)); };
    }
    const auto answer = client_.send(method, target, headers, as_bytes(body), body_sink);
    if (!answer && answer.error() == Errc::forbidden) {
      return Problem{url_ + " leads to another machine, where your sign-in and your session could be read and used: for an .onion address put  torsocks  before  hotline; for localhost give "
                            "http://127.0.0.1"};
    }
    if (!answer) return http::explain_client_error(url_, answer.error());
    if (const auto cookie = answer->header("set-cookie")) session_ = std::string(cookie->substr(0, cookie->find(';')));
    return Reply{.status = answer->status, .body = std::string(answer->body.reveal_text()), .session = session_};
  }

 private:
  std::string url_;
  http::HttpClient client_;
  std::string session_;
};

bool is_loopback(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return error ? host == "localhost" : address.is_loopback();
}

/// Without TLS only where nobody sits between: on this machine, and through Tor, which seals the way itself.
Outcome<void> check_way(const std::string& url) {
  const auto parsed = http::parse_client_url(url);
  if (!parsed) return parsed.error();
  if (parsed->tls || !parsed->socket_path.empty() || parsed->host.ends_with(".onion") || is_loopback(parsed->host)) return {};
  return Problem{"over http:// your sign-in and your session could be read and used on the way: give the console's https:// address; http:// is for 127.0.0.1, [::1], localhost and "
                 ".onion addresses"};
}

}  // namespace

Outcome<std::unique_ptr<Transport>> connect_to_server(const std::string& url, const std::string& ca_file) {
  if (const auto good = check_way(url); !good) return good.error();
  http::ClientOptions options;
  // Tor and torsocks give .onion names addresses of this machine. Who gives another one is whoever answers for the ordinary DNS.
  options.loopback_only = url.starts_with("http://");
  options.ca_file = ca_file;
  options.bounds_sink = false;   // a file of a case goes to the disk as it comes, and may be as long as the server takes them
  auto client = http::HttpClient::create(url, options);
  if (!client) return client.error();
  return std::unique_ptr<Transport>(std::make_unique<HttpTransport>(url, std::move(*client)));
}

}  // namespace hotline::cli
