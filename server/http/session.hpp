#pragma once

#include "server/http/read_buffer.hpp"
#include "server/http/request_parser.hpp"
#include "server/http/session_group.hpp"
#include "server/http/strictness.hpp"
#include "server/http/transport.hpp"

#include <boost/asio/buffer.hpp>

#include <chrono>
#include <compare>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>

namespace hotline::http {

/// One connection, from its first byte to its last. Lives on its group's thread, one coroutine at a time; requests of a
/// connection are served one after the other.
class Session : public std::enable_shared_from_this<Session> {
 public:
  using Clock = std::chrono::steady_clock;

  /// Takes over a slot of the server's, which `sender`'s group was given, and gives it back when the connection ends.
  Session(std::shared_ptr<SessionGroup> group, std::unique_ptr<Transport> transport, const ResponseHead& head, std::uint64_t sender);
  ~Session();

  void start();

  // For the group, on its thread.
  void check_deadline(Clock::time_point now);
  void end_if_idle();
  void end_now();
  enum class Phase : std::uint8_t { idle, header, transfer, busy };
  /// What it waits for, and since when: for a request, for a header, for bytes to come or to go; busy: for none of these.
  struct Waiting {
    Phase phase = Phase::busy;
    Clock::time_point since;
    auto operator<=>(const Waiting&) const = default;
    bool is_idle_before(Clock::time_point time) const noexcept { return phase == Phase::idle && since < time; }
  };
  Waiting waiting() const noexcept { return {deadline_ == never ? Phase::busy : phase_, armed_}; }
  /// Bytes a second, in and out, of the request at hand and of the wait for its header; nothing while a handler is at work, between
  /// requests, and for the first seconds.
  std::optional<double> speed(Clock::time_point now) const noexcept;
  std::uint64_t slot_group() const noexcept { return slot_group_; }
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
  Response error_response(int status, const Request* request, std::uint64_t body_bytes_max = 0) const;
  Awaitable<bool> send(const Request* request, Response response, bool keep_alive, bool http10 = false);
  Awaitable<bool> write_all(std::span<boost::asio::const_buffer> buffers);
  Awaitable<void> drain();

  /// Request::sender, under the key of this hour.
  std::uint64_t sender();

  void arm(Clock::duration time);
  void disarm() noexcept { deadline_ = never; }

  std::shared_ptr<SessionGroup> group_;
  std::unique_ptr<Transport> transport_;
  const ResponseHead& head_;
  ReadBuffer buffer_;
  Clock::time_point deadline_ = never;
  Clock::time_point armed_ = never;
  Clock::time_point begun_{};  ///< the end of the request's header
  Clock::time_point asked_ = Clock::now();  ///< the beginning of the request's header
  std::uint64_t moved_ = 0;    ///< bytes since then
  Phase phase_ = Phase::header;
  bool idle_ = false;        ///< between requests: may end at any time
  const std::uint64_t slot_group_;
  std::uint64_t sender_;
  std::uint64_t sender_key_;
  bool timed_out_ = false;
  bool linger_ = false;      ///< the other side may still be sending what nobody will read
  bool wipe_stack_ = false;  ///< this request may have left words on the stack
};

}  // namespace hotline::http
