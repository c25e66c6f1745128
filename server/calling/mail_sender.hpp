#pragma once

#include "config/call_settings.hpp"
#include "config/clock.hpp"
#include "server/calling/sender.hpp"

#include <chrono>
#include <string>

namespace hotline::calling {

/// Hands calls to a mail server (SMTP, RFC 5321), by libcurl. The server's certificate is verified; without TLS nothing is sent, but to
/// this machine. It learns two addresses, the host name in the sender's, and the message; not this machine's name.
class MailSender final : public Sender {
 public:
  /// `mail` and `clock` outlive it.
  MailSender(const MailSettings& mail, std::string to, const Clock& clock, std::chrono::milliseconds deadline);
  Delivery send(const CallMessage& message, const std::stop_token& stop) override;

 private:
  const MailSettings& mail_;
  const std::string to_;
  const Clock& clock_;
  const std::chrono::milliseconds deadline_;
};

}  // namespace hotline::calling
