#pragma once

#include "server/calling/call_message.hpp"

#include <stop_token>
#include <string>

namespace hotline::calling {

/// What became of a call.
struct Delivery {
  enum class Kind {
    sent,        ///< who carries it has taken it
    perhaps,     ///< the line broke when all of it was gone: it may have been taken
    failed,      ///< it was not taken
  };
  Kind kind = Kind::failed;
  int code = 0;            ///< the mail server's or the web server's answer; 0: none
  std::string advice;      ///< unless sent: what is wrong and what to change, one line for the operator; no secret is in it
};

/// One way to somebody.
class Sender {
 public:
  virtual ~Sender() = default;
  /// Blocks, for at most Limits::call_deadline, or until `stop`. One thread at a time.
  virtual Delivery send(const CallMessage& message, const std::stop_token& stop) = 0;
};

}  // namespace hotline::calling
