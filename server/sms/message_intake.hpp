#pragma once

#include "config/clock.hpp"
#include "crypto/secret.hpp"
#include "server/http/message.hpp"
#include "server/sms/message.hpp"
#include "server/sms/recent_keys.hpp"
#include "server/sms/text_events.hpp"
#include "storage/current_epoch.hpp"
#include "storage/inbox.hpp"

#include <string>

namespace hotline::sms {

/// Where a text came in: a section [sms.NAME] of the settings.
struct IntakePlace {
  std::string gateway;
  std::string desk;      ///< name of the desk that gets its texts; empty: the first
};

/// Seals texts to their desk's current epoch and stores each once, whichever way they came. Any thread; what it is given must outlive it.
class MessageIntake {
 public:
  /// `dedupe_key`: Stores::server_key("sms-dedupe"). `events` may be null.
  MessageIntake(storage::Inbox& inbox, storage::CurrentEpochs& epochs, crypto::LockedKey dedupe_key, const Clock& clock,
                TextEvents* events = nullptr);

  /// Ends when the text is committed, and TextEvents::heard knows of it. Errc::duplicate: it was committed before.
  /// Errc::not_found: the desk has no current epoch. Errc::too_large: more than one sealed text can hold. Else the storage's error.
  http::Awaitable<Result<void>> take(const IntakePlace& place, const Message& message);

  /// To what a text of that desk would be sealed. Errc::not_found: nothing at present.
  http::Awaitable<Result<storage::CurrentEpoch>> epoch_for(const std::string& desk_name);

 private:
  http::Awaitable<Result<void>> store(const IntakePlace& place, const Message& message);

  storage::Inbox& inbox_;
  storage::CurrentEpochs& epochs_;
  crypto::LockedKey dedupe_key_;
  RecentKeys recent_keys_;
  const Clock& clock_;
  TextEvents* events_;
};

}  // namespace hotline::sms
