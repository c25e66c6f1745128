#include "storage/sealed_upload.hpp"

namespace hotline::storage {

Awaitable<Result<SealedUpload>> SealedUpload::begin(Blobs& blobs, BlobId id, std::int64_t hour,
                                                          const Limits& limits) {
  const auto handle = co_await blobs.begin(id, hour);
  if (!handle) co_return handle.error();
  co_return SealedUpload(blobs, *handle, limits.blob_chunk_bytes);
}

Awaitable<Result<void>> SealedUpload::append(Bytes sealed) {
  hotline::append(waiting_, sealed);
  std::size_t stored = 0;
  while (waiting_.size() - stored >= piece_bytes_) {
    const auto begin = waiting_.begin() + static_cast<std::ptrdiff_t>(stored);
    ByteVector piece(begin, begin + static_cast<std::ptrdiff_t>(piece_bytes_));
    const auto done = co_await blobs_->append(handle_, std::move(piece));
    if (!done) co_return done.error();
    stored += piece_bytes_;
  }
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(stored));
  co_return Result<void>();
}

Awaitable<Result<void>> SealedUpload::finish() {
  if (waiting_.empty()) co_return Result<void>();
  ByteVector piece = std::move(waiting_);
  waiting_.clear();
  co_return co_await blobs_->append(handle_, std::move(piece));
}

}  // namespace hotline::storage
