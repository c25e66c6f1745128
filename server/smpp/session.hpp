#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/secret.hpp"
#include "server/smpp/pdu.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <variant>
#include <vector>

namespace hotline::smpp {

struct SessionLimits {
  std::size_t window = 10;                             ///< requests of ours that wait for an answer, but for enquire_link
  std::chrono::milliseconds answer_within = std::chrono::seconds(20);
  std::chrono::milliseconds unbind_within = std::chrono::seconds(3);
  std::chrono::milliseconds enquire_every = std::chrono::seconds(30);
  std::size_t deliveries_max = 256;                    ///< that wait for our answer; more are asked for again
  std::size_t output_bytes_max = std::size_t{1024} * 1024;    ///< that the operator does not read
};

/// One connection to an operator as transceiver, without its socket: bytes go in, events and bytes come out. Ends closed. One thread at a
/// time.
class Session {
 public:
  using Time = std::chrono::steady_clock::time_point;

  struct Bound {};
  /// The operator will not have us. Closed follows.
  struct BindRefused {
    Status status{};
  };
  /// A deliver_sm or data_sm, to be answered by answer().
  struct Delivered {
    std::uint64_t delivery = 0;                        ///< counted from 1
    std::optional<ShortMessage> message;               ///< what could be read of it; nothing: not even its beginning
    std::optional<Status> fault;
    crypto::SecretBuffer pdu;                          ///< as received
  };
  /// What became of submit().
  struct Submitted {
    std::uint32_t request = 0;
    std::optional<Status> status;                      ///< nothing: no answer came, and nobody knows
    crypto::SecretBuffer id;                           ///< with Status::ok
  };
  /// The operator has read our answers to these.
  struct AnswersRead {
    std::vector<std::uint64_t> deliveries;
  };
  /// The last event. `reason`: Errc::closed when either side said so, Errc::timed_out, Errc::malformed or Errc::too_large for bytes that are
  /// no PDU, Errc::forbidden for a bind refused, Errc::busy for an operator that does not read.
  struct Closed {
    Errc reason = Errc::closed;
  };
  using Event = std::variant<Bound, BindRefused, Delivered, Submitted, AnswersRead, Closed>;

  /// The bind is to be sent at once. Errc::too_large, Errc::malformed: see write().
  static Result<Session> create(const Bind& bind, const SessionLimits& limits, Time now);

  /// What came from the operator.
  void receive(Bytes bytes, Time now);
  /// No more will come.
  void end();
  /// Does what is due; to be called at due() or soon after.
  void tick(Time now);
  Time due() const;

  std::optional<Event> next_event();
  bool has_output() const noexcept { return !output_.empty(); }
  crypto::SecretBuffer take_output();

  bool bound() const noexcept { return state_ == State::bound; }
  bool closed() const noexcept { return state_ == State::closed; }
  bool window_full() const noexcept;

  /// Sends one; gives what Submitted will name it by. Errc::busy: the window is full; Errc::closed: not bound; those of write().
  Result<std::uint32_t> submit(const Pdu& submit_sm, Time now);
  /// After what was delivered is stored, or never will be: Status::ok, or Status::temporary_fault to get it again.
  void answer(std::uint64_t delivery, Status status, Time now);
  /// Ends in order: no more submits; what is delivered meanwhile is asked for again. Closed follows.
  void unbind(Time now);

 private:
  enum class State { binding, bound, unbinding, closed };
  struct Request {
    Command command{};
    Time due;
    std::uint64_t answers_before = 0;                  ///< of ours, sent before this
  };
  struct Delivery {
    Command command{};
    std::uint32_t sequence = 0;
  };
  struct Answer {
    std::uint64_t number = 0;
    std::uint64_t delivery = 0;
  };

  explicit Session(const SessionLimits& limits) : limits_(limits) {}

  void take(Bytes pdu, Time now);
  void take_answer(Parsed parsed, Time now);
  void take_delivery(Parsed parsed, Bytes pdu);
  void answer_bind(const Parsed& parsed, Time now);
  void proved(std::uint64_t answers);
  void enquire(Time now);
  void close(Errc reason);
  std::uint32_t free_sequence();
  Result<std::uint32_t> request(Pdu pdu, Time now);
    void send_answer(Command command, std::uint32_t sequence, Status status);

  SessionLimits limits_;
  State state_ = State::binding;
  std::uint32_t last_sequence_ = 0;
  std::map<std::uint32_t, Request> requests_;
  std::size_t submits_ = 0;                            ///< of these
  std::map<std::uint64_t, Delivery> deliveries_;
  std::uint64_t last_delivery_ = 0;
  std::uint64_t answers_ = 0;                          ///< to deliveries
  std::deque<Answer> unproved_;
  Time enquired_{};                                    ///< or bound, where that was later
  bool enquiring_ = false;
  crypto::SecretBuffer input_;
  crypto::SecretBuffer output_;
  std::deque<Event> events_;
};

}  // namespace hotline::smpp
