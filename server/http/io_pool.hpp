#pragma once

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>

#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace hotline::http {

/// Several io_contexts of one thread each. What lives on one context needs no lock: that is a session's strand.
/// The threads run from construction to stop(), with all signals blocked.
class IoPool {
 public:
  /// `threads` 0: as many as processors, at most 4.
  explicit IoPool(std::size_t threads);
  /// What waits on one context may hold sockets and timers of another (an accept does): all of it goes before the first context does.
  ~IoPool();
  IoPool(const IoPool&) = delete;
  IoPool& operator=(const IoPool&) = delete;

  std::size_t size() const noexcept { return lanes_.size(); }
  boost::asio::io_context& context(std::size_t index) noexcept { return lanes_[index]->context; }
  /// The next in turn. Any thread.
  boost::asio::io_context& next() noexcept;

  /// Ends the threads; what still waits is destroyed with the pool. Not from a thread of the pool. May be called twice.
  void stop();
  bool stopped() const noexcept { return stopped_.load(); }

 private:
  struct Context : boost::asio::io_context {
    Context() : boost::asio::io_context(1) {}
    using boost::asio::io_context::shutdown;
  };
  struct Lane {
    Context context;
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work = boost::asio::make_work_guard(context);
    std::thread thread;
  };
  std::vector<std::unique_ptr<Lane>> lanes_;
  std::atomic<std::size_t> turn_{0};
  std::atomic<bool> stopped_{false};
};

}  // namespace hotline::http
