#pragma once

#include "crypto/secret.hpp"
#include "server/smpp/pdu.hpp"

#include <cstdint>
#include <vector>

namespace hotline::smpp {

/// What came of handing a text to the operator.
struct SendResult {
  enum class Kind {
    accepted,        ///< it has all parts
    refused,         ///< it will not have it, now or later: see `reason`
    later,           ///< nothing of it was taken for now; to be given again
    unknown,         ///< no answer came, or not all parts were taken: nobody can tell what has reached the phone
  };
  enum class Reason {
    none,
    number,          ///< the phone's
    account,         ///< we may not do this
    content,
    other,
  };
  Kind kind = Kind::unknown;
  Reason reason = Reason::none;
  std::uint32_t status = 0;                  ///< the operator's command_status that made it so; 0: none
  std::vector<crypto::SecretBuffer> ids;     ///< of the parts that were taken: what delivery reports name them by (see spellings())
};

/// How a command_status other than ESME_ROK is meant: `refused` with its reason, or `later` for what passes: too much at once, full queues,
/// faults of the operator's own. Any thread.
SendResult::Kind kind_of(Status status) noexcept;
SendResult::Reason reason_of(Status status) noexcept;

}  // namespace hotline::smpp
