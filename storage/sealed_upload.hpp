#pragma once

#include "config/limits.hpp"
#include "storage/blobs.hpp"

namespace hotline::storage {

/// Cuts a sealed file into stored pieces while it comes in.
class SealedUpload {
 public:
  static Awaitable<Result<SealedUpload>> begin(Blobs& blobs, BlobId id, std::int64_t hour, const Limits& limits);

  /// Takes what was sealed so far; full pieces are stored, the rest waits.
  Awaitable<Result<void>> append(Bytes sealed);
  /// Stores what is left.
  Awaitable<Result<void>> finish();
  std::int64_t handle() const noexcept { return handle_; }

 private:
  SealedUpload(Blobs& blobs, std::int64_t handle, std::size_t piece_bytes)
      : blobs_(&blobs), handle_(handle), piece_bytes_(piece_bytes) {}

  Blobs* blobs_;
  std::int64_t handle_;
  std::size_t piece_bytes_;
  ByteVector waiting_;
};

}  // namespace hotline::storage
