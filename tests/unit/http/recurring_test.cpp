#include "server/http/recurring.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <new>

namespace hotline::http {
namespace {

namespace asio = boost::asio;

TEST(Recurring, ATurnThatThrowsIsNotTheLast) {
  asio::io_context context;
  int turns = 0;
  asio::co_spawn(
      context,
      again_and_again("test", [&]() -> asio::awaitable<std::chrono::microseconds> {
        if (++turns == 4) context.stop();
        co_return std::chrono::microseconds(0);
      }),
      [](const std::exception_ptr& thrown) { EXPECT_FALSE(thrown); });
  context.run();
  EXPECT_EQ(turns, 4);

  bool ended = false;
  asio::io_context other;
  int tries = 0;
  asio::co_spawn(
      other,
      again_and_again("test", [&]() -> asio::awaitable<std::chrono::microseconds> {
        ++tries;
        throw std::bad_alloc();
        co_return std::chrono::microseconds(0);
      }),
      [&](const std::exception_ptr&) { ended = true; });
  other.poll();
  EXPECT_EQ(tries, 1);
  EXPECT_FALSE(ended) << "it waits for its next turn";
  EXPECT_FALSE(other.stopped()) << "and there is one";
}

TEST(Recurring, EndsWhenItIsDone) {
  asio::io_context context;
  int turns = 0;
  bool ended = false;
  asio::co_spawn(
      context,
      until_done("test", [&]() -> asio::awaitable<std::optional<std::chrono::microseconds>> {
        if (++turns == 3) co_return std::nullopt;
        co_return std::chrono::microseconds(0);
      }),
      [&](const std::exception_ptr& thrown) { ended = !thrown; });
  context.run();
  EXPECT_EQ(turns, 3);
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace hotline::http
