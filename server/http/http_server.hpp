#pragma once

#include "config/error.hpp"
#include "config/limits.hpp"
#include "config/listen_address.hpp"
#include "server/http/io_pool.hpp"
#include "server/http/listener.hpp"
#include "server/http/meter.hpp"
#include "server/http/response_head.hpp"
#include "server/http/router.hpp"
#include "server/http/tls.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <vector>

namespace hotline::http {

/// One set of routes at one or more addresses. To end: stop() the server, then the pools that handlers wait for, then the
/// IoPool; destroy in that order too. The router, and the meter
/// if there is one, must outlive all of them.
class HttpServer {
 public:
  HttpServer(IoPool& pool, const Limits& limits, const Router& router, const HeaderProfile& profile = {}, Meter* meter = nullptr);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  /// Listens from now on. Gives the address with the port that the system chose for port 0, or a line that says what stands in
  /// the way. One thread at a time, before stop().
  Outcome<ListenAddress> listen(const ListenAddress& address, std::shared_ptr<TlsContext> tls = nullptr);

  /// The same with a socket that listens already.
  ListenAddress listen(BoundSocket socket, std::shared_ptr<TlsContext> tls = nullptr);

  /// These routes for every request from now on; requests at hand keep those they began with, so both sets stay. Any thread.
  void serve(const Router& router) noexcept { parts_->replace_router(router); }

  /// Accepts nothing more and closes idle connections. For several servers that are to stop in the time of one: all begin, then each stops.
  /// Not from a thread of the pool. May be called twice.
  void begin_to_stop();
  /// Begins if that is still to be done, lets requests at hand finish up to Limits::stop_deadline from the beginning on, then closes them.
  /// Blocks until then; not from a thread of the pool. May be called twice.
  void stop();

  /// Connections that are open now. Any thread.
  std::size_t connections() const { return parts_->slots.in_use(); }

 private:
  IoPool& pool_;
  std::shared_ptr<ServerParts> parts_;
  Listener::Groups groups_;
  std::vector<std::shared_ptr<Listener>> listeners_;
  std::optional<std::chrono::steady_clock::time_point> stop_by_;   ///< once it has begun to stop
};

}  // namespace hotline::http
