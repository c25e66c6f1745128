#include "server/http/io_pool.hpp"

#include "config/log.hpp"

#include <signal.h>

#include <algorithm>

namespace hotline::http {
namespace {

constexpr std::size_t threads_by_itself_max = 4;

std::size_t thread_count(std::size_t wished) {
  if (wished > 0) return wished;
  return std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, threads_by_itself_max);
}

void run(boost::asio::io_context& context) {
  for (;;) {
    try {
      context.run();
      return;
    } catch (...) {
      // A session catches its own; whatever gets here must not end the others on this thread.
      log_event(LogLevel::error, "io_handler_failed");
    }
  }
}

}  // namespace

IoPool::IoPool(std::size_t threads) {
  // Signals are for the main thread; SIGPIPE of a TLS write is thereby only an error code.
  sigset_t all;
  sigset_t before;
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &before);
  for (std::size_t i = 0; i < thread_count(threads); ++i) {
    lanes_.push_back(std::make_unique<Lane>());
    boost::asio::io_context& context = lanes_.back()->context;
    lanes_.back()->thread = std::thread([&context] { run(context); });
  }
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

IoPool::~IoPool() {
  stop();
  // The second round takes what the first one's destructors posted.
  for (int round = 0; round < 2; ++round) {
    for (const auto& lane : lanes_) lane->context.shutdown();
  }
}

boost::asio::io_context& IoPool::next() noexcept {
  return lanes_[turn_.fetch_add(1, std::memory_order_relaxed) % lanes_.size()]->context;
}

void IoPool::stop() {
  stopped_.store(true);
  for (const auto& lane : lanes_) lane->context.stop();
  for (const auto& lane : lanes_) {
    if (lane->thread.joinable()) lane->thread.join();
  }
}

}  // namespace hotline::http
