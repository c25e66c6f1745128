#include "server/smpp/link.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/cancel_after.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <array>

namespace hotline::smpp {

namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using crypto::SecretBuffer;
using Time = Session::Time;

constexpr auto as_outcome = asio::as_tuple(asio::use_awaitable);
constexpr std::size_t read_bytes = 16 * 1024;

/// For the last answers, once a session has closed.
constexpr std::chrono::seconds flush_within{2};

Time now() { return std::chrono::steady_clock::now(); }

}  // namespace

asio::awaitable<Result<std::shared_ptr<http::Transport>>> connect(asio::io_context& context, const ConnectTo& to,
                                                                  std::function<bool()> stopped) {
  asio::ip::tcp::resolver resolver(context);
  const auto [unknown, endpoints] = co_await resolver.async_resolve(to.host, std::to_string(to.port), asio::cancel_after(to.within, as_outcome));
  if (unknown) co_return unknown;
  error_code error = asio::error::host_not_found;
  http::Socket socket(context);
  for (const auto& entry : endpoints) {
    if (stopped()) co_return Errc::closed;
    socket = http::Socket(context);
    std::tie(error) = co_await socket.async_connect(entry.endpoint(), asio::cancel_after(to.within, as_outcome));
    if (!error) break;
  }
  if (error == asio::error::operation_aborted) co_return Errc::timed_out;
  if (error) co_return error;
  const int on = 1;
  ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));

  std::shared_ptr<http::Transport> transport =
      to.tls ? http::make_tls_transport(std::move(socket), to.tls, to.host) : http::make_plain_transport(std::move(socket));
  asio::steady_timer limit(context, to.within);
  limit.async_wait([transport](error_code cancelled) {
    if (!cancelled) transport->close();
  });
  const error_code failed = co_await transport->handshake();
  const bool in_time = limit.cancel() > 0;
  if (!in_time) co_return Errc::timed_out;
  if (failed) co_return failed;
  co_return transport;
}

Link::Link(asio::io_context& context, std::shared_ptr<http::Transport> transport, Session session, OnEvent on_event)
    : transport_(std::move(transport)), session_(std::move(session)), on_event_(std::move(on_event)), output_(context, Time::max()), time_(context) {}

asio::awaitable<void> Link::serve() {
  using asio::experimental::awaitable_operators::operator&&;
  co_await (read() && write() && keep_time());
}

void Link::pump() {
  while (auto event = session_.next_event()) on_event_(std::move(*event));
  output_.cancel();
  time_.cancel();
}

asio::awaitable<void> Link::read() {
  SecretBuffer piece;
  piece.resize(read_bytes);
  while (!session_.closed()) {
    const auto [error, size] = co_await transport_->read_some(piece.reveal_mutable());
    if (size > 0) session_.receive(piece.reveal().first(size), now());
    // The next piece may be long in coming.
    crypto::wipe(piece.reveal_mutable().first(size));
    if (error) session_.end();
    pump();
  }
}

asio::awaitable<void> Link::write() {
  for (;;) {
    if (!session_.has_output()) {
      if (session_.closed()) break;
      co_await output_.async_wait(as_outcome);
      continue;
    }
    const SecretBuffer all = session_.take_output();
    Bytes left = all.reveal();
    while (!left.empty()) {
      const std::array<asio::const_buffer, 1> buffers{asio::const_buffer(left.data(), left.size())};
      const auto [error, size] = co_await transport_->write_some(buffers);
      left = left.subspan(std::min(size, left.size()));
      if (!error) continue;
      session_.end();
      pump();
      left = {};
    }
  }
  flushed_ = true;
  transport_->end_sending();
  transport_->close();
  time_.cancel();
}

asio::awaitable<void> Link::keep_time() {
  while (!session_.closed()) {
    time_.expires_at(session_.due());
    if (session_.due() > now()) co_await time_.async_wait(as_outcome);
    session_.tick(now());
    while (auto event = session_.next_event()) on_event_(std::move(*event));
    output_.cancel();
  }
  // The writer may wait for somebody who does not read.
  if (flushed_) co_return;
  time_.expires_after(flush_within);
  while (!flushed_) {
    const auto [cancelled] = co_await time_.async_wait(as_outcome);
    if (!cancelled) break;
  }
  transport_->close();
}

}  // namespace hotline::smpp
