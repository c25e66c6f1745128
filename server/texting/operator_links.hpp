#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "config/settings.hpp"
#include "server/http/io_pool.hpp"
#include "server/smpp/client.hpp"
#include "server/sms/message_intake.hpp"
#include "server/sms/text_events.hpp"
#include "storage/desks.hpp"

#include <condition_variable>
#include <cstddef>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::texting {

/// The links to operators' message centres: every [sms.NAME.smpp] of the settings. What comes in goes to the intake, receipts to whoever
/// keeps the outbox, and the operator is answered after that. All links live on one thread of their own.
class OperatorLinks {
 public:
  /// Fails with one line when a section cannot be meant. `clock` and `limits` outlive it.
  static Outcome<std::unique_ptr<OperatorLinks>> create(const std::vector<SmsSettings>& settings, const Clock& clock, const Limits& limits);
  ~OperatorLinks();
  OperatorLinks(const OperatorLinks&) = delete;
  OperatorLinks& operator=(const OperatorLinks&) = delete;

  /// Fails with one line when a section's desk is not among these.
  Outcome<void> check_desks(const std::vector<storage::Desk>& desks) const;
  /// Null when there is no such section. For as long as this lives.
  smpp::Client* find(std::string_view name) const noexcept;

  /// Connects. Once. Both outlive stop_taking().
  void start(sms::MessageIntake& intake, sms::TextEvents& events);
  /// From here on whatever an operator brings is asked for again later. Returns when all that had come before is answered; texts can
  /// still be handed over. Not from the links' thread.
  void stop_taking();
  /// Unbinds, and returns when every link has ended. Not from the links' thread; may be called twice.
  void stop();

 private:
  struct One {
    sms::IntakePlace place;
    std::unique_ptr<smpp::Client> client;
  };
  class Taking;

  OperatorLinks();
  http::Awaitable<Result<void>> deliver(const sms::IntakePlace& place, sms::Message message);
  http::Awaitable<Result<void>> report(const sms::IntakePlace& place, smpp::Receipt receipt);

  http::IoPool pool_;
  std::map<std::string, One, std::less<>> links_;    ///< never changed after create()
  sms::MessageIntake* intake_ = nullptr;
  sms::TextEvents* events_ = nullptr;
  std::optional<std::latch> ended_;                  ///< of all links, once started
  std::mutex mutex_;
  std::condition_variable idle_;
  std::size_t taking_ = 0;
  bool closing_ = false;
};

}  // namespace hotline::texting
