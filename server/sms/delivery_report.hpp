#pragma once

#include "crypto/secret.hpp"
#include "server/sms/descriptor.hpp"
#include "server/sms/signature.hpp"
#include "storage/outbox.hpp"

#include <string>
#include <vector>

namespace hotline::sms {

/// What a gateway says has become of a text of ours.
struct DeliveryReport {
  crypto::SecretBuffer name;           ///< what the gateway calls the text, or a part of it
  storage::TextState state = storage::TextState::delivered;   ///< delivered or refused
  storage::TextReason reason = storage::TextReason::none;
  std::string code;                    ///< see storage::TextRow::code
  std::vector<crypto::SecretBuffer> other_names{};   ///< as which it may be known as well; asked for when `name` is not known
};

/// Those of a request that has proved itself; none when the descriptor has no [report], or for news that change nothing ("queued").
/// Any thread.
std::vector<DeliveryReport> read_delivery_reports(const Descriptor& descriptor, const SignedRequest& request);

}  // namespace hotline::sms
