#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "config/settings.hpp"
#include "server/console/texting.hpp"
#include "server/conversation/conversations.hpp"
#include "server/http/io_pool.hpp"
#include "server/sms/gateways.hpp"
#include "server/sms/text_events.hpp"
#include "server/texting/leftovers.hpp"
#include "server/texting/operator_links.hpp"
#include "server/texting/outbox_runner.hpp"
#include "storage/stores.hpp"

#include <boost/asio/thread_pool.hpp>

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::texting {

/// The way out for texts: takes orders from the console, hands them to gateways, and records what has become of them.
/// `stores`, `gateways`, `links`, `clock` and `limits` outlive it; stop() before the stores stop.
class Texting final : public console::Texting, public sms::TextEvents {
 public:
  /// Fails with one line when a [sms.NAME.send] lacks something. What an earlier process left waiting becomes "not sent".
  static Outcome<std::unique_ptr<Texting>> create(const std::vector<SmsSettings>& settings, const sms::Gateways& gateways,
                                                  const OperatorLinks& links, storage::Stores& stores, const Clock& clock, const Limits& limits);
  ~Texting() override;

  /// From now on texts are answered by the server itself, by each gateway as its settings say and where texts can leave at all. Before
  /// anything is heard. `clock` outlives it.
  void answer_texts(const std::vector<SmsSettings>& settings, std::unique_ptr<conversation::Conversations> conversations, const Clock& clock);

  std::vector<console::TextGateway> gateways() const override { return shown_; }
  http::Awaitable<Result<void>> order(console::TextOrder order) override;
  http::Awaitable<Result<void>> cancel(TextId id) override;

  sms::Asked asked(std::string_view gateway, const sms::Message& message) const override;
  void heard(std::string_view gateway, const sms::Message& message) override;
  http::Awaitable<Result<void>> reported(std::string_view gateway, const sms::DeliveryReport& report) override;

  void stop();

 private:
  Texting(const Clock& clock, const Limits& limits);
  Outcome<std::unique_ptr<Carrier>> carrier_for(const SmsSettings& one, const sms::Gateways& gateways, const OperatorLinks& links,
                                                const Limits& limits);

  AutomaticTexts mode_of(std::string_view gateway) const;

  std::mutex hearing_;                 ///< what is decided of two texts reaches the outbox in the order of deciding
  boost::asio::thread_pool threads_;   ///< where requests to gateways wait
  http::IoPool pool_;                  ///< one thread, on which the outbox runs
  Silenced silenced_;
  std::vector<console::TextGateway> shown_;
  std::unique_ptr<Leftovers> leftovers_;
  std::unique_ptr<OutboxRunner> runner_;
  std::map<std::string, AutomaticTexts, std::less<>> modes_;   ///< of gateways that can send
  std::unique_ptr<conversation::Conversations> conversations_;
  const Clock* clock_ = nullptr;       ///< set with `conversations_`
};

}  // namespace hotline::texting
