#pragma once

#include "config/limits.hpp"
#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "server/http/client.hpp"
#include "server/sms/gateway.hpp"
#include "server/texting/carrier.hpp"

#include <boost/asio/thread_pool.hpp>

#include <memory>
#include <string>

namespace hotline::texting {

/// Hands texts to a gateway's API by HTTP. The waiting is done on a thread of `threads`, which must outlive it.
class WebCarrier final : public Carrier {
 public:
  /// Fails with one line when the settings lack what the descriptor's [send] needs.
  static Outcome<std::unique_ptr<WebCarrier>> create(const sms::Gateway& gateway, const SmsSendSettings& settings, const Limits& limits,
                                                     boost::asio::thread_pool& threads);

  /// What the gateway's API says, asked without sending anything. Blocks for at most Limits::gateway_deadline.
  struct Checked {
    bool ok = false;
    std::string line;                  ///< what is wrong and what to do, or what could not be seen; no secret is in it
  };
  Checked check();

  http::Awaitable<sms::HandedOver> hand_over(sms::OutgoingText text) override;
  bool repeatable() const noexcept override { return rules_.repeatable; }

 private:
  WebCarrier(const sms::Gateway& gateway, const SmsSendSettings& settings, http::HttpClient client, crypto::LockedKey secret,
             crypto::LockedKey callback, boost::asio::thread_pool& threads);
  sms::HandedOver send(const sms::OutgoingText& text);

  const sms::SendRules& rules_;
  std::string origin_;
  std::string from_;
  std::string path_;                   ///< instead of the descriptor's; empty: none
  std::string account_;
  crypto::LockedKey secret_;
  crypto::LockedKey callback_;
  http::HttpClient client_;
  boost::asio::thread_pool& threads_;
};

}  // namespace hotline::texting
