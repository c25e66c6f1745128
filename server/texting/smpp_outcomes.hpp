#pragma once

#include "server/smpp/receipt.hpp"
#include "server/smpp/send_result.hpp"
#include "server/sms/delivery_report.hpp"
#include "server/sms/send_request.hpp"

#include <optional>

namespace hotline::texting {

/// What an operator made of a text, in the outbox's words: the names are the parts' ids, as written first in smpp::spellings(), none for a
/// text in doubt; the code is the command_status, "0x0b". Any thread.
sms::HandedOver handed_over(const smpp::SendResult& result);

/// A receipt as a delivery report; nothing for news that change nothing: on its way, unknown, and "accepted", which some operators say
/// before they deliver. Any thread.
std::optional<sms::DeliveryReport> delivery_report_of(const smpp::Receipt& receipt);

}  // namespace hotline::texting
