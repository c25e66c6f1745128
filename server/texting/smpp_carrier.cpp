#include "server/texting/smpp_carrier.hpp"

#include "server/texting/smpp_outcomes.hpp"

namespace hotline::texting {

http::Awaitable<sms::HandedOver> SmppCarrier::hand_over(sms::OutgoingText text) {
  const smpp::SendResult result = co_await client_.submit(std::move(text.to), std::move(text.from), std::move(text.text));
  co_return handed_over(result);
}

}  // namespace hotline::texting
