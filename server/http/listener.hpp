#pragma once

#include "config/error.hpp"
#include "config/listen_address.hpp"
#include "server/http/bound_socket.hpp"
#include "server/http/session_group.hpp"
#include "server/http/tls.hpp"
#include "server/http/transport.hpp"

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <vector>

namespace hotline::http {

/// Accepts connections at one address and spreads them over the groups in turn. Pauses when descriptors run out, and
/// while all connection slots are taken.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  using Groups = std::vector<std::shared_ptr<SessionGroup>>;

  /// Takes over a socket that listens.
  static std::shared_ptr<Listener> create(boost::asio::io_context& context, std::shared_ptr<ServerParts> parts, Groups groups,
                                          BoundSocket socket, std::shared_ptr<TlsContext> tls);
  ~Listener();

  /// The address with the port that the system chose.
  const ListenAddress& bound() const noexcept { return bound_; }
  void start();
  /// Removes the socket file and closes; true when that is done, false when the pool's thread did not get to it in that time.
  /// Not from a thread of the pool.
  bool stop(std::chrono::milliseconds time);

 private:
  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol, boost::asio::io_context::executor_type>;

  Listener(boost::asio::io_context& context, std::shared_ptr<ServerParts> parts, Groups groups, std::shared_ptr<TlsContext> tls);
  static Awaitable<void> accept_for_good(std::shared_ptr<Listener> self);
  static Awaitable<void> accept_all(std::shared_ptr<Listener> self);
  boost::system::error_code accept_into(Socket& socket);
  Awaitable<void> wait_for_slot();
  Awaitable<void> pause(std::chrono::milliseconds time);
  void hand_over(Socket socket, const std::shared_ptr<SessionGroup>& group, std::uint64_t sender);

  std::shared_ptr<ServerParts> parts_;
  Groups groups_;
  std::shared_ptr<TlsContext> tls_;
  boost::asio::generic::stream_protocol protocol_{0, 0};
  Acceptor acceptor_;
  boost::asio::steady_timer timer_;
  ListenAddress bound_;
  bool owns_file_ = false;
  std::atomic<bool> stopped_{false};
};

}  // namespace hotline::http
