#include "server/http/listener.hpp"

#include "config/log.hpp"
#include "server/http/session.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <future>

namespace hotline::http {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

constexpr auto as_outcome = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds pause_first{100};
constexpr std::chrono::milliseconds pause_last{2000};
constexpr std::chrono::milliseconds shed_interval{250};

}  // namespace

Listener::Listener(asio::io_context& context, std::shared_ptr<ServerParts> parts, Groups groups, std::shared_ptr<TlsContext> tls)
    : parts_(std::move(parts)),
      groups_(std::move(groups)),
      tls_(std::move(tls)),
      acceptor_(context.get_executor()),
      timer_(context) {}

Listener::~Listener() = default;

std::shared_ptr<Listener> Listener::create(asio::io_context& context, std::shared_ptr<ServerParts> parts, Groups groups, BoundSocket socket,
                                           std::shared_ptr<TlsContext> tls) {
  std::shared_ptr<Listener> listener(new Listener(context, std::move(parts), std::move(groups), std::move(tls)));
  listener->bound_ = socket.address();
  listener->owns_file_ = socket.owns_file();
  listener->protocol_ = asio::generic::stream_protocol(socket.family(), socket.family() == AF_UNIX ? 0 : static_cast<int>(IPPROTO_TCP));
  listener->acceptor_.assign(listener->protocol_, socket.release());
  listener->acceptor_.native_non_blocking(true);
  return listener;
}

void Listener::start() { asio::co_spawn(acceptor_.get_executor(), accept_for_good(shared_from_this()), asio::detached); }

bool Listener::stop(std::chrono::milliseconds time) {
  if (stopped_.exchange(true)) return true;
  if (owns_file_) ::unlink(bound_.socket_path.c_str());
  const auto closed = std::make_shared<std::promise<void>>();
  asio::post(acceptor_.get_executor(), [self = shared_from_this(), closed] {
    error_code ignored;
    self->acceptor_.close(ignored);
    self->timer_.cancel();
    closed->set_value();
  });
  return closed->get_future().wait_for(time) == std::future_status::ready;
}

Awaitable<void> Listener::accept_for_good(std::shared_ptr<Listener> self) {
  while (!self->stopped_) {
    bool failed = false;
    try {
      co_await accept_all(self);
    } catch (...) {
      failed = true;
    }
    if (!failed) co_return;
    // Memory ran out: the connection at hand is lost, and none of those that come after it.
    log_event(LogLevel::error, "listener_failed");
    try {
      co_await self->pause(pause_first);
    } catch (...) {
      // Then without.
    }
  }
}

Awaitable<void> Listener::accept_all(std::shared_ptr<Listener> self) {
  std::chrono::milliseconds rest = pause_first;
  for (std::size_t turn = 0; !self->stopped_; ++turn) {
    if (self->parts_->slots.full()) {
      co_await self->acceptor_.async_wait(Acceptor::wait_read, as_outcome);  // somebody wants in
      while (!self->stopped_ && self->parts_->slots.full()) co_await self->wait_for_slot();
    }
    if (self->stopped_) break;
    const std::shared_ptr<SessionGroup>& group = self->groups_[turn % self->groups_.size()];
    auto [error] = co_await self->acceptor_.async_wait(Acceptor::wait_read, as_outcome);
    if (self->stopped_) break;
    Socket socket(group->executor());
    if (!error) error = self->accept_into(socket);
    if (error == asio::error::would_block || error == asio::error::connection_aborted) continue;
    if (error) {
      // Descriptors or memory ran out: connections wait in the kernel until some are given back.
      if (rest == pause_first) log_event(LogLevel::warning, "accept_failed", {{"error", error}});
      co_await self->pause(rest);
      rest = std::min(rest * 2, pause_last);
      continue;
    }
    rest = pause_first;
    // Another listener of this server may have taken the last slot meanwhile.
    const std::uint64_t sender = self->parts_->senders.of(socket.native_handle());
    while (!self->stopped_ && !self->parts_->slots.try_take(sender_group(sender))) co_await self->wait_for_slot();
    if (self->stopped_) break;
    self->hand_over(std::move(socket), group, sender);
  }
}

/// Not by async_accept: that makes the socket before it resumes us, and when memory runs out there it never does.
error_code Listener::accept_into(Socket& socket) {
  const int descriptor = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (descriptor < 0) return {errno == EINTR ? EAGAIN : errno, boost::system::system_category()};
  try {
    error_code error;
    socket.assign(protocol_, descriptor, error);
    if (error) ::close(descriptor);
    return error;
  } catch (...) {
    ::close(descriptor);
    throw;
  }
}

Awaitable<void> Listener::wait_for_slot() {
  const ConnectionSlots::Share most = parts_->slots.largest();
  for (const auto& group : groups_) asio::post(group->executor(), [group, most] { group->shed(most); });
  timer_.expires_after(shed_interval);
  parts_->slots.when_free([self = shared_from_this()] {
    asio::post(self->acceptor_.get_executor(), [self] { self->timer_.cancel(); });
  });
  co_await timer_.async_wait(as_outcome);
}

Awaitable<void> Listener::pause(std::chrono::milliseconds time) {
  timer_.expires_after(time);
  co_await timer_.async_wait(as_outcome);
}

void Listener::hand_over(Socket socket, const std::shared_ptr<SessionGroup>& group, std::uint64_t sender) {
  if (!bound_.is_unix()) {
    const int on = 1;
    ::setsockopt(socket.native_handle(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  }
  try {
    asio::post(group->executor(), [parts = parts_, group, tls = tls_, sender, socket = std::move(socket)]() mutable {
      try {
        std::unique_ptr<Transport> transport =
            tls ? make_tls_transport(std::move(socket), tls->current()) : make_plain_transport(std::move(socket));
        std::make_shared<Session>(group, std::move(transport), tls ? parts->tls_head : parts->plain_head, sender)->start();
      } catch (...) {
        log_event(LogLevel::error, "session_failed");
        parts->slots.give_back(sender_group(sender));
      }
    });
  } catch (...) {
    parts_->slots.give_back(sender_group(sender));
    throw;
  }
}

}  // namespace hotline::http
