#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include <cstddef>
#include <memory>
#include <optional>
#include <utility>

namespace hotline::storage {

/// Somebody who waits on their own io_context, which is kept running meanwhile, for what another thread works out. The memory that it takes to tell
/// them is there from the beginning of the waiting: when it runs out, only what has not begun fails.
template <class Outcome, class Handler>
class HandOver {
 public:
  explicit HandOver(Handler handler) : state_(std::make_shared<State>(std::move(handler))) {}

  /// Tells them, on their io_context. Once.
  void tell(Outcome outcome) noexcept {
    const std::shared_ptr<State> state = std::move(state_);
    state->outcome.emplace(std::move(outcome));
    const boost::asio::any_io_executor executor = state->waiting.get_executor();
    const auto* context = executor.template target<boost::asio::io_context::executor_type>();
    if (context != nullptr) {
      boost::asio::post(*context, Wake{state});
    } else {
      boost::asio::post(executor, Wake{state});
    }
    state->waiting.reset();
  }

 private:
  struct State {
    explicit State(Handler waiter) : handler(std::move(waiter)), waiting(boost::asio::get_associated_executor(handler)) {}
    Handler handler;
    boost::asio::executor_work_guard<boost::asio::associated_executor_t<Handler>> waiting;
    std::optional<Outcome> outcome;
    bool room_is_free = true;
    alignas(std::max_align_t) std::byte room[256];   ///< for what is posted
  };

  /// Gives out that room, once.
  template <class T>
  struct Room {
    using value_type = T;
    explicit Room(std::shared_ptr<State> of) noexcept : state(std::move(of)) {}
    template <class U>
    Room(const Room<U>& other) noexcept : state(other.state) {}
    T* allocate(std::size_t count) {
      if (!state->room_is_free || count * sizeof(T) > sizeof(state->room)) return std::allocator<T>().allocate(count);
      state->room_is_free = false;
      return reinterpret_cast<T*>(state->room);
    }
    void deallocate(T* memory, std::size_t count) noexcept {
      if (reinterpret_cast<std::byte*>(memory) != state->room) std::allocator<T>().deallocate(memory, count);
      else state->room_is_free = true;
    }
    template <class U>
    bool operator==(const Room<U>& other) const noexcept {
      return state == other.state;
    }
    std::shared_ptr<State> state;
  };

  struct Wake {
    using allocator_type = Room<std::byte>;
    allocator_type get_allocator() const noexcept { return allocator_type(state); }
    void operator()() { std::move(state->handler)(std::move(*state->outcome)); }
    std::shared_ptr<State> state;
  };

  std::shared_ptr<State> state_;
};

}  // namespace hotline::storage
