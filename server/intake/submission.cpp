#include "server/intake/submission.hpp"

#include "crypto/age_stream.hpp"
#include "crypto/hash.hpp"
#include "crypto/padding.hpp"
#include "crypto/random.hpp"
#include "server/http/form.hpp"
#include "server/http/utf8.hpp"
#include "server/intake/parts.hpp"
#include "server/intake/sealed_upload.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace hotline::intake {
namespace {

constexpr std::size_t file_name_bytes_max = 255;
constexpr std::size_t zeros_bytes = 16 * 1024;

/// The last segment of whatever the sender calls its file, shortened.
std::string_view base_name(std::string_view name) {
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  return name.substr(0, file_name_bytes_max);
}

/// One file on its way from the form into storage: hashed, padded by Padmé, sealed, cut into pieces.
class FileIntake {
 public:
  static http::Awaitable<Result<FileIntake>> begin(storage::Blobs& blobs, std::int64_t hour, const Limits& limits,
                                                   const crypto::age::Recipient& recipient, const http::PartHeader& part) {
    auto sealer = crypto::age::Sealer::create(std::span(&recipient, 1));
    if (!sealer) co_return sealer.error();
    const auto id = crypto::random_id<BlobId>();
    auto upload = co_await SealedUpload::begin(blobs, id, hour, limits);
    if (!upload) co_return upload.error();
    FileIntake intake(std::move(*sealer), std::move(*upload));
    intake.file_.id = id;
    intake.file_.handle = intake.upload_.handle();
    intake.file_.name = http::clean_text(as_bytes(base_name(*part.filename)));
    intake.file_.media_type = http::clean_text(as_bytes(std::string_view(part.content_type).substr(0, file_name_bytes_max)));
    co_return intake;
  }

  http::Awaitable<Result<void>> take(Bytes data) {
    file_.bytes += data.size();
    hash_.update(data);
    co_return co_await seal(data);
  }

  http::Awaitable<Result<ReceivedFile>> finish() {
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
    co_return std::move(file_);
  }

  std::uint64_t bytes() const noexcept { return file_.bytes; }
  std::int64_t handle() const noexcept { return upload_.handle(); }

 private:
  FileIntake(crypto::age::Sealer sealer, SealedUpload upload) : sealer_(std::move(sealer)), upload_(std::move(upload)) {}

  http::Awaitable<Result<void>> seal(Bytes data) {
    ByteVector sealed;
    sealer_.update(data, sealed);
    co_return co_await upload_.append(sealed);
  }

  crypto::age::Sealer sealer_;
  SealedUpload upload_;
  crypto::Sha256 hash_;
  ReceivedFile file_;
};

/// Takes the parts of a form.
class FormParts {
 public:
  FormParts(storage::Blobs& blobs, UploadSlots& uploads, const Clock& clock, const Limits& limits, const crypto::age::Recipient& recipient, Submission& into)
      : blobs_(blobs), uploads_(uploads), clock_(clock), limits_(limits), recipient_(recipient), into_(into) {}

  http::Awaitable<Result<void>> handle(http::MultipartParser::Event event, const http::PartHeader& part) {
    using Kind = http::MultipartParser::Kind;
    if (event.kind == Kind::part_begin) return begin(part);
    if (event.kind == Kind::data) return data(event.data);
    return finish();
  }
  /// The upload that was under way when reading failed.
  std::optional<std::int64_t> unfinished() const { return file_ ? std::optional(file_->handle()) : std::nullopt; }

 private:
  http::Awaitable<Result<void>> begin(const http::PartHeader& part) {
    is_file_ = part.filename.has_value();
    value_.clear();
    name_ = part.name;
    if (!is_file_) {
      if (into_.fields.size() >= limits_.form_fields_max) co_return Errc::too_large;
      co_return take_text(part.name.size());
    }
    // Browsers send a nameless empty file for a field that was left alone.
    if (part.name != "file" || part.filename->empty()) co_return Result<void>();
    if (into_.files.size() >= limits_.files_max) co_return Errc::too_large;
    if (!place_) place_ = uploads_.take();
    if (!place_) co_return Errc::busy;
    auto file = co_await FileIntake::begin(blobs_, clock_.hour(), limits_, recipient_, part);
    if (!file) co_return file.error();
    file_.emplace(std::move(*file));
    co_return Result<void>();
  }

  http::Awaitable<Result<void>> data(Bytes bytes) {
    if (!is_file_) {
      const auto fits = take_text(bytes.size());
      if (fits) value_.append(bytes);
      co_return fits;
    }
    if (!file_) co_return Result<void>();
    if (file_->bytes() + bytes.size() > limits_.file_bytes_max) co_return Errc::too_large;
    co_return co_await file_->take(bytes);
  }

  http::Awaitable<Result<void>> finish() {
    if (!is_file_) {
      into_.fields.emplace_back(name_, http::clean_text(value_.reveal()));
      value_.clear();
    } else if (file_) {
      auto done = co_await file_->finish();
      if (!done) co_return done.error();
      file_.reset();
      into_.files.push_back(std::move(*done));
    }
    co_return Result<void>();
  }

  Result<void> take_text(std::size_t bytes) {
    text_bytes_ += bytes;
    if (text_bytes_ > limits_.form_bytes_max) return Errc::too_large;
    return {};
  }

  storage::Blobs& blobs_;
  UploadSlots& uploads_;
  const Clock& clock_;
  const Limits& limits_;
  const crypto::age::Recipient& recipient_;
  Submission& into_;
  bool is_file_ = false;
  std::string name_;
  crypto::SecretBuffer value_;
  std::size_t text_bytes_ = 0;
  std::optional<FileIntake> file_;
  UploadSlots::Place place_;
};

}  // namespace

const crypto::SecretBuffer* Submission::field(std::string_view name) const {
  const auto found = std::ranges::find_if(fields, [&](const auto& entry) { return entry.first == name; });
  return found != fields.end() ? &found->second : nullptr;
}

std::vector<storage::Attachment> Submission::attachments() const {
  std::vector<storage::Attachment> list;
  for (const ReceivedFile& file : files) list.push_back({file.id, file.handle});
  return list;
}

http::Awaitable<Result<Submission>> SubmissionReader::read(http::Request& request, const crypto::age::Recipient& recipient) {
  Submission submission;
  const std::string type = request.media_type();
  Result<void> read = make_error_code(Errc::unsupported);
  if (type == "application/x-www-form-urlencoded") read = co_await read_urlencoded(request, submission);
  if (type == "multipart/form-data") read = co_await read_multipart(request, recipient, submission);
  crypto::wipe_stack();
  if (!read) {
    co_await discard(submission);
    co_return read.error();
  }
  co_return submission;
}

http::Awaitable<Result<void>> SubmissionReader::read_urlencoded(http::Request& request, Submission& into) {
  http::FormParser parser(limits_.form_fields_max, limits_.form_bytes_max);
  for (;;) {
    const auto piece = co_await request.body->read_some();
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    const auto taken = parser.feed(*piece);
    if (!taken) co_return taken.error();
  }
  auto fields = parser.finish();
  if (!fields) co_return fields.error();
  for (http::FormField& field : *fields) into.fields.emplace_back(std::move(field.name), http::clean_text(field.value.reveal()));
  co_return Result<void>();
}

http::Awaitable<Result<void>> SubmissionReader::read_multipart(http::Request& request, const crypto::age::Recipient& recipient,
                                                               Submission& into) {
  FormParts parts(blobs_, uploads_, clock_, limits_, recipient, into);
  const auto type = request.header("content-type").value_or("");
  const auto read = co_await read_parts(type, *request.body, [&parts](http::MultipartParser::Event event, const http::PartHeader& part) {
    return parts.handle(event, part);
  });
  if (const auto unfinished = parts.unfinished()) static_cast<void>(co_await blobs_.discard(*unfinished));
  co_return read;
}

http::Awaitable<void> SubmissionReader::discard(const Submission& submission) {
  for (const ReceivedFile& file : submission.files) static_cast<void>(co_await blobs_.discard(file.handle));
}

}  // namespace hotline::intake
