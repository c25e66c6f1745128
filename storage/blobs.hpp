#pragma once

#include "config/ids.hpp"
#include "storage/awaitable.hpp"

namespace hotline::storage {

/// Sealed files. They arrive piece by piece before their report does, belong to nobody until a report claims them in its own
/// commit (NewReport::attachments), and are removed when none does within Limits::upload_orphan_hours.
class Blobs {
 public:
  virtual ~Blobs() = default;
  /// Starts one; the handle is this upload's alone.
  virtual Awaitable<Result<std::int64_t>> begin(BlobId id, std::int64_t hour) = 0;
  /// Pieces in order, each at most Limits::blob_chunk_bytes; every piece but the last of one size.
  virtual Awaitable<Result<void>> append(std::int64_t handle, ByteVector piece) = 0;
  /// Drops an upload that ends without its report.
  virtual Awaitable<Result<void>> discard(std::int64_t handle) = 0;

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
