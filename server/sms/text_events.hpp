#pragma once

#include "server/http/message.hpp"
#include "server/sms/asked.hpp"
#include "server/sms/delivery_report.hpp"
#include "server/sms/message.hpp"

#include <string_view>

namespace hotline::sms {

/// Who wants to know what gateways bring. Any thread.
class TextEvents {
 public:
  virtual ~TextEvents() = default;
  /// What the server had asked whoever sent this. Called before the message is sealed, more than once if it comes again; changes nothing.
  virtual Asked asked(std::string_view, const Message&) const { return {}; }
  /// A message was committed, for the first time; or one that asks for no texts and may or may not have been before. Called before the gateway is answered; does not wait.
  virtual void heard(std::string_view gateway, const Message& message) = 0;
  /// A delivery report. The gateway is answered when it is recorded; an error asks it to send the report again.
  virtual http::Awaitable<Result<void>> reported(std::string_view gateway, const DeliveryReport& report) = 0;
};

}  // namespace hotline::sms
