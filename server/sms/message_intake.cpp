#include "server/sms/message_intake.hpp"

#include "crypto/age.hpp"
#include "crypto/hash.hpp"
#include "crypto/padding.hpp"

#include <algorithm>
#include <span>

namespace hotline::sms {

namespace {

/// 40 bytes each. A gateway tries again within minutes, and few hotlines get so many texts in an hour.
constexpr std::size_t recent_keys_max = 8192;

}  // namespace

MessageIntake::MessageIntake(storage::Inbox& inbox, storage::CurrentEpochs& epochs, crypto::LockedKey dedupe_key, const Clock& clock,
                             TextEvents* events)
    : inbox_(inbox), epochs_(epochs), dedupe_key_(std::move(dedupe_key)), recent_keys_(recent_keys_max), clock_(clock), events_(events) {}

http::Awaitable<Result<void>> MessageIntake::take(const IntakePlace& place, const Message& message) {
  const Result<void> stored = co_await store(place, message);
  if (stored && events_ != nullptr) events_->heard(place.gateway, message);
  co_return stored;
}

http::Awaitable<Result<storage::CurrentEpoch>> MessageIntake::epoch_for(const std::string& desk_name) {
  const auto desks = co_await epochs_.desks();
  if (!desks) co_return desks.error();
  const auto desk =
      std::find_if(desks->begin(), desks->end(), [&](const storage::Desk& one) { return desk_name.empty() || one.name == desk_name; });
  if (desk == desks->end()) co_return Errc::not_found;
  co_return co_await epochs_.of(desk->id);
}

http::Awaitable<Result<void>> MessageIntake::store(const IntakePlace& place, const Message& message) {
  const std::int64_t hour = clock_.hour();
  static constexpr Byte separator = 0;
  const RecentKeys::Key key =
      crypto::keyed_blake2b(dedupe_key_.reveal(), {as_bytes(place.gateway), Bytes(&separator, 1), message.dedupe.reveal()});
  if (recent_keys_.holds(key, hour)) co_return Errc::duplicate;

  const auto epoch = co_await epoch_for(place.desk);
  if (!epoch) co_return epoch.error();

  storage::NewReport report;
  report.epoch = epoch->epoch;
  report.channel = storage::Channel::sms;
  report.priority = priority_of(message.text.reveal_text());
  report.received_hour = hour;
  report.sms_dedupe_key = key;

  const Asked asked = events_ != nullptr ? events_->asked(place.gateway, message) : Asked();
  crypto::SecretBuffer json = to_json(message, place.gateway, to_text(epoch->desk), report.received_hour, asked);
  if (const Result<void> padded = crypto::pad_json(json); !padded) co_return padded.error();
  Result<ByteVector> sealed = crypto::age::seal(std::span(&epoch->recipient, 1), json.reveal());
  crypto::wipe_stack();
  if (!sealed) co_return sealed.error() == Errc::too_large ? make_error_code(Errc::storage_failed) : sealed.error();
  report.sealed = std::move(*sealed);

  const auto added = co_await inbox_.add(std::move(report));
  if (added || added.error() == Errc::duplicate) recent_keys_.committed(key, hour);
  if (!added) co_return added.error();
  co_return Result<void>();
}

}  // namespace hotline::sms
