#pragma once

#include "config/ids.hpp"
#include "storage/awaitable.hpp"

#include <optional>
#include <vector>

namespace hotline::storage {

enum class Channel : std::uint8_t { web = 1, sealed_by_browser = 2, sms = 3 };   ///< kept as the number

/// A file that was uploaded before its report: see Blobs.
struct Attachment {
  BlobId id;
  std::int64_t handle = 0;      ///< from Blobs::begin; 0: the resumable upload of that id
};

struct NewReport {
  EpochId epoch;
  Channel channel = Channel::web;
  std::uint8_t priority = 4;                        ///< 0 danger now … 4 other
  std::int64_t received_hour = 0;                   ///< hours since 1970
  ByteVector sealed;                                ///< age file; the report's id is made of it
  std::vector<Attachment> attachments;
  std::optional<ByteArray<32>> idempotency_key;     ///< a hash; kept for Limits::idempotency_hours
  std::optional<ByteArray<32>> sms_dedupe_key;      ///< a keyed hash of gateway and message id; Limits::sms_dedupe_hours
  std::vector<ByteVector> media_waiting;            ///< pictures to fetch, sealed: see MediaQueue
  std::optional<std::int64_t> media_done;           ///< the number of the WaitingMedia that this brings, and that leaves the queue;
                                                    ///< Errc::duplicate when it has left already
};

/// How far a report has come, as far as the server knows. Kept as the number.
enum class ReportState : std::uint8_t {
  new_ = 1,     ///< nobody has opened it
  seen = 2,     ///< belongs to none, or came to a closed one and waits until that is open again
  filed = 3,    ///< belongs to some case; to which is written in sealed events only
};

/// Hours after its arrival by which a person should have read a report of that priority.
constexpr std::int64_t first_read_hours(std::uint8_t priority) noexcept {
  constexpr std::int64_t hours[] = {0, 1, 8, 24, 72};
  return hours[priority < 4 ? priority : 4];
}

struct ReportRow {
  std::int64_t number = 0;                          ///< order of arrival, the cursor of list()
  ReportId id;
  EpochId epoch;
  Channel channel = Channel::web;
  std::uint8_t priority = 4;
  std::int64_t received_hour = 0;
  ByteVector sealed;
  std::vector<BlobId> attachments;
  ReportState state = ReportState::new_;
  std::int64_t due_hour = 0;                        ///< received_hour and first_read_hours
};

/// First 16 bytes of BLAKE2b-256("hotline/v1/report-id" ‖ sealed).
ReportId report_id(Bytes sealed) noexcept;

/// Reports as they arrived. Written by intake and sms, read by caseworkers' clients.
class Inbox {
 public:
  virtual ~Inbox() = default;
  /// Committed when it succeeds. Errc::duplicate: the same report, idempotency key or dedupe key is there; nothing is stored
  /// and the attachments stay unclaimed. Errc::not_found: no such epoch, or no such upload of one request. Errc::forbidden: no such
  /// resumable upload waits. Errc::malformed: one of them is not complete. Errc::busy: queue full.
  /// Errc::storage_full/storage_failed: nothing is stored.
  virtual Awaitable<Result<ReportId>> add(NewReport report) = 0;
  /// Reports of a desk with a number over `after`, oldest first, at most `count_max` (≤ 500).
  virtual Awaitable<Result<std::vector<ReportRow>>> list(DeskId desk, std::int64_t after, std::size_t count_max) = 0;
  /// Errc::not_found when there is none of that id at this desk.
  virtual Awaitable<Result<ReportRow>> get(DeskId desk, ReportId id) = 0;
  /// Those of the ids (≤ 100) that are at this desk, in the order asked for.
  virtual Awaitable<Result<std::vector<ReportRow>>> find(DeskId desk, std::vector<ReportId> ids) = 0;
  virtual Awaitable<Result<std::int64_t>> count() = 0;
};

}  // namespace hotline::storage
