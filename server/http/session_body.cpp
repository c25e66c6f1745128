#include "server/http/session_body.hpp"

#include <algorithm>

namespace hotline::http {

SessionBody::SessionBody(Session& session, RequestParser& parser, const Framing& framing, std::uint64_t bytes_max)
    : session_(session),
      parser_(parser),
      framing_(framing),
      bytes_left_(bytes_max),
      patience_(session.group_->parts().limits.body_grace),
      continue_due_(framing.expects_continue) {}

Awaitable<Result<Bytes>> SessionBody::read_some() {
  if (failure_) co_return make_error_code(*failure_);
  ReadBuffer& buffer = session_.buffer_;
  buffer.consume(std::exchange(lent_, 0));
  while (!parser_.is_done()) {
    bool need_more = buffer.empty();
    if (!need_more) {
      const RequestParser::Step step = parser_.parse_body(buffer.data());
      if (step.malformed) co_return fail(Errc::malformed);
      if (!step.piece.empty()) {
        if (step.piece.size() > bytes_left_) co_return fail(Errc::too_large);
        bytes_left_ -= step.piece.size();
        lent_ = step.taken;
        co_return as_bytes(step.piece);
      }
      buffer.consume(step.taken);
      need_more = step.need_more;
    }
    if (!need_more) continue;
    if (continue_due_ && !co_await tell_to_continue()) co_return fail(Errc::closed);
    if (const std::optional<Errc> error = co_await receive()) co_return fail(*error);
  }
  co_return Bytes{};
}

Awaitable<void> SessionBody::skip_rest() {
  for (;;) {
    const Result<Bytes> piece = co_await read_some();
    if (!piece || piece->empty()) co_return;
  }
}

Result<Bytes> SessionBody::fail(Errc code) {
  failure_ = code;
  return make_error_code(code);
}

Awaitable<std::optional<Errc>> SessionBody::receive() {
  const Limits& limits = session_.group_->parts().limits;
  const std::uint64_t expected = framing_.chunked ? body_piece_bytes_max : bytes_left_;
  const auto least = static_cast<std::size_t>(std::clamp<std::uint64_t>(expected, idle_buffer_bytes, body_piece_bytes_max));
  const MutableBytes into = session_.buffer_.prepare(least, body_piece_bytes_max);
  if (into.empty()) co_return Errc::malformed;

  const Session::Clock::time_point begin = Session::Clock::now();
  session_.arm(patience_);
  const auto [error, size] = co_await session_.transport_->read_some(into);
  session_.disarm();
  if (error) co_return session_.timed_out_ ? Errc::timed_out : Errc::closed;
  session_.buffer_.commit(size);
  session_.moved_ += size;

  // A bucket: silence drains it, bytes fill it at the least rate, never above the grace. So a sender can neither trickle nor
  // save up a long silence by a quick start.
  const auto earned = std::chrono::duration<double>(static_cast<double>(size) / static_cast<double>(limits.body_bytes_per_second_min));
  patience_ -= Session::Clock::now() - begin;
  patience_ += std::chrono::duration_cast<Session::Clock::duration>(std::min<std::chrono::duration<double>>(earned, limits.body_grace));
  patience_ = std::clamp<Session::Clock::duration>(patience_, Session::Clock::duration::zero(), limits.body_grace);
  co_return std::nullopt;
}

Awaitable<bool> SessionBody::tell_to_continue() {
  continue_due_ = false;
  static constexpr std::string_view line = "HTTP/1.1 100 Continue\r\n\r\n";
  std::array<boost::asio::const_buffer, 1> buffers{boost::asio::buffer(line.data(), line.size())};
  const bool written = co_await session_.write_all(buffers);
  co_return written;
}

}  // namespace hotline::http
