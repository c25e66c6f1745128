#pragma once

#include "config/bytes.hpp"
#include "server/http/message.hpp"

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>

#include <openssl/ssl.h>

#include <memory>
#include <span>
#include <string>
#include <tuple>

namespace hotline::http {

/// A connected socket, TCP or Unix, on the io_context that all its calls come from.
using Socket = boost::asio::basic_stream_socket<boost::asio::generic::stream_protocol, boost::asio::io_context::executor_type>;
/// Error and bytes moved; the end of the stream is an error too (asio::error::eof).
using IoOutcome = std::tuple<boost::system::error_code, std::size_t>;

/// Bytes in and out of a connection, encrypted or not. One reader and one writer at a time. cancel() and close() from the
/// same thread make what waits fail.
class Transport {
 public:
  explicit Transport(Socket socket) : socket_(std::move(socket)) {}
  virtual ~Transport() = default;
  Transport(const Transport&) = delete;
  Transport& operator=(const Transport&) = delete;

  virtual Awaitable<boost::system::error_code> handshake() = 0;
  virtual Awaitable<IoOutcome> read_some(MutableBytes into) = 0;
  /// Writes some of the buffers, in order.
  virtual Awaitable<IoOutcome> write_some(std::span<const boost::asio::const_buffer> buffers) = 0;
  /// Says that nothing more will be sent; reading goes on.
  virtual void end_sending() noexcept = 0;

  void cancel() noexcept;
  void close() noexcept;
  Socket& socket() noexcept { return socket_; }

 protected:
  Socket socket_;
};

std::unique_ptr<Transport> make_plain_transport(Socket socket);
/// As server, or as client when `host` is given: then the certificate must be for that name or address. The other side's
/// certificate failing gives Errc::authentication_failed.
std::unique_ptr<Transport> make_tls_transport(Socket socket, const std::shared_ptr<SSL_CTX>& context, const std::string& host = {});

}  // namespace hotline::http
