#pragma once

#include "server/http/transport.hpp"
#include "server/smpp/session.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

namespace hotline::smpp {

struct ConnectTo {
  std::string host;
  std::uint16_t port = 0;
  std::shared_ptr<SSL_CTX> tls;                        ///< none: not encrypted
  std::chrono::milliseconds within{};                  ///< for each address, and for the handshake
};

/// Connects to the first address of that name that takes it. `stopped` is asked between steps: true ends it with Errc::closed. `to`
/// outlives the wait.
boost::asio::awaitable<Result<std::shared_ptr<http::Transport>>> connect(boost::asio::io_context& context, const ConnectTo& to,
                                                                         std::function<bool()> stopped);

/// A session on its connection: reads, writes and keeps the time. Made and used on one io_context only.
class Link {
 public:
  using OnEvent = std::function<void(Session::Event)>;

  Link(boost::asio::io_context& context, std::shared_ptr<http::Transport> transport, Session session, OnEvent on_event);

  /// Until the connection has ended.
  boost::asio::awaitable<void> serve();
  Session& session() noexcept { return session_; }
  /// Tells what has happened and sends what is to be sent: after each call to session() that changes it.
  void pump();

 private:
  boost::asio::awaitable<void> read();
  boost::asio::awaitable<void> write();
  boost::asio::awaitable<void> keep_time();

  std::shared_ptr<http::Transport> transport_;
  Session session_;
  OnEvent on_event_;
  boost::asio::steady_timer output_;                   ///< cancelled when there is something to write
  boost::asio::steady_timer time_;
  bool flushed_ = false;
};

}  // namespace hotline::smpp
