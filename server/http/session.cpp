#include "server/http/session.hpp"

#include "config/log.hpp"
#include "server/http/session_body.hpp"
#include "server/http/target.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/error.hpp>

#include <algorithm>

namespace hotline::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t head_bytes_usual = 1024;
constexpr std::size_t drain_piece_bytes = 16 * 1024;
constexpr std::chrono::seconds judged_after{5};

int status_of(Errc failure) {
  switch (failure) {
    case Errc::too_large: return 413;
    case Errc::timed_out: return 408;
    default: return 400;
  }
}

std::uint64_t body_size(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return text->size();
  if (const auto* shared = std::get_if<Response::Shared>(&response.body)) return *shared ? (*shared)->size() : 0;
  const auto& source = std::get<std::unique_ptr<BodySource>>(response.body);
  return source ? source->size() : 0;
}

std::string_view text_in_memory(const Response& response) {
  if (const auto* text = std::get_if<std::string>(&response.body)) return *text;
  const auto* shared = std::get_if<Response::Shared>(&response.body);
  return shared != nullptr && *shared ? std::string_view(**shared) : std::string_view{};
}

/// Short strings sit in the object itself, in a coroutine's frame, whose memory is used again without being wiped.
void scrub(std::string& text) { crypto::wipe({reinterpret_cast<Byte*>(text.data()), text.size()}); }
void scrub(Request& request) {
  scrub(request.path);
  scrub(request.raw_path);
  scrub(request.raw_query);
  for (auto& [name, value] : request.headers) scrub(value);
  for (std::string& captured : request.captured) scrub(captured);
}

}  // namespace

Session::Session(std::shared_ptr<SessionGroup> group, std::unique_ptr<Transport> transport, const ResponseHead& head, std::uint64_t sender)
    : group_(std::move(group)),
      transport_(std::move(transport)),
      head_(head),
      slot_group_(sender_group(sender)),
      sender_(sender),
      sender_key_(group_->parts().senders.current()) {}

Session::~Session() = default;

void Session::start() { asio::co_spawn(group_->executor(), run(shared_from_this()), asio::detached); }

void Session::check_deadline(Clock::time_point now) {
  if (now < deadline_) return;
  timed_out_ = true;
  transport_->cancel();
}

std::optional<double> Session::speed(Clock::time_point now) const noexcept {
  const Phase phase = waiting().phase;
  if ((phase != Phase::header && phase != Phase::transfer) || now - asked_ < judged_after) return std::nullopt;
  return static_cast<double>(moved_) / std::chrono::duration<double>(now - asked_).count();
}

void Session::end_if_idle() {
  if (idle_) end_now();
}

void Session::end_now() { transport_->close(); }

void Session::arm(Clock::duration time) {
  timed_out_ = false;
  armed_ = Clock::now();
  deadline_ = armed_ + time;
}

std::uint64_t Session::sender() {
  const std::uint64_t key = group_->parts().senders.current();
  if (key != sender_key_ && !is_one_connection(sender_)) {
    sender_ = group_->parts().senders.of(transport_->socket().native_handle());
    sender_key_ = key;
  }
  return sender_;
}

Awaitable<void> Session::run(std::shared_ptr<Session> self) {
  bool added = false;
  try {
    self->group_->add(*self);
    added = true;
    co_await self->converse();
  } catch (...) {
    // Memory ran out, or a pool ended under a handler: this connection only.
    log_event(LogLevel::error, "session_failed");
  }
  if (added) self->group_->remove(*self);
  self->transport_->close();
  self->group_->parts().slots.give_back(self->slot_group_);
}

Awaitable<void> Session::converse() {
  arm(group_->parts().limits.header_deadline);
  if (co_await transport_->handshake()) co_return;
  while (co_await await_request()) {
    const bool go_on = co_await serve();
    buffer_.wipe_used();
    if (std::exchange(wipe_stack_, false)) crypto::wipe_stack();
    if (!go_on) break;
  }
  transport_->end_sending();
  if (linger_) co_await drain();
}

Awaitable<bool> Session::await_request() {
  if (!buffer_.empty()) co_return true;
  if (group_->stopping()) co_return false;
  const MutableBytes into = buffer_.prepare(idle_buffer_bytes, idle_buffer_bytes);
  arm(group_->parts().limits.idle_deadline);
  phase_ = Phase::idle;
  idle_ = true;
  const auto [error, size] = co_await transport_->read_some(into);
  idle_ = false;
  if (error) co_return false;
  buffer_.commit(size);
  co_return true;
}

Awaitable<Session::HeaderEnd> Session::read_header() {
  const Limits& limits = group_->parts().limits;
  phase_ = Phase::header;
  arm(limits.header_deadline);
  asked_ = armed_;
  moved_ = 0;
  HeaderScan scan;
  for (;;) {
    const HeaderScan::State state = scan.feed(buffer_.data());
    if (state == HeaderScan::State::malformed) co_return HeaderEnd{0, 400};
    if (scan.size() > limits.header_bytes_max) co_return HeaderEnd{0, 431};
    if (state == HeaderScan::State::complete) co_return HeaderEnd{scan.size(), 0};
    const MutableBytes into = buffer_.prepare(idle_buffer_bytes, limits.header_bytes_max);
    if (into.empty()) co_return HeaderEnd{0, 431};
    const auto [error, size] = co_await transport_->read_some(into);
    if (error == asio::error::eof) co_return HeaderEnd{0, 400};
    if (error) co_return HeaderEnd{0, timed_out_ ? 408 : 0};
    buffer_.commit(size);
    moved_ += size;
  }
}

Awaitable<bool> Session::serve() {
  const Limits& limits = group_->parts().limits;
  const HeaderEnd end = co_await read_header();
  disarm();
  begun_ = Clock::now();
  phase_ = Phase::transfer;
  if (end.refused != 0) co_return co_await refuse(end.refused);
  if (end.size == 0) co_return false;

  Request request;
  RequestParser parser(limits.header_bytes_max, limits.header_fields_max, limits.chunk_extension_bytes_max);
  const int unparsed = parser.parse_header(buffer_.data().substr(0, end.size), request);
  if (unparsed != 0) co_return co_await refuse(unparsed);
  const Framing framing = check_request({parser.method(), parser.target(), parser.version(), request.headers});
  if (framing.refused != 0) co_return co_await refuse(framing.refused);
  Result<Target> target = parse_target(parser.target());
  if (!target) co_return co_await refuse(400);
  request.path = std::move(target->path);
  request.raw_path = std::move(target->raw_path);
  request.raw_query = std::move(target->raw_query);
  request.sender = sender();
  buffer_.consume(end.size);

  wipe_stack_ = framing.has_body() || !request.raw_query.empty();
  const bool go_on = co_await answer(request, parser, framing);
  scrub(request);
  co_return go_on;
}

Awaitable<bool> Session::answer(Request& request, RequestParser& parser, const Framing& framing) {
  const Router::Match match = group_->parts().router().find(request);
  const std::uint64_t bytes_max = match.limits.body_bytes_max;
  const bool http10 = parser.version() == 10;
  SessionBody body(*this, parser, framing, bytes_max);
  request.body = &body;
  Response response;
  if (match.handler == nullptr) {
    response = error_response(match.status, &request);
    if (match.status == 405) response.headers.emplace_back("Allow", match.allow);
  } else if (framing.content_length.value_or(0) > bytes_max || (framing.chunked && bytes_max == 0)) {
    response = error_response(413, &request, bytes_max);
  } else {
    bool failed = false;
    try {
      response = co_await (*match.handler)(request);
    } catch (...) {
      failed = true;  // never what(): it may carry input
    }
    if (failed) {
      log_event(LogLevel::error, "handler_failed");
      response = error_response(500, &request);
    } else if (response.status < 400) {
      // Nothing succeeds whose body was not well-formed to its end.
      if (!parser.is_done() && !body.failure()) co_await body.skip_rest();
      if (body.failure()) response = error_response(status_of(*body.failure()), &request, bytes_max);
    }
  }
  const bool whole = parser.is_done() && !body.failure();
  // Also whoever fell silent: a line that comes back brings the rest, which would cost them the answer.
  linger_ = !whole && body.failure() != Errc::closed;
  const bool keep_alive = whole && framing.keep_alive && request.method != Method::other && !group_->stopping();
  // What the caller was lent is used up now, whatever was read of it.
  if (whole) co_await body.skip_rest();
  const bool sent = co_await send(&request, std::move(response), keep_alive, http10);
  co_return sent && keep_alive;
}

Awaitable<bool> Session::refuse(int status) {
  linger_ = status != 408;
  Response response = error_response(status, nullptr);
  co_await send(nullptr, std::move(response), false);
  co_return false;
}

Response Session::error_response(int status, const Request* request, std::uint64_t body_bytes_max) const {
  Response response;
  try {
    response = group_->parts().router().error(status, request, body_bytes_max);
  } catch (...) {
    log_event(LogLevel::error, "error_page_failed");
    response = text_response(status, std::string(reason_phrase(status)) + "\n");
  }
  // Where nothing is served yet, what is not there is told as 503; a fault of ours too, for it may pass.
  if (response.status != 503) response.status = status == 500 ? 503 : status;
  const auto is_retry = [](const auto& header) { return header.first == "Retry-After"; };
  if (response.status == 503 && std::none_of(response.headers.begin(), response.headers.end(), is_retry)) {
    response.headers.emplace_back("Retry-After", "5");
  }
  return response;
}

Awaitable<bool> Session::send(const Request* request, Response response, bool keep_alive, bool http10) {
  if (Meter* const meter = group_->parts().meter) meter->answered(response.status, Clock::now() - begun_);
  const bool head_only = request != nullptr && request->method == Method::head;
  crypto::SecretBuffer head;
  head.reserve(head_bytes_usual);
  if (!head_.append(head, response, {request, body_size(response), keep_alive, http10})) {
    log_event(LogLevel::error, "response_header_malformed");
    response = error_response(500, request);
    head_.append(head, response, {request, body_size(response), keep_alive, http10});
  }
  const bool with_body = !head_only && status_has_body(response.status);
  const std::string_view text = with_body ? text_in_memory(response) : std::string_view{};
  const std::string_view fixed = head_.fixed();
  std::array<asio::const_buffer, 3> buffers{asio::buffer(head.reveal().data(), head.size()), asio::buffer(fixed.data(), fixed.size()),
                                            asio::buffer(text.data(), text.size())};
  if (!co_await write_all(buffers)) co_return false;

  auto* const source = std::get_if<std::unique_ptr<BodySource>>(&response.body);
  if (!with_body || source == nullptr || !*source) co_return true;
  std::uint64_t left = (*source)->size();
  while (left > 0) {
    disarm();
    const Result<Bytes> piece = co_await (*source)->next();
    if (!piece || piece->empty() || piece->size() > left) {
      log_event(LogLevel::warning, "response_body_cut");
      co_return false;
    }
    left -= piece->size();
    std::array<asio::const_buffer, 1> one{asio::buffer(piece->data(), piece->size())};
    if (!co_await write_all(one)) co_return false;
  }
  co_return true;
}

Awaitable<bool> Session::write_all(std::span<asio::const_buffer> buffers) {
  std::size_t written = 0;
  for (;;) {
    while (!buffers.empty() && written >= buffers.front().size()) {
      written -= buffers.front().size();
      buffers = buffers.subspan(1);
    }
    if (buffers.empty()) break;
    buffers.front() += written;
    arm(group_->parts().limits.write_deadline);
    const auto [error, size] = co_await transport_->write_some(buffers);
    if (error) co_return false;
    written = size;
    moved_ += size;
  }
  disarm();
  co_return true;
}

Awaitable<void> Session::drain() {
  // Closing with unread bytes would reset the connection, and the answer would be lost on its way.
  const Limits& limits = group_->parts().limits;
  std::uint64_t left = 2 * static_cast<std::uint64_t>(limits.body_bytes_max);
  arm(limits.drain_deadline);
  for (;;) {
    buffer_.consume(buffer_.size());
    const MutableBytes into = buffer_.prepare(drain_piece_bytes, body_piece_bytes_max);
    const auto [error, size] = co_await transport_->read_some(into);
    if (error || size > left) co_return;
    left -= size;
    buffer_.commit(size);
  }
}

}  // namespace hotline::http
