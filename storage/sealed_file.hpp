#pragma once

#include "config/limits.hpp"
#include "crypto/age_stream.hpp"
#include "crypto/hash.hpp"
#include "storage/sealed_upload.hpp"

namespace hotline::storage {

/// A file that is stored, and that no report has claimed yet.
struct StoredFile {
  BlobId id;
  std::int64_t handle = 0;
  std::uint64_t bytes = 0;          ///< of the file as it came
  ByteArray<32> sha256{};           ///< of the same
};

/// A file on its way into storage: hashed, padded by Padmé, sealed, cut into pieces while it comes in. What fails is to be discarded by its
/// handle. One thread at a time.
class SealedFile {
 public:
  static Awaitable<Result<SealedFile>> begin(Blobs& blobs, const crypto::age::Recipient& recipient, std::int64_t hour, const Limits& limits);

  Awaitable<Result<void>> take(Bytes data);
  Awaitable<Result<StoredFile>> finish();

  std::uint64_t bytes() const noexcept { return file_.bytes; }
  std::int64_t handle() const noexcept { return upload_.handle(); }

 private:
  SealedFile(crypto::age::Sealer sealer, SealedUpload upload) : sealer_(std::move(sealer)), upload_(std::move(upload)) {}
  Awaitable<Result<void>> seal(Bytes data);

  crypto::age::Sealer sealer_;
  SealedUpload upload_;
  crypto::Sha256 hash_;
  StoredFile file_;
};

}  // namespace hotline::storage
