#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/secret.hpp"
#include "server/http/message.hpp"
#include "server/intake/questionnaire.hpp"
#include "server/http/text_space.hpp"
#include "server/http/upload_slots.hpp"
#include "storage/blobs.hpp"
#include "storage/inbox.hpp"

#include <cstdint>
#include <functional>
#include <memory>
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

/// Why a form cannot be taken as it is. slow: nothing more came of it; what came of its words is there, of the last perhaps a part.
enum class Shortfall : std::uint8_t { none, slow, text_too_long, fields_too_many, files_too_many, files_too_big, busy, disk_full, not_stored };

/// What a form held, its words in wiped memory.
struct Submission {
  Answers fields;                     ///< in order; names may repeat; text cleaned
  std::vector<ReceivedFile> files;
  Shortfall shortfall = Shortfall::none;   ///< the first; the fields are there all the same, so that what was typed can be shown
  std::shared_ptr<http::TextSpace::Share> share;   ///< what its words count with; a page that gives them back takes it on
  bool whole = true;                       ///< false: it was read no further, for `shortfall`; no field and no file is in it

  /// First field of that name, trimmed of nothing; null when absent.
  const crypto::SecretBuffer* field(std::string_view name) const;
  std::vector<storage::Attachment> attachments() const;
  /// An empty file is stored beside words, which must not wait for a better one; alone it says nothing.
  std::size_t files_with_content() const;
};

/// Reads forms, urlencoded or multipart, and seals files as they stream in: never more than a chunk of one in memory.
/// Thread rule: any; each call belongs to one request.
class SubmissionReader {
 public:
  SubmissionReader(storage::Blobs& blobs, http::UploadSlots& uploads, http::TextSpace& text, const Clock& clock, const Limits& limits)
      : blobs_(blobs), uploads_(uploads), text_(text), clock_(clock), limits_(limits) {}

  /// Asked once, when the first file begins: whom files are sealed to, by the fields that came before.
  using ChooseRecipient = std::function<http::Awaitable<Result<crypto::age::Recipient>>(const Answers& so_far)>;

  /// Errc::unsupported: neither kind of form. Errc::malformed, too_large (the route's limit, or parts), closed, and timed_out where no word came: as the
  /// body. Errc::busy: more text than is taken, while others hold much too. On failure every file that was begun is discarded.
  /// What goes wrong with files or length alone is told in Submission::shortfall; files are then read and dropped. With four times the text
  /// that is taken, or more fields than any form of ours has, it reads no further.
  http::Awaitable<Result<Submission>> read(http::Request& request, ChooseRecipient choose);

  /// What the routes of such forms let in: enough that someone who chose too large a file gets an answer, and their words back,
  /// instead of a broken connection.
  static std::uint64_t body_bytes_max(const Limits& limits) { return 16 * static_cast<std::uint64_t>(limits.body_bytes_max); }

  /// Gives up the files of a submission that is not stored after all.
  http::Awaitable<void> discard(const Submission& submission);

 private:
  http::Awaitable<Result<void>> read_urlencoded(http::Request& request, Submission& into);
  http::Awaitable<Result<void>> read_multipart(http::Request& request, ChooseRecipient choose, Submission& into);

  storage::Blobs& blobs_;
  http::UploadSlots& uploads_;
  http::TextSpace& text_;
  const Clock& clock_;
  const Limits& limits_;
};

}  // namespace hotline::intake
