#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "crypto/secret.hpp"
#include "server/http/message.hpp"
#include "server/sms/media_ticket.hpp"
#include "server/sms/message.hpp"
#include "server/sms/recent_keys.hpp"
#include "server/sms/text_events.hpp"
#include "storage/blobs.hpp"
#include "storage/current_epoch.hpp"
#include "storage/inbox.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::sms {

/// Where a text came in: a section [sms.NAME] of the settings.
struct IntakePlace {
  std::string gateway;
  std::string desk;      ///< name of the desk that gets its texts; empty: the first
  bool fetches = false;  ///< pictures that the gateway keeps may be fetched
};

/// Where the pictures of texts go.
struct MediaKeeping {
  storage::Blobs& blobs;
  MediaTickets tickets;
  const Limits& limits;
  std::function<void(std::string_view gateway)> queued;   ///< told when a text with pictures to be fetched is committed; does not wait
};

/// Seals texts to their desk's current epoch and stores each once, whichever way they came. Any thread; what it is given must outlive it.
class MessageIntake {
 public:
  /// `dedupe_key`: Stores::server_key("sms-dedupe"). `events` may be null.
  MessageIntake(storage::Inbox& inbox, storage::CurrentEpochs& epochs, crypto::LockedKey dedupe_key, const Clock& clock,
                TextEvents* events = nullptr);

  /// Before the first text. Without it no file is kept, and none is fetched.
  void keep_media(MediaKeeping keeping) { keeping_.emplace(std::move(keeping)); }

  /// Ends when the text is committed, and TextEvents::heard knows of it. Errc::duplicate: it was committed before.
  /// Errc::not_found: the desk has no current epoch. Errc::too_large: more than one sealed text can hold. Else the storage's error.
  http::Awaitable<Result<void>> take(const IntakePlace& place, const Message& message);

  /// To what a text of that desk would be sealed. Errc::not_found: nothing at present.
  http::Awaitable<Result<storage::CurrentEpoch>> epoch_for(const std::string& desk_name);

 private:
  http::Awaitable<Result<void>> store(const IntakePlace& place, const Message& message);
  /// Seals the files that came with the message; what was begun is in `report` also when it fails.
  http::Awaitable<Result<KeptMedia>> store_files(const Message& message, const storage::CurrentEpoch& epoch, storage::NewReport& report);
  /// Of the pictures to be fetched.
  Result<void> write_tickets(const IntakePlace& place, const Message& message, const storage::CurrentEpoch& epoch, KeptMedia& kept,
                             storage::NewReport& report) const;
  http::Awaitable<void> discard(std::vector<storage::Attachment> files);

  storage::Inbox& inbox_;
  storage::CurrentEpochs& epochs_;
  crypto::LockedKey dedupe_key_;
  RecentKeys recent_keys_;
  const Clock& clock_;
  TextEvents* events_;
  std::optional<MediaKeeping> keeping_;
};

}  // namespace hotline::sms
