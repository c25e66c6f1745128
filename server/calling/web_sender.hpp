#pragma once

#include "config/call_settings.hpp"
#include "config/error.hpp"
#include "server/calling/sender.hpp"
#include "server/http/client.hpp"

#include <chrono>
#include <memory>
#include <string>

namespace hotline::calling {

/// Posts calls to a webhook ({"text": "…"}, as Slack, Mattermost, Rocket.Chat and Google Chat take it) or to a topic of ntfy
/// (https://docs.ntfy.sh/publish). Certificates are verified; redirects are not followed.
class WebSender final : public Sender {
 public:
  /// `call.way` is not email. Fails with one line. `call` must outlive it.
  static Outcome<std::unique_ptr<WebSender>> create(const CallSettings& call, std::chrono::milliseconds deadline);
  Delivery send(const CallMessage& message, const std::stop_token& stop) override;

 private:
  WebSender(const CallSettings& call, std::string origin, std::chrono::milliseconds deadline);
  http::ClientOptions options() const;

  const CallSettings& call_;
  const std::string origin_;
  const std::chrono::milliseconds deadline_;
};

}  // namespace hotline::calling
