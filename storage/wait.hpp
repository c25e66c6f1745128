#pragma once

#include "storage/awaitable.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <utility>

namespace hotline::storage {

/// Waits for a store's call on the calling thread: for starting a server, and for programs that do one thing at a time.
template <class T>
T wait_for(Awaitable<T> call) {
  boost::asio::io_context context;
  std::optional<T> result;
  std::exception_ptr thrown;
  auto keep = [](Awaitable<T> awaited, std::optional<T>& into) -> Awaitable<void> { into.emplace(co_await std::move(awaited)); };
  boost::asio::co_spawn(context, keep(std::move(call), result), [&](std::exception_ptr error) { thrown = error; });
  context.run();
  if (thrown) std::rethrow_exception(thrown);
  return std::move(*result);
}

}  // namespace hotline::storage
