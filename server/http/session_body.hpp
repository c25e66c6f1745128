#pragma once

#include "server/http/session.hpp"

namespace hotline::http {

/// The body of the request that a session is serving.
class SessionBody final : public BodyReader {
 public:
  SessionBody(Session& session, RequestParser& parser, const Framing& framing, std::uint64_t bytes_max);

  Awaitable<Result<Bytes>> read_some() override;
  std::optional<std::uint64_t> declared_size() const override { return framing_.content_length; }

  /// What read_some failed with, if it did: such a body must not be answered with success.
  const std::optional<Errc>& failure() const noexcept { return failure_; }
  /// Takes and drops what is left.
  Awaitable<void> skip_rest();

 private:
  Result<Bytes> fail(Errc code);
  Awaitable<std::optional<Errc>> receive();
  Awaitable<bool> tell_to_continue();

  Session& session_;
  RequestParser& parser_;
  const Framing framing_;
  std::uint64_t bytes_left_;
  std::size_t lent_ = 0;              ///< bytes at the buffer's front that the caller still looks at
  Session::Clock::duration patience_; ///< what the sender may still spend silent; each byte earns some back
  bool continue_due_;
  std::optional<Errc> failure_;
};

}  // namespace hotline::http
