#pragma once

#include "server/http/message.hpp"
#include "server/sms/send_request.hpp"

namespace hotline::texting {

/// What takes a text on to a phone: a gateway's API, or an operator's link.
class Carrier {
 public:
  virtual ~Carrier() = default;
  /// Hands one over and waits for the answer. One at a time; awaited on any io_context. Does not fail: what goes wrong is in the outcome.
  virtual http::Awaitable<sms::HandedOver> hand_over(sms::OutgoingText text) = 0;
  /// Whether a text whose fate is unknown may be handed over again without reaching the phone twice.
  virtual bool repeatable() const noexcept = 0;
};

}  // namespace hotline::texting
