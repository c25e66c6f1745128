#pragma once

#include "server/smpp/client.hpp"
#include "server/texting/carrier.hpp"

namespace hotline::texting {

/// Hands texts to an operator by its link, which must outlive it. While the link is down, they wait in the outbox.
class SmppCarrier final : public Carrier {
 public:
  explicit SmppCarrier(smpp::Client& client) : client_(client) {}
  http::Awaitable<sms::HandedOver> hand_over(sms::OutgoingText text) override;
  bool repeatable() const noexcept override { return false; }

 private:
  smpp::Client& client_;
};

}  // namespace hotline::texting
