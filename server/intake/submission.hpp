#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/secret.hpp"
#include "server/http/message.hpp"
#include "server/intake/questionnaire.hpp"
#include "server/intake/upload_slots.hpp"
#include "storage/blobs.hpp"
#include "storage/inbox.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::intake {

/// A file of a form: sealed and stored while it came in, waiting for its report.
struct ReceivedFile {
  BlobId id;
  std::int64_t handle = 0;
  crypto::SecretBuffer name;          ///< as the sender called it, without folders
  crypto::SecretBuffer media_type;    ///< as the sender said
  std::uint64_t bytes = 0;            ///< of the original
  ByteArray<32> sha256{};             ///< of the original
};

/// What a form held, its words in wiped memory.
struct Submission {
  Answers fields;                     ///< in order; names may repeat; text cleaned
  std::vector<ReceivedFile> files;

  /// First field of that name, trimmed of nothing; null when absent.
  const crypto::SecretBuffer* field(std::string_view name) const;
  std::vector<storage::Attachment> attachments() const;
};

/// Reads forms, urlencoded or multipart, and seals files as they stream in: never more than a chunk of one in memory.
/// Thread rule: any; each call belongs to one request.
class SubmissionReader {
 public:
  SubmissionReader(storage::Blobs& blobs, UploadSlots& uploads, const Clock& clock, const Limits& limits)
      : blobs_(blobs), uploads_(uploads), clock_(clock), limits_(limits) {}

  /// Errc::unsupported: neither kind of form. Errc::malformed, too_large, timed_out, closed: as the body. Storage's errors.
  /// Errc::busy: too many are sending files just now.
  /// On failure every file that was begun is discarded.
  http::Awaitable<Result<Submission>> read(http::Request& request, const crypto::age::Recipient& recipient);

  /// Gives up the files of a submission that is not stored after all.
  http::Awaitable<void> discard(const Submission& submission);

 private:
  http::Awaitable<Result<void>> read_urlencoded(http::Request& request, Submission& into);
  http::Awaitable<Result<void>> read_multipart(http::Request& request, const crypto::age::Recipient& recipient,
                                               Submission& into);

  storage::Blobs& blobs_;
  UploadSlots& uploads_;
  const Clock& clock_;
  const Limits& limits_;
};

}  // namespace hotline::intake
