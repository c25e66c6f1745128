#pragma once

#include "config/clock.hpp"
#include "config/error.hpp"
#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "server/sms/message.hpp"
#include "server/smpp/receipt.hpp"
#include "server/smpp/send_result.hpp"
#include "server/smpp/session.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <openssl/ssl.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

namespace hotline::smpp {

/// Who is told. Awaited on the client's io_context, several at the same time. What is delivered is answered after it: success and
/// Errc::duplicate with ESME_ROK, any other error (and an exception) with ESME_RX_T_APPN, so that the operator brings it again.
struct ClientHooks {
  std::function<boost::asio::awaitable<Result<void>>(sms::Message)> deliver;
  /// May be empty. Errc::not_found, a report about nothing that we know, is taken as told.
  std::function<boost::asio::awaitable<Result<void>>(Receipt)> report;
};

struct ClientOptions {
  SessionLimits session{};
  std::chrono::milliseconds connect_within = std::chrono::seconds(20);
  std::chrono::milliseconds pause_min = std::chrono::seconds(1);     ///< before the second connection; then each wait is twice the last
  std::chrono::milliseconds pause_max = std::chrono::seconds(60);
  std::chrono::milliseconds stop_within = std::chrono::seconds(3);   ///< for what is being delivered
  /// Before a later part of a text is given again to an operator that had too much; the first part waits in the outbox.
  std::vector<std::chrono::milliseconds> part_pauses{std::chrono::seconds(1), std::chrono::seconds(2), std::chrono::seconds(4)};
  std::shared_ptr<SSL_CTX> tls{};                                    ///< instead of one with the system's certificates
};

/// A link to an operator's message centre that is kept up: connects, binds as transceiver, asks whether it still stands, connects again.
class Client {
 public:
  /// `region`: the country whose national numbers are meant (SmsSettings::region). `clock` must outlive it. Fails with one line when the
  /// settings cannot be meant.
  static Outcome<std::unique_ptr<Client>> create(boost::asio::io_context& context, const SmppSettings& settings, std::string_view region,
                                                 ClientHooks hooks, const Clock& clock, ClientOptions options = {});
  ~Client();

  /// Keeps the link up until stop(); ends when everything that was begun has ended. Once, on the client's io_context.
  boost::asio::awaitable<void> run();
  /// Lets what is being delivered be answered, unbinds, and lets run() end. Any thread; returns at once.
  void stop();
  /// Any thread.
  bool bound() const noexcept;

  /// Sends a text in as many parts as it needs and waits for the operator's answers; delivery reports are asked for. Does not fail: what
  /// goes wrong is in the result. Several at a time; awaited on any io_context while run() has not ended. A text that is given again has the
  /// same reference in its parts, so that a phone joins them with those it has.
  boost::asio::awaitable<SendResult> submit(crypto::SecretBuffer to, crypto::SecretBuffer from, crypto::SecretBuffer text);

 private:
  struct Parts;
  explicit Client(std::shared_ptr<Parts> parts);
  std::shared_ptr<Parts> parts_;
};

}  // namespace hotline::smpp
