#include "server/smpp/session.hpp"

#include <algorithm>

namespace hotline::smpp {

namespace {

using crypto::SecretBuffer;

constexpr std::uint32_t sequence_max = 0x7fffffff;     // section 3.2: 1 to this

/// So many answers unread are worth asking whether they were read.
constexpr std::size_t unproved_asked = 256;
constexpr std::size_t unproved_max = 4096;

bool is_submit(Command command) { return command == Command::submit_sm || command == Command::data_sm; }

}  // namespace

Result<Session> Session::create(const Bind& bind, const SessionLimits& limits, Time now) {
  Session session(limits);
  Bind copy;
  copy.system_id = bind.system_id.duplicate();
  copy.password = bind.password.duplicate();
  copy.system_type = bind.system_type.duplicate();
  copy.interface_version = bind.interface_version;
  copy.type = bind.type;
  copy.plan = bind.plan;
  copy.address_range = bind.address_range.duplicate();
  Pdu pdu{Command::bind_transceiver, Status::ok, 0, std::move(copy)};
  const auto sent = session.request(std::move(pdu), now);
  if (!sent) return sent.error();
  return session;
}

void Session::receive(Bytes bytes, Time now) {
  if (state_ == State::closed) return;
  input_.append(bytes);
  std::size_t taken = 0;
  while (state_ != State::closed) {
    const Bytes left = input_.reveal().subspan(taken);
    const auto length = pdu_length(left);
    if (!length) {
      // Where the next one begins cannot be known.
      send_answer(Command::generic_nack, 0, Status::bad_command_length);
      close(length.error() == make_error_code(Errc::too_large) ? Errc::too_large : Errc::malformed);
      break;
    }
    if (!*length || **length > left.size()) break;
    take(left.first(**length), now);
    taken += **length;
  }
  SecretBuffer rest;
  if (state_ != State::closed) rest = SecretBuffer(input_.reveal().subspan(taken));
  input_ = std::move(rest);
}

void Session::take(Bytes pdu, Time now) {
  Parsed parsed = parse(pdu);
  const Command command = parsed.pdu.command;
  const std::uint32_t sequence = parsed.pdu.sequence;
  if (is_answer(command)) {
    take_answer(std::move(parsed), now);
    return;
  }
  switch (command) {
    case Command::enquire_link: send_answer(Command::enquire_link_resp, sequence, Status::ok); break;
    case Command::unbind:
      send_answer(Command::unbind_resp, sequence, Status::ok);
      close(Errc::closed);
      break;
    case Command::deliver_sm:
    case Command::data_sm: take_delivery(std::move(parsed), pdu); break;
    case Command::submit_sm:
    case Command::bind_transceiver: send_answer(answer_to(command), sequence, Status::bad_bind_state); break;
    default: send_answer(Command::generic_nack, sequence, parsed.fault.value_or(Status::bad_command)); break;
  }
}

void Session::take_delivery(Parsed parsed, Bytes pdu) {
  const Command answer = answer_to(parsed.pdu.command);
  if (state_ == State::binding) {
    send_answer(answer, parsed.pdu.sequence, Status::bad_bind_state);
    return;
  }
  if (state_ != State::bound || deliveries_.size() >= limits_.deliveries_max) {
    send_answer(answer, parsed.pdu.sequence, Status::temporary_fault);
    return;
  }
  Delivered delivered;
  delivered.delivery = ++last_delivery_;
  delivered.fault = parsed.fault;
  delivered.pdu = SecretBuffer(pdu);
  if (auto* message = std::get_if<ShortMessage>(&parsed.pdu.body)) delivered.message = std::move(*message);
  deliveries_[delivered.delivery] = {parsed.pdu.command, parsed.pdu.sequence};
  events_.emplace_back(std::move(delivered));
}

void Session::take_answer(Parsed parsed, Time now) {
  const auto found = requests_.find(parsed.pdu.sequence);
  // To nothing that we asked, or too late.
  if (found == requests_.end()) return;
  const Request request = found->second;
  const bool nack = parsed.pdu.command == Command::generic_nack;
  if (!nack && parsed.pdu.command != answer_to(request.command)) return;
  requests_.erase(found);
  proved(request.answers_before);

  if (request.command == Command::bind_transceiver) {
    answer_bind(parsed, now);
  } else if (request.command == Command::enquire_link) {
    enquiring_ = false;   // a nack shows as well that somebody is there
  } else if (request.command == Command::unbind) {
    close(Errc::closed);
  } else if (is_submit(request.command)) {
    --submits_;
    Submitted submitted;
    submitted.request = parsed.pdu.sequence;
    submitted.status = parsed.pdu.status;
    if (nack && parsed.pdu.status == Status::ok) submitted.status = Status::system_error;
    if (auto* named = std::get_if<Named>(&parsed.pdu.body)) submitted.id = std::move(named->name);
    events_.emplace_back(std::move(submitted));
  }
}

void Session::answer_bind(const Parsed& parsed, Time now) {
  if (parsed.pdu.command == Command::bind_transceiver_resp && parsed.pdu.status == Status::ok) {
    if (state_ != State::binding) return;
    state_ = State::bound;
    enquired_ = now;
    events_.emplace_back(Bound{});
    return;
  }
  events_.emplace_back(BindRefused{parsed.pdu.status == Status::ok ? Status::bind_failed : parsed.pdu.status});
  close(Errc::forbidden);
}

void Session::proved(std::uint64_t answers) {
  AnswersRead read;
  while (!unproved_.empty() && unproved_.front().number <= answers) {
    read.deliveries.push_back(unproved_.front().delivery);
    unproved_.pop_front();
  }
  if (!read.deliveries.empty()) events_.emplace_back(std::move(read));
}

void Session::end() {
  if (state_ != State::closed) close(Errc::closed);
}

void Session::close(Errc reason) {
  if (state_ == State::closed) return;
  state_ = State::closed;
  for (const auto& [sequence, request] : requests_) {
    if (!is_submit(request.command)) continue;
    Submitted lost;
    lost.request = sequence;
    events_.emplace_back(std::move(lost));
  }
  requests_.clear();
  deliveries_.clear();
  submits_ = 0;
  events_.emplace_back(Closed{reason});
}

void Session::tick(Time now) {
  if (state_ == State::closed) return;
  for (auto at = requests_.begin(); at != requests_.end();) {
    if (at->second.due > now) {
      ++at;
      continue;
    }
    if (!is_submit(at->second.command)) {
      close(Errc::timed_out);
      return;
    }
    Submitted silent;
    silent.request = at->first;
    events_.emplace_back(std::move(silent));
    --submits_;
    at = requests_.erase(at);
  }
  if (state_ == State::bound && now - enquired_ >= limits_.enquire_every) enquire(now);
}

Session::Time Session::due() const {
  Time due = Time::max();
  if (state_ == State::closed) return due;
  for (const auto& [sequence, request] : requests_) due = std::min(due, request.due);
  if (state_ == State::bound && !enquiring_) due = std::min(due, enquired_ + limits_.enquire_every);
  return due;
}

std::optional<Session::Event> Session::next_event() {
  if (events_.empty()) return std::nullopt;
  Event event = std::move(events_.front());
  events_.pop_front();
  return event;
}

SecretBuffer Session::take_output() { return std::exchange(output_, SecretBuffer()); }

bool Session::window_full() const noexcept { return submits_ >= limits_.window; }

Result<std::uint32_t> Session::submit(const Pdu& pdu, Time now) {
  if (state_ != State::bound) return Errc::closed;
  if (window_full()) return Errc::busy;
  const std::uint32_t sequence = free_sequence();
  auto bytes = write(pdu);
  if (!bytes) return bytes.error();
  // The place of the sequence number in the header.
  for (std::size_t i = 0; i < 4; ++i) bytes->reveal_mutable()[12 + i] = static_cast<Byte>(sequence >> (24 - 8 * i));
  output_.append(bytes->reveal());
  requests_[sequence] = {pdu.command, now + limits_.answer_within, answers_};
  ++submits_;
  if (output_.size() > limits_.output_bytes_max) close(Errc::busy);
  return sequence;
}

void Session::answer(std::uint64_t delivery, Status status, Time now) {
  const auto found = deliveries_.find(delivery);
  if (found == deliveries_.end() || state_ == State::closed) return;
  const Delivery answered = found->second;
  deliveries_.erase(found);
  send_answer(answer_to(answered.command), answered.sequence, status);
  if (state_ == State::closed) return;
  unproved_.push_back({++answers_, delivery});
  if (unproved_.size() > unproved_max) unproved_.pop_front();
  if (unproved_.size() >= unproved_asked && state_ == State::bound) enquire(now);
}

void Session::unbind(Time now) {
  if (state_ == State::binding) close(Errc::closed);
  if (state_ != State::bound) return;
  state_ = State::unbinding;
  const auto sent = request(Pdu{Command::unbind, Status::ok, 0, {}}, now);
  if (sent) requests_[*sent].due = now + limits_.unbind_within;
}

void Session::enquire(Time now) {
  if (enquiring_) return;
  enquiring_ = true;
  enquired_ = now;
  static_cast<void>(request(Pdu{Command::enquire_link, Status::ok, 0, {}}, now));
}

std::uint32_t Session::free_sequence() {
  do {
    last_sequence_ = last_sequence_ == sequence_max ? 1 : last_sequence_ + 1;
  } while (requests_.contains(last_sequence_));
  return last_sequence_;
}

Result<std::uint32_t> Session::request(Pdu pdu, Time now) {
  pdu.sequence = free_sequence();
  auto bytes = write(pdu);
  if (!bytes) return bytes.error();
  output_.append(bytes->reveal());
  requests_[pdu.sequence] = {pdu.command, now + limits_.answer_within, answers_};
  return pdu.sequence;
}

void Session::send_answer(Command command, std::uint32_t sequence, Status status) {
  Pdu pdu{command, status, sequence, {}};
  // Sections 4.6.2 and 4.7.2: an id that is not used, and always empty; other answers of ours have no body.
  const bool has_id = command == Command::deliver_sm_resp || command == Command::data_sm_resp;
  if (has_id) pdu.body = Named{};
  const auto bytes = write(pdu);
  if (bytes) output_.append(bytes->reveal());
  if (output_.size() > limits_.output_bytes_max) close(Errc::busy);
}

}  // namespace hotline::smpp
