#include "server/http/io_pool.hpp"

#include <boost/asio/bind_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>

#include <gtest/gtest.h>

#include <array>
#include <future>
#include <memory>

namespace hotline::http {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;

/// Counts how many are alive.
struct Held {
  explicit Held(int& count) : alive(count) { ++alive; }
  ~Held() { --alive; }
  Held(const Held&) = delete;
  Held& operator=(const Held&) = delete;
  int& alive;
};

/// Runs `work` on a context and waits for its end.
template <typename Work>
void on(asio::io_context& context, Work work) {
  std::promise<void> done;
  asio::post(context, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

// A listener on one context accepts for sessions on another: its waiting accept holds a socket of that one.
TEST(IoPoolTest, WhatWaitsOnAContextMayHoldSocketsOfAnother) {
  for (const std::size_t listening : std::array<std::size_t, 2>{0, 1}) {
    int alive = 0;
    {
      IoPool pool(2);
      asio::io_context& peers = pool.context(1 - listening);
      on(pool.context(listening), [&] {
        auto acceptor = std::make_shared<tcp::acceptor>(pool.context(listening), tcp::endpoint(asio::ip::address_v4::loopback(), 0));
        tcp::acceptor& waiting = *acceptor;
        auto held = std::make_shared<Held>(alive);
        waiting.async_accept(peers, [acceptor, held](auto, tcp::socket) {});
      });
    }
    EXPECT_EQ(alive, 0);
  }
}

TEST(IoPoolTest, WhatWaitsOnAContextMayHoldTimersOfAnother) {
  for (const std::size_t waiting : std::array<std::size_t, 2>{0, 1}) {
    int alive = 0;
    {
      IoPool pool(2);
      on(pool.context(waiting), [&] {
        auto timer = std::make_shared<asio::steady_timer>(pool.context(waiting), std::chrono::hours(1));
        auto other = std::make_shared<asio::steady_timer>(pool.context(1 - waiting), std::chrono::hours(1));
        auto held = std::make_shared<Held>(alive);
        other->async_wait([held](auto) {});
        asio::steady_timer& first = *timer;
        first.async_wait([timer, other, held](auto) {});
      });
    }
    EXPECT_EQ(alive, 0);
  }
}

// The end of a session wakes its listener.
TEST(IoPoolTest, WhatIsDestroyedMayStillPost) {
  struct Posting {
    Posting(asio::io_context& context, std::shared_ptr<Held> kept) : to(context), held(std::move(kept)) {}
    ~Posting() { asio::post(to, [held = held, timer = std::make_shared<asio::steady_timer>(to)] {}); }
    Posting(const Posting&) = delete;
    Posting& operator=(const Posting&) = delete;
    asio::io_context& to;
    std::shared_ptr<Held> held;
  };
  for (const std::size_t waiting : std::array<std::size_t, 2>{0, 1}) {
    int alive = 0;
    {
      IoPool pool(2);
      on(pool.context(waiting), [&] {
        auto timer = std::make_shared<asio::steady_timer>(pool.context(waiting), std::chrono::hours(1));
        auto posting = std::make_shared<Posting>(pool.context(1 - waiting), std::make_shared<Held>(alive));
        asio::steady_timer& first = *timer;
        first.async_wait([timer, posting](auto) {});
      });
    }
    EXPECT_EQ(alive, 0);
  }
}

}  // namespace
}  // namespace hotline::http
