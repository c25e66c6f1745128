#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>
#include <vector>

namespace hotline::test {

/// Runs coroutines at the same time on one io_context in this thread, until all have ended; their results in the order given.
/// The first exception that one of them throws is thrown on.
template <class T>
std::vector<T> run_all(std::vector<boost::asio::awaitable<T>> works) {
  boost::asio::io_context context;
  std::vector<std::optional<T>> results(works.size());
  std::exception_ptr failure;
  for (std::size_t i = 0; i < works.size(); ++i) {
    boost::asio::co_spawn(
        context,
        [](boost::asio::awaitable<T> work, std::optional<T>& result) -> boost::asio::awaitable<void> {
          result.emplace(co_await std::move(work));
        }(std::move(works[i]), results[i]),
        [&failure](std::exception_ptr thrown) {
          if (thrown && !failure) failure = thrown;
        });
  }
  context.run();
  if (failure) std::rethrow_exception(failure);
  std::vector<T> values;
  for (std::optional<T>& result : results) {
    if (!result) throw std::logic_error("a coroutine was never resumed");
    values.push_back(std::move(*result));
  }
  return values;
}

/// Runs one coroutine to its end and gives its result.
template <class T>
T run_awaitable(boost::asio::awaitable<T> work) {
  std::vector<boost::asio::awaitable<T>> works;
  works.push_back(std::move(work));
  return std::move(run_all(std::move(works)).front());
}

inline void run_awaitable(boost::asio::awaitable<void> work) {
  boost::asio::io_context context;
  std::exception_ptr failure;
  boost::asio::co_spawn(context, std::move(work), [&failure](std::exception_ptr thrown) { failure = thrown; });
  context.run();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace hotline::test
