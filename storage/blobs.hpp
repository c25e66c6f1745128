#pragma once

#include "config/ids.hpp"
#include "storage/awaitable.hpp"

namespace hotline::storage {

/// Sealed files. They arrive piece by piece before their report does, belong to nobody until a report claims them in its own
/// commit (NewReport::attachments), and are removed when none does within Limits::upload_orphan_hours.
/// There are two kinds: those of one request, known by their handle to that request alone, and resumable ones, which come in as many
/// requests as it takes, are found by their id, and outlive a restart.
/// Errc::storage_full, from whatever adds bytes: less than Limits::disk_reserve_bytes would be left on the disk.
class Blobs {
 public:
  virtual ~Blobs() = default;
  /// Starts one of one request; the handle is this upload's alone.
  virtual Awaitable<Result<std::int64_t>> begin(BlobId id, std::int64_t hour) = 0;
  /// Pieces in order, each at most Limits::blob_chunk_bytes; every piece but the last of one size.
  virtual Awaitable<Result<void>> append(std::int64_t handle, ByteVector piece) = 0;
  /// Drops an upload that ends without its report.
  virtual Awaitable<Result<void>> discard(std::int64_t handle) = 0;

  struct Waiting {
    std::int64_t handle = 0;
    std::uint64_t offset = 0;     ///< bytes that are committed
    std::uint64_t length = 0;     ///< bytes that it will have
    bool complete() const noexcept { return offset == length; }
  };
  /// How much of Limits::uploads_pending_bytes_max a sender may use: who has brought a great deal leaves half of it to others.
  enum class Room : std::uint8_t { all, half };
  /// Starts a resumable one that will have `length` bytes. When those that wait for their report are too many, or hold
  /// Limits::uploads_pending_bytes_max together, others of them may end: the oldest of those that have little, those begun hours ago; when none
  /// may, Errc::storage_full.
  virtual Awaitable<Result<void>> begin_resumable(BlobId id, std::int64_t hour, std::uint64_t length, Room room = Room::all) = 0;
  /// A resumable upload that was begun after `after_hour` and that no report claimed; Errc::not_found otherwise.
  virtual Awaitable<Result<Waiting>> waiting(BlobId id, std::int64_t after_hour) = 0;
  /// Adds to a resumable one; `piece` is 1 to Limits::blob_chunk_bytes long. Errc::conflict when the upload does not end at
  /// `offset`: somebody else added to it. Errc::too_large past its length. Errc::storage_full as at begin_resumable.
  virtual Awaitable<Result<void>> append_at(std::int64_t handle, std::uint64_t offset, ByteVector piece, Room room = Room::all) = 0;

  struct Size {
    std::int64_t handle = 0;
    std::uint64_t bytes = 0;
    std::size_t pieces = 0;
  };
  /// A claimed blob of that desk and report; Errc::not_found otherwise.
  virtual Awaitable<Result<Size>> find(DeskId desk, ReportId report, BlobId id) = 0;
  virtual Awaitable<Result<ByteVector>> piece(std::int64_t handle, std::size_t index) = 0;
};

}  // namespace hotline::storage
