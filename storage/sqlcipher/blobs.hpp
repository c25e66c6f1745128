#pragma once

#include "storage/blobs.hpp"
#include "storage/disk_space.hpp"
#include "storage/inbox.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// Makes uploads part of a report, in the order given. Errc::not_found: no such upload is waiting; Errc::forbidden: no such
/// resumable one is; Errc::malformed: it is not complete; Errc::corrupt: it has another id, no content, or is named twice.
Result<void> claim_blobs(Database& database, std::int64_t report, const std::vector<Attachment>& attachments);

/// Marks an upload as being removed: it can no longer be added to or claimed. False when there is none of that handle waiting.
bool doom_blob(Database& database, std::int64_t handle);
/// One bounded step of removing such an upload. True when it is gone.
bool remove_blob_step(Database& database, std::int64_t handle);

class SqlcipherBlobs final : public Blobs {
 public:
  SqlcipherBlobs(Writer& writer, Readers& readers, const Limits& limits, DiskSpace disk);
  Awaitable<Result<std::int64_t>> begin(BlobId id, std::int64_t hour) override;
  Awaitable<Result<void>> append(std::int64_t handle, ByteVector piece) override;
  Awaitable<Result<void>> discard(std::int64_t handle) override;
  Awaitable<Result<void>> begin_resumable(BlobId id, std::int64_t hour, std::uint64_t length, Room room) override;
  Awaitable<Result<Waiting>> waiting(BlobId id, std::int64_t after_hour) override;
  Awaitable<Result<void>> append_at(std::int64_t handle, std::uint64_t offset, ByteVector piece, Room room) override;
  Awaitable<Result<Size>> find(DeskId desk, ReportId report, BlobId id) override;
  Awaitable<Result<ByteVector>> piece(std::int64_t handle, std::size_t index) override;

 private:
  /// What is left of an upload that was doomed.
  Awaitable<Result<void>> remove(std::int64_t handle);

  std::uint64_t bytes_for(Room room) const noexcept { return room == Room::all ? pending_bytes_max_ : pending_bytes_max_ / 2; }

  Writer& writer_;
  Readers& readers_;
  const DiskSpace disk_;
  const std::size_t piece_bytes_max_;
  const std::uint64_t pending_bytes_max_;
};

}  // namespace hotline::storage::sqlcipher
