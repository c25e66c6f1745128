#include "server/http/client.hpp"

#include "server/http/client_url.hpp"
#include "server/http/parameters.hpp"
#include "server/http/public_address.hpp"
#include "server/http/read_buffer.hpp"
#include "server/http/response_parser.hpp"
#include "server/http/tls.hpp"
#include "server/http/transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/http/error.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <exception>

namespace hotline::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr std::size_t refusal_bytes_kept = 64 * 1024;
constexpr auto as_outcome = asio::as_tuple(asio::use_awaitable);

/// A write to a closed TLS connection must be an error, not the end of the program.
void ignore_broken_pipes() {
  struct sigaction action {};
  if (::sigaction(SIGPIPE, nullptr, &action) == 0 && action.sa_handler == SIG_DFL) ::signal(SIGPIPE, SIG_IGN);
}

bool plain_text(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

}  // namespace

struct HttpClient::Impl {
  ClientUrl url;
  ClientOptions options;
  std::shared_ptr<SSL_CTX> tls;
  std::unique_ptr<asio::io_context> context = std::make_unique<asio::io_context>(1);
  std::unique_ptr<Transport> transport;
  ReadBuffer buffer;
  bool answer_begun = false;
  bool sending_begun = false;

  struct Job {
    std::string_view method;
    const std::string& head;
    Bytes body;
    const BodySink& sink;
  };

  Result<ClientResponse> perform(const Job& job);
  Awaitable<Result<ClientResponse>> exchange(const Job& job);
  Awaitable<error_code> connect();
  Awaitable<error_code> write(const Job& job);
  Awaitable<Result<ClientResponse>> read(const Job& job);
  Awaitable<error_code> receive();
  bool still_open();
};

std::optional<std::string_view> ClientResponse::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return std::nullopt;
}

HttpClient::HttpClient(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;
HttpClient::~HttpClient() = default;

bool HttpClient::began_sending() const noexcept { return impl_->sending_begun; }

Outcome<HttpClient> HttpClient::create(std::string_view url, ClientOptions options) {
  auto impl = std::make_unique<Impl>();
  Outcome<ClientUrl> parsed = parse_client_url(url);
  if (!parsed) return parsed.error();
  impl->url = std::move(*parsed);
  impl->options = std::move(options);
  if (impl->url.tls) {
    Outcome<std::shared_ptr<SSL_CTX>> tls = make_client_tls(impl->options.ca_file);
    if (!tls) return tls.error();
    impl->tls = std::move(*tls);
    ignore_broken_pipes();
  }
  return HttpClient(std::move(impl));
}

Result<ClientResponse> HttpClient::send(std::string_view method, std::string_view target, const Headers& headers, Bytes body,
                                        const BodySink& sink) {
  std::string head;
  head.append(method).append(" ").append(target).append(" HTTP/1.1\r\nHost: ").append(impl_->url.host_header).append("\r\n");
  bool clean = plain_text(method) && plain_text(target) && target.find(' ') == std::string_view::npos;
  for (const auto& [name, value] : headers) {
    clean = clean && plain_text(name) && plain_text(value);
    head.append(name).append(": ").append(value).append("\r\n");
  }
  impl_->sending_begun = false;
  if (!clean) return Errc::malformed;
  if (!impl_->options.keep_alive) head.append("Connection: close\r\n");
  if (!body.empty() || method == "POST" || method == "PUT") {
    head.append("Content-Length: ").append(std::to_string(body.size())).append("\r\n");
  }
  head.append("\r\n");

  const Impl::Job job{method, head, body, sink};
  const bool reused = impl_->transport != nullptr && impl_->still_open();
  if (!reused) impl_->transport.reset();
  Result<ClientResponse> response = impl_->perform(job);
  // The server may have closed an idle connection at this very moment; what is safe to repeat is.
  const bool repeatable = method == "GET" || method == "HEAD";
  if (!response && reused && repeatable && !impl_->answer_begun) response = impl_->perform(job);
  if (!impl_->options.keep_alive) impl_->transport.reset();
  return response;
}

Result<ClientResponse> HttpClient::Impl::perform(const Job& job) {
  Result<ClientResponse> result = make_error_code(Errc::closed);
  bool done = false;
  std::exception_ptr failure;
  context->restart();
  asio::co_spawn(*context, exchange(job), [&](std::exception_ptr error, Result<ClientResponse> outcome) {
    failure = error;
    result = std::move(outcome);
    done = true;
  });
  const auto begun = std::chrono::steady_clock::now();
  const auto wake = [&on = *context] { asio::post(on, [] {}); };
  std::optional<std::stop_callback<decltype(wake)>> on_stop(std::in_place, options.stop, wake);
  bool timed_out = false;
  while (!done) {
    // Each event is progress, so silence_max counts silence only; total_max is for who drips.
    auto wait = std::chrono::duration_cast<std::chrono::steady_clock::duration>(options.silence_max);
    if (options.total_max.count() > 0) wait = std::min(wait, begun + options.total_max - std::chrono::steady_clock::now());
    if (options.stop.stop_requested()) wait = {};
    if ((wait.count() > 0 && context->run_one_for(wait) > 0) || done) continue;
    if (timed_out) break;
    timed_out = true;
    if (transport) transport->close();
    if (!transport) break;
  }
  on_stop.reset();
  if (!done) {
    // Still looking up a name or connecting: that ends with its io_context.
    transport.reset();
    context = std::make_unique<asio::io_context>(1);
    return make_error_code(Errc::timed_out);
  }
  if (failure) {
    transport.reset();
    try {
      std::rethrow_exception(failure);
    } catch (const boost::system::system_error& broken) {
      // No descriptor is left, or no thread to look up a name: a failure like others of the system.
      return broken.code();
    }
  }
  if (timed_out) result = make_error_code(Errc::timed_out);
  if (!result) transport.reset();
  return result;
}

bool HttpClient::Impl::still_open() {
  char byte = 0;
  const ssize_t got = ::recv(transport->socket().native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

Awaitable<Result<ClientResponse>> HttpClient::Impl::exchange(const Job& job) {
  answer_begun = false;
  sending_begun = false;
  if (!transport) {
    buffer.consume(buffer.size());
    if (const error_code error = co_await connect()) co_return error;
  }
  sending_begun = true;
  // A server that refuses a large body answers and stops reading: its answer is worth more than the broken pipe.
  const error_code unsent = co_await write(job);
  Result<ClientResponse> response = co_await read(job);
  buffer.wipe_used();
  if (unsent) transport.reset();
  if (!response && unsent) co_return unsent;
  co_return response;
}

Awaitable<error_code> HttpClient::Impl::connect() {
  Socket socket(*context);
  if (!url.socket_path.empty()) {
    const auto [error] = co_await socket.async_connect(asio::local::stream_protocol::endpoint(url.socket_path), as_outcome);
    if (error) co_return error;
  } else {
    asio::ip::tcp::resolver resolver(*context);
    const auto [unknown, endpoints] = co_await resolver.async_resolve(url.host, url.port, as_outcome);
    if (unknown) co_return unknown;
    error_code error = asio::error::host_not_found;
    for (const auto& entry : endpoints) {
      // What was looked up is what is connected to: a name that points elsewhere a moment later changes nothing.
      const asio::ip::address address = entry.endpoint().address();
      if ((options.public_only && !is_public_address(address)) || (options.loopback_only && !address.is_loopback())) {
        error = make_error_code(Errc::forbidden);
        continue;
      }
      socket = Socket(*context);
      std::tie(error) = co_await socket.async_connect(entry.endpoint(), as_outcome);
      if (!error) break;
    }
    if (error) co_return error;
    const int on = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  transport = tls ? make_tls_transport(std::move(socket), tls, url.host) : make_plain_transport(std::move(socket));
  const error_code error = co_await transport->handshake();
  if (error) transport.reset();
  co_return error;
}

Awaitable<error_code> HttpClient::Impl::write(const Job& job) {
  std::array<asio::const_buffer, 2> all{asio::buffer(job.head), asio::buffer(job.body.data(), job.body.size())};
  std::span<asio::const_buffer> buffers(all);
  if (job.body.empty()) buffers = buffers.first(1);
  while (!buffers.empty()) {
    auto [error, size] = co_await transport->write_some(buffers);
    if (error) co_return error;
    while (!buffers.empty() && size >= buffers.front().size()) {
      size -= buffers.front().size();
      buffers = buffers.subspan(1);
    }
    if (!buffers.empty()) buffers.front() += size;
  }
  co_return error_code{};
}

Awaitable<error_code> HttpClient::Impl::receive() {
  const MutableBytes into = buffer.prepare(body_piece_bytes_max, std::max(body_piece_bytes_max, options.header_bytes_max));
  if (into.empty()) co_return make_error_code(Errc::too_large);
  const auto [error, size] = co_await transport->read_some(into);
  if (error) co_return error;
  answer_begun = true;
  buffer.commit(size);
  co_return error_code{};
}

Awaitable<Result<ClientResponse>> HttpClient::Impl::read(const Job& job) {
  auto parser = std::make_unique<ResponseParser>(options.header_bytes_max);
  parser->skip(job.method == "HEAD");
  ClientResponse response;
  std::uint64_t left = options.body_bytes_max;
  bool ended = false;
  while (!parser->is_done()) {
    bool need_more = buffer.empty();
    if (!need_more) {
      parser->piece = {};
      error_code error;
      const std::size_t taken = parser->put(asio::buffer(buffer.data().data(), buffer.size()), error);
      need_more = error == boost::beast::http::error::need_more;
      if (error == boost::beast::http::error::header_limit) co_return Errc::too_large;
      if (error && !need_more) co_return Errc::malformed;
      const bool has_body = parser->is_header_done() && job.method != "HEAD";
      const bool is_sunk = job.sink && parser->is_header_done() && parser->status() / 100 == 2;
      const bool is_bounded = !is_sunk || options.bounds_sink;
      if (has_body && is_bounded && parser->content_length().value_or(0) > options.body_bytes_max) co_return Errc::too_large;
      const Bytes piece = as_bytes(parser->piece);
      if (is_bounded && piece.size() > left) co_return Errc::too_large;
      if (is_bounded) left -= piece.size();
      if (!piece.empty() && is_sunk) {
        if (const Result<void> sunk = job.sink(piece); !sunk) co_return sunk.error();
      } else if (!job.sink || response.body.size() < refusal_bytes_kept) {
        response.body.append(piece);
      }
      buffer.consume(taken);
      if (parser->is_done() && parser->status() / 100 == 1) {
        parser = std::make_unique<ResponseParser>(options.header_bytes_max);
        parser->skip(job.method == "HEAD");
        continue;
      }
    }
    if (!need_more || parser->is_done()) continue;
    if (const error_code error = co_await receive()) {
      if (error != asio::error::eof) co_return error;
      if (!parser->is_header_done()) co_return Errc::closed;
      error_code cut;
      parser->put_eof(cut);
      if (cut) co_return Errc::closed;
      ended = true;
    }
  }
  response.status = parser->status();
  response.headers = std::move(parser->headers);
  if (ended || !parser->keep_alive()) transport.reset();
  co_return response;
}

Problem explain_client_error(std::string_view url, const error_code& error) {
  const std::string at = "the server at " + std::string(url);
  if (error == make_error_code(Errc::authentication_failed)) {
    return {at + " has a certificate that cannot be verified; check the address, or give its CA file"};
  }
  if (error == make_error_code(Errc::timed_out)) return {at + " did not answer in time; try again, or check that it runs"};
  if (error == asio::error::connection_refused || error == boost::system::errc::no_such_file_or_directory) {
    return {at + " is not there; check the address and that it runs"};
  }
  if (error == asio::error::host_not_found || error == asio::error::host_not_found_try_again) {
    return {at + " is not known by that name; check the address"};
  }
  if (error == boost::system::errc::permission_denied) return {at + " may not be reached by this user; check the socket's group"};
  return {at + " could not be talked to: " + error.message()};
}

}  // namespace hotline::http
