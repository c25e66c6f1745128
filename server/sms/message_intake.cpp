#include "server/sms/message_intake.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/padding.hpp"
#include "crypto/random.hpp"
#include "storage/sealed_file.hpp"

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
  if (events_ == nullptr) co_return stored;
  if (stored) events_->heard(place.gateway, message);
  // A notice without id or time may be a new one. To stop once too often harms less than once too little; with START it is the other way round.
  const bool may_be_new = message.id.empty() && message.time.empty() && std::ranges::find(message.flags, "opt-out") != message.flags.end();
  if (!stored && stored.error() == Errc::duplicate && may_be_new) events_->heard(place.gateway, message);
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

  auto kept = co_await store_files(message, *epoch, report);
  Result<void> stored = Result<void>();
  if (!kept) stored = kept.error();
  if (stored) stored = write_tickets(place, message, *epoch, *kept, report);
  if (stored) {
    const Asked asked = events_ != nullptr ? events_->asked(place.gateway, message) : Asked();
    crypto::SecretBuffer json = to_json(message, place.gateway, to_text(epoch->desk), report.received_hour, asked, *kept);
    stored = crypto::pad_json(json);
    if (stored) {
      Result<ByteVector> sealed = crypto::age::seal(std::span(&epoch->recipient, 1), json.reveal());
      crypto::wipe_stack();
      if (sealed) report.sealed = std::move(*sealed);
      if (!sealed) stored = sealed.error() == Errc::too_large ? make_error_code(Errc::storage_failed) : sealed.error();
    }
  }
  const bool fetches = !report.media_waiting.empty();
  const auto files = report.attachments;
  if (stored) {
    const auto added = co_await inbox_.add(std::move(report));
    if (added || added.error() == Errc::duplicate) recent_keys_.committed(key, hour);
    if (!added) stored = added.error();
  }
  if (!stored) co_await discard(files);
  if (stored && fetches && keeping_->queued) keeping_->queued(place.gateway);
  co_return stored;
}

http::Awaitable<Result<KeptMedia>> MessageIntake::store_files(const Message& message, const storage::CurrentEpoch& epoch,
                                                              storage::NewReport& report) {
  KeptMedia kept;
  const std::size_t most = keeping_ ? keeping_->limits.media_per_text_max : 0;
  for (const InlineFile& file : message.files) {
    if (kept.files.size() >= most) {
      kept.left_out = true;
      break;
    }
    auto sealed = co_await storage::SealedFile::begin(keeping_->blobs, epoch.recipient, report.received_hour, keeping_->limits);
    if (!sealed) co_return sealed.error();
    report.attachments.push_back({{}, sealed->handle()});
    const auto taken = co_await sealed->take(file.data.reveal());
    if (!taken) co_return taken.error();
    const auto stored = co_await sealed->finish();
    if (!stored) co_return stored.error();
    report.attachments.back().id = stored->id;
    kept.files.push_back({to_text(stored->id), static_cast<std::int64_t>(stored->bytes), crypto::to_hex(stored->sha256)});
  }
  co_return kept;
}

Result<void> MessageIntake::write_tickets(const IntakePlace& place, const Message& message, const storage::CurrentEpoch& epoch,
                                          KeptMedia& kept, storage::NewReport& report) const {
  if (!keeping_ || !place.fetches) return {};
  for (const Media& media : message.media) {
    if (kept.references.size() >= keeping_->limits.media_per_text_max) {
      kept.left_out = true;
      break;
    }
    MediaTicket ticket{place.gateway, epoch.desk, to_text(crypto::random_id<BlobId>()), media.url.duplicate(), media.type.duplicate()};
    auto sealed = keeping_->tickets.seal(ticket);
    if (!sealed) return sealed.error();
    report.media_waiting.push_back(std::move(*sealed));
    kept.references.push_back(std::move(ticket.reference));
  }
  return {};
}

http::Awaitable<void> MessageIntake::discard(std::vector<storage::Attachment> files) {
  for (const storage::Attachment& file : files) static_cast<void>(co_await keeping_->blobs.discard(file.handle));
}

}  // namespace hotline::sms
