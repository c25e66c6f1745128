#include "server/http/transport.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>

namespace hotline::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto as_outcome = asio::as_tuple(asio::use_awaitable);

class PlainTransport final : public Transport {
 public:
  using Transport::Transport;

  Awaitable<error_code> handshake() override { co_return error_code{}; }
  Awaitable<IoOutcome> read_some(MutableBytes into) override {
    return socket_.async_read_some(asio::buffer(into.data(), into.size()), as_outcome);
  }
  Awaitable<IoOutcome> write_some(std::span<const asio::const_buffer> buffers) override {
    return socket_.async_write_some(buffers, as_outcome);
  }
  void end_sending() noexcept override {
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }
};

/// OpenSSL directly on the socket, which does not block: no second pair of buffers, and an idle connection gives its
/// record buffers back. SIGPIPE is blocked on the threads of IoPool.
class TlsTransport final : public Transport {
 public:
  TlsTransport(Socket socket, SSL* ssl) : Transport(std::move(socket)), ssl_(ssl) {
    error_code ignored;
    socket_.native_non_blocking(true, ignored);
    SSL_set_fd(ssl_.get(), socket_.native_handle());
  }

  Awaitable<error_code> handshake() override {
    const IoOutcome outcome = co_await perform([this] { return SSL_do_handshake(ssl_.get()); });
    error_code error = std::get<0>(outcome);
    if (error && SSL_get_verify_result(ssl_.get()) != X509_V_OK) error = make_error_code(Errc::authentication_failed);
    established_ = !error;
    co_return error;
  }

  Awaitable<IoOutcome> read_some(MutableBytes into) override {
    return perform([this, into] { return SSL_read(ssl_.get(), into.data(), clamp(into.size())); });
  }

  Awaitable<IoOutcome> write_some(std::span<const asio::const_buffer> buffers) override {
    const asio::const_buffer first = buffers.front();
    if (first.size() >= join_bytes || buffers.size() == 1) {
      return perform([this, first] { return SSL_write(ssl_.get(), first.data(), clamp(first.size())); });
    }
    return write_joined(buffers);
  }

  void end_sending() noexcept override {
    if (!socket_.is_open()) return;  // the number of its descriptor may be another's by now
    if (established_ && !failed_) SSL_shutdown(ssl_.get());
    ERR_clear_error();
    error_code ignored;
    socket_.shutdown(Socket::shutdown_send, ignored);
  }

 private:
  struct Free {
    void operator()(SSL* ssl) const noexcept { SSL_free(ssl); }
  };
  static constexpr std::size_t join_bytes = 16 * 1024;
  static constexpr int steps_without_pause = 32;

  static int clamp(std::size_t size) { return static_cast<int>(std::min<std::size_t>(size, 1 << 30)); }

  /// A record for each buffer would make several packets of a small answer.
  Awaitable<IoOutcome> write_joined(std::span<const asio::const_buffer> buffers) {
    crypto::SecretBuffer joined;
    joined.reserve(std::min(join_bytes, asio::buffer_size(buffers)));
    for (const asio::const_buffer& buffer : buffers) {
      joined.append(Bytes(static_cast<const Byte*>(buffer.data()), std::min(buffer.size(), join_bytes - joined.size())));
    }
    co_return co_await perform([&] { return SSL_write(ssl_.get(), joined.reveal().data(), clamp(joined.size())); });
  }

  template <class Operation>
  Awaitable<IoOutcome> perform(Operation operation) {
    // A sender who is always ready must not hold the thread.
    if (++steps_ % steps_without_pause == 0) co_await asio::post(socket_.get_executor(), asio::use_awaitable);
    for (;;) {
      if (!socket_.is_open()) co_return IoOutcome{asio::error::operation_aborted, 0};
      ERR_clear_error();
      errno = 0;
      const int result = operation();
      if (result > 0) co_return IoOutcome{error_code{}, static_cast<std::size_t>(result)};
      const int reason = SSL_get_error(ssl_.get(), result);
      error_code error;
      if (reason == SSL_ERROR_WANT_READ) {
        std::tie(error) = co_await socket_.async_wait(Socket::wait_read, as_outcome);
      } else if (reason == SSL_ERROR_WANT_WRITE) {
        std::tie(error) = co_await socket_.async_wait(Socket::wait_write, as_outcome);
      } else if (reason == SSL_ERROR_ZERO_RETURN) {
        error = asio::error::eof;
      } else {
        failed_ = true;
        const bool by_system = reason == SSL_ERROR_SYSCALL && errno != 0;
        error = by_system ? error_code(errno, boost::system::system_category()) : error_code(asio::error::connection_reset);
        ERR_clear_error();
      }
      if (error) co_return IoOutcome{error, 0};
    }
  }

  std::unique_ptr<SSL, Free> ssl_;
  int steps_ = 0;
  bool established_ = false;
  bool failed_ = false;
};

}  // namespace

void Transport::cancel() noexcept {
  error_code ignored;
  socket_.cancel(ignored);
}

void Transport::close() noexcept {
  error_code ignored;
  socket_.close(ignored);
}

std::unique_ptr<Transport> make_plain_transport(Socket socket) { return std::make_unique<PlainTransport>(std::move(socket)); }

std::unique_ptr<Transport> make_tls_transport(Socket socket, const std::shared_ptr<SSL_CTX>& context, const std::string& host) {
  SSL* const ssl = SSL_new(context.get());
  if (ssl == nullptr) throw std::bad_alloc();
  if (host.empty()) {
    SSL_set_accept_state(ssl);
  } else {
    SSL_set_connect_state(ssl);
    ByteArray<16> address;
    const bool is_address =
        ::inet_pton(AF_INET, host.c_str(), address.data()) == 1 || ::inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
    if (is_address) {
      X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(ssl), host.c_str());
    } else {
      SSL_set1_host(ssl, host.c_str());
      SSL_set_tlsext_host_name(ssl, host.c_str());
    }
  }
  return std::make_unique<TlsTransport>(std::move(socket), ssl);
}

}  // namespace hotline::http
