#include "storage/sealed_file.hpp"

#include "crypto/padding.hpp"
#include "crypto/random.hpp"

#include <algorithm>
#include <span>

namespace hotline::storage {

namespace {
constexpr std::size_t zeros_bytes = 16 * 1024;
}  // namespace

Awaitable<Result<SealedFile>> SealedFile::begin(Blobs& blobs, const crypto::age::Recipient& recipient, std::int64_t hour, const Limits& limits) {
  auto sealer = crypto::age::Sealer::create(std::span(&recipient, 1));
  if (!sealer) co_return sealer.error();
  const auto id = crypto::random_id<BlobId>();
  auto upload = co_await SealedUpload::begin(blobs, id, hour, limits);
  if (!upload) co_return upload.error();
  SealedFile file(std::move(*sealer), std::move(*upload));
  file.file_.id = id;
  file.file_.handle = file.upload_.handle();
  co_return file;
}

Awaitable<Result<void>> SealedFile::take(Bytes data) {
  file_.bytes += data.size();
  hash_.update(data);
  co_return co_await seal(data);
}

Awaitable<Result<StoredFile>> SealedFile::finish() {
  file_.sha256 = hash_.finish();
  static constexpr ByteArray<zeros_bytes> zeros{};
  for (std::uint64_t missing = crypto::padme(file_.bytes) - file_.bytes; missing > 0;) {
    const auto now = std::min<std::uint64_t>(missing, zeros.size());
    const auto padded = co_await seal(Bytes(zeros).first(static_cast<std::size_t>(now)));
    if (!padded) co_return padded.error();
    missing -= now;
  }
  ByteVector rest;
  sealer_.finish(rest);
  const auto stored = co_await upload_.append(rest);
  if (!stored) co_return stored.error();
  const auto ended = co_await upload_.finish();
  if (!ended) co_return ended.error();
  co_return file_;
}

Awaitable<Result<void>> SealedFile::seal(Bytes data) {
  ByteVector sealed;
  sealer_.update(data, sealed);
  co_return co_await upload_.append(sealed);
}

}  // namespace hotline::storage
