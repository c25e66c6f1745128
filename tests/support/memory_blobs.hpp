#pragma once

#include "storage/blobs.hpp"

#include <map>
#include <optional>

namespace hotline::test {

/// Keeps pieces, and may fail at one.
class MemoryBlobs final : public storage::Blobs {
 public:
  storage::Awaitable<Result<std::int64_t>> begin(BlobId id, std::int64_t) override {
    ids[++last] = id;
    co_return last;
  }
  storage::Awaitable<Result<void>> append(std::int64_t handle, ByteVector piece) override {
    if (failure && last > 1) co_return *failure;
    hotline::append(files[handle], piece);
    co_return Result<void>();
  }
  storage::Awaitable<Result<void>> discard(std::int64_t handle) override {
    files.erase(handle);
    ids.erase(handle);
    co_return Result<void>();
  }
  storage::Awaitable<Result<void>> begin_resumable(BlobId, std::int64_t, std::uint64_t, Room) override { co_return Errc::forbidden; }
  storage::Awaitable<Result<Waiting>> waiting(BlobId, std::int64_t) override { co_return Errc::not_found; }
  storage::Awaitable<Result<void>> append_at(std::int64_t, std::uint64_t, ByteVector, Room) override { co_return Errc::not_found; }
  storage::Awaitable<Result<Size>> find(DeskId, ReportId, BlobId) override { co_return Errc::not_found; }
  storage::Awaitable<Result<ByteVector>> piece(std::int64_t, std::size_t) override { co_return Errc::not_found; }

  std::int64_t last = 0;
  std::map<std::int64_t, BlobId> ids;
  std::map<std::int64_t, ByteVector> files;
  std::optional<Errc> failure;   ///< of the second file on
};

}  // namespace hotline::test
