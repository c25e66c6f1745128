#pragma once

#include "server/http/read_buffer.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/session_group.hpp"
#include "server/http/strictness.hpp"
#include "server/http/transport.hpp"

#include <boost/asio/buffer.hpp>

#include <chrono>
#include <memory>
#include <span>

namespace hotline::http {

/// One connection, from its first byte to its last. Lives on its group's thread, one coroutine at a time; requests of a
/// connection are served one after the other.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Clock = std::chrono::steady_clock;

  /// Takes over a slot of the server's, and gives it back when the connection ends.
  Session(std::shared_ptr<SessionGroup> group, std::unique_ptr<Transport> transport, const ResponseHead& head);
  ~Session();

  void start();

  // For the group, on its thread.
  void check_deadline(Clock::time_point now);
  void end_if_idle();
  void end_now();
  /// When it began to wait for a request; the far future while it serves one.
  Clock::time_point idle_since() const noexcept { return idle_since_; }
  std::size_t place_in_group = 0;

 private:
  friend class SessionBody;
  static constexpr Clock::time_point never = Clock::time_point::max();

  static Awaitable<void> run(std::shared_ptr<Session> self);
  Awaitable<void> converse();
  Awaitable<bool> await_request();
  /// Both serve one request; true when another may follow on this connection.
  Awaitable<bool> serve();
  Awaitable<bool> answer(Request& request, RequestParser& parser, const Framing& framing);

  /// The size of the header that stands at the buffer's front, or the status to refuse with; 0 when there is nobody to answer.
  struct HeaderEnd {
    std::size_t size = 0;
    int refused = 0;
  };
  Awaitable<HeaderEnd> read_header();

  /// Answers what was not understood; the connection ends then.
  Awaitable<bool> refuse(int status);
  Response error_response(int status, const Request* request) const;
  Awaitable<bool> send(const Request* request, Response response, bool keep_alive, bool http10 = false);
  Awaitable<bool> write_all(std::span<boost::asio::const_buffer> buffers);
  Awaitable<void> drain();

  void arm(Clock::duration time);
  void disarm() noexcept { deadline_ = never; }

  std::shared_ptr<SessionGroup> group_;
  std::unique_ptr<Transport> transport_;
  const ResponseHead& head_;
  ReadBuffer buffer_;
  Clock::time_point deadline_ = never;
  Clock::time_point idle_since_ = never;
  bool timed_out_ = false;
  bool linger_ = false;      ///< the other side may still be sending what nobody will read
  bool wipe_stack_ = false;  ///< this request may have left words on the stack
};

}  // namespace hotline::http
