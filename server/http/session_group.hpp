#pragma once

#include "config/limits.hpp"
#include "server/http/connection_slots.hpp"
#include "server/http/meter.hpp"
#include "server/http/response_head.hpp"
#include "server/http/router.hpp"
#include "server/http/sender.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <memory>
#include <vector>

namespace hotline::http {

class Session;

/// What all sessions of a server share.
struct ServerParts {
  ServerParts(const Limits& server_limits, const Router& routes, const HeaderProfile& profile, Meter* server_meter)
      : limits(server_limits), meter(server_meter), router_(&routes), plain_head(profile, false), tls_head(profile, true), slots(server_limits.connections_max) {}

  /// Another set of routes may take the first one's place while requests are answered: a request keeps the one it began with.
  const Router& router() const noexcept { return *router_; }
  void replace_router(const Router& routes) noexcept { router_ = &routes; }

  const Limits limits;
  Meter* const meter;   ///< or null

 private:
  std::atomic<const Router*> router_;

 public:
  const ResponseHead plain_head;
  const ResponseHead tls_head;
  ConnectionSlots slots;
  SenderKeys senders;
};

/// The sessions of a server on one io_context, with one timer for all their deadlines: a timer each would cost more than the
/// request. Everything but the constructor is called on that context's thread.
class SessionGroup : public std::enable_shared_from_this<SessionGroup> {
 public:
  SessionGroup(boost::asio::io_context& context, std::shared_ptr<ServerParts> parts);

  ServerParts& parts() noexcept { return *parts_; }
  boost::asio::io_context::executor_type executor() const noexcept { return context_.get_executor(); }

  void add(Session& session);
  void remove(Session& session);

  bool stopping() const noexcept { return stopping_; }
  /// Idle sessions end at once, others after the request at hand.
  void stop_gently();
  void stop_now();
  /// Ends one session, as its place is needed: of the sender with most connections the one that has been idle longest or, when
  /// these are a large part of all, the one that keeps us waiting longest in any other way; else the one of anybody that has been
  /// idle longest, if that is over a second; else the slowest of anybody's, if its request has taken over five seconds at less than 16 KiB
  /// each. None whose request a handler is at work on.
  void shed(ConnectionSlots::Share most);

 private:
  void schedule_sweep();
  void sweep();

  boost::asio::io_context& context_;
  std::shared_ptr<ServerParts> parts_;
  boost::asio::steady_timer timer_;
  std::chrono::milliseconds sweep_interval_;
  std::vector<Session*> sessions_;
  bool sweeping_ = false;
  bool stopping_ = false;
};

}  // namespace hotline::http
