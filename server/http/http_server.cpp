#include "server/http/http_server.hpp"

#include "config/log.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>

namespace hotline::http {
namespace {

/// For listeners to close, and for sessions to see that their sockets were closed.
constexpr std::chrono::milliseconds close_time{1000};

}  // namespace

HttpServer::HttpServer(IoPool& pool, const Limits& limits, const Router& router, const HeaderProfile& profile, Meter* meter)
    : pool_(pool), parts_(std::make_shared<ServerParts>(limits, router, profile, meter)) {
  for (std::size_t i = 0; i < pool.size(); ++i) groups_.push_back(std::make_shared<SessionGroup>(pool.context(i), parts_));
}

HttpServer::~HttpServer() { stop(); }

Outcome<ListenAddress> HttpServer::listen(const ListenAddress& address, std::shared_ptr<TlsContext> tls) {
  Outcome<BoundSocket> socket = BoundSocket::create(address);
  if (!socket) return socket.error();
  return listen(std::move(*socket), std::move(tls));
}

ListenAddress HttpServer::listen(BoundSocket socket, std::shared_ptr<TlsContext> tls) {
  const std::shared_ptr<Listener> listener = Listener::create(pool_.next(), parts_, groups_, std::move(socket), std::move(tls));
  listener->start();
  listeners_.push_back(listener);
  return listener->bound();
}

void HttpServer::begin_to_stop() {
  if (listeners_.empty()) return;
  stop_by_ = std::chrono::steady_clock::now() + parts_->limits.stop_deadline;
  for (const auto& listener : listeners_) listener->stop(pool_.stopped() ? std::chrono::milliseconds(0) : close_time);
  listeners_.clear();
  if (pool_.stopped()) return;
  for (const auto& group : groups_) boost::asio::post(group->executor(), [group] { group->stop_gently(); });
}

void HttpServer::stop() {
  begin_to_stop();
  if (!stop_by_ || pool_.stopped()) return;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(*stop_by_ - std::chrono::steady_clock::now());
  stop_by_.reset();
  if (parts_->slots.wait_until_none(std::max(left, std::chrono::milliseconds(0)))) return;
  log_event(LogLevel::warning, "requests_cut_at_stop", {{"connections", parts_->slots.in_use()}});
  for (const auto& group : groups_) boost::asio::post(group->executor(), [group] { group->stop_now(); });
  parts_->slots.wait_until_none(close_time);
}

}  // namespace hotline::http
