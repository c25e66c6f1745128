#pragma once

#include "config/error.hpp"
#include "server/sms/delivery_report.hpp"
#include "server/sms/descriptor.hpp"
#include "server/sms/message.hpp"
#include "server/sms/signature.hpp"

#include <string>
#include <vector>

namespace hotline::sms {

/// What a request turned out to be.
struct Verdict {
  Meaning meaning = Meaning::ignore;
  std::vector<Message> messages;   ///< when it is one, or a batch
  std::string challenge;           ///< when it is one: what to answer
  std::vector<DeliveryReport> reports;   ///< may come beside messages
};

/// The meaning that the rules give to a request as a whole.
struct Classified {
  Meaning meaning = Meaning::message;
  const WhenRule* rule = nullptr;  ///< null: none fits
};
Classified classify(const Descriptor& descriptor, const SignedRequest& request);

/// Reads what a request says that has proved itself. Nothing is dropped: what cannot be understood comes as a message that holds all
/// of the request as it was received, flagged "unreadable". Errc::malformed for a challenge that is none. Any thread.
Result<Verdict> read_request(const Descriptor& descriptor, const SignedRequest& request, const Classified& classified);

/// A message that holds all of the request as it was received, but for the gateway's secret where the secret itself was sent.
Message keep_whole(const Descriptor& descriptor, const SignedRequest& request);

}  // namespace hotline::sms
