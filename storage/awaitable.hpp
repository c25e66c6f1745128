#pragma once

#include "config/error.hpp"

#include <boost/asio/awaitable.hpp>

namespace hotline::storage {

/// Every store call may wait for the disk: it is awaited on an io_context and resumed there.
/// Calls may be made from any thread's coroutines at the same time. What is said to be done is on stable storage.
template <class T>
using Awaitable = boost::asio::awaitable<T>;

}  // namespace hotline::storage
