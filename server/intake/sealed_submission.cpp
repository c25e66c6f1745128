#include "server/intake/sealed_submission.hpp"

#include "server/intake/age_opening.hpp"
#include "server/intake/parts.hpp"
#include "server/intake/uploads.hpp"

#include <algorithm>
#include <array>

namespace hotline::intake {
namespace {

constexpr std::size_t id_digits = 32;
constexpr const char* wrong_small_part = "priority is one digit from 0 to 4; epoch is the id of the desk's epoch.";
constexpr const char* wrong_upload = "upload is the id of a file that was sent to /api/v1/uploads: 32 hex digits.";
constexpr const char* same_id = "Two file parts have the same id.";

struct Single {
  std::string_view name;
  const char* twice;
};
/// Parts of which there is one at most. A second one would be added to what the first held, past what is taken of one.
constexpr std::array<Single, 3> singles{{{"report", "There are two parts named report."},
                                         {"priority", "There are two parts named priority."},
                                         {"epoch", "There are two parts named epoch."}}};

}  // namespace

http::Awaitable<Result<void>> SealedReader::read(http::Request& request) {
  sender_ = request.sender;
  text_.emplace(context_.text, sender_);
  const auto type = request.header("content-type").value_or("");
  co_return co_await read_parts(type, *request.body, [this](http::MultipartParser::Event event, const http::PartHeader& part) {
    return handle(event, part);
  });
}

http::Awaitable<Result<void>> SealedReader::handle(http::MultipartParser::Event event, const http::PartHeader& part) {
  using Kind = http::MultipartParser::Kind;
  if (event.kind == Kind::part_begin) return begin(part);
  if (event.kind == Kind::data) return data(event.data);
  return finish();
}

http::Awaitable<Result<void>> SealedReader::begin(const http::PartHeader& header) {
  part_ = Part::other;
  part_bytes_ = 0;
  upload_id_.clear();
  if (header.name == "file") co_return co_await begin_file(header);
  place_ = {};
  const auto single = std::ranges::find(singles, header.name, &Single::name);
  if (single != singles.end() && std::exchange(seen_[static_cast<std::size_t>(single - singles.begin())], true)) {
    into_.wrong = single->twice;   // the rest of the part is read and dropped
    co_return Result<void>();
  }
  if (header.name == "report") part_ = Part::report;
  if (header.name == "priority") part_ = Part::priority;
  if (header.name == "epoch") part_ = Part::epoch;
  if (header.name == "upload") part_ = Part::upload;
  co_return Result<void>();
}

bool SealedReader::has(BlobId id) const {
  return std::ranges::any_of(into_.attachments, [&](const storage::Attachment& earlier) { return earlier.id == id; });
}

http::Awaitable<Result<void>> SealedReader::begin_file(const http::PartHeader& header) {
  const auto id = header.filename ? parse_id<BlobId>(*header.filename) : std::nullopt;
  if (!id) {
    into_.wrong = "Each file part's filename is its id: 32 hex digits, as in the sealed report.";
    co_return Result<void>();
  }
  if (has(*id)) {
    into_.wrong = same_id;
    co_return Result<void>();
  }
  if (into_.attachments.size() >= context_.limits.files_max) co_return Errc::too_large;
  if (!place_.brought(0)) place_ = context_.uploads.take(sender_);
  if (!place_) co_return Errc::busy;
  auto upload = co_await storage::SealedUpload::begin(context_.stores.blobs(), *id, context_.clock.hour(), context_.limits);
  if (!upload) co_return upload.error();
  into_.attachments.push_back({*id, upload->handle()});
  upload_.emplace(std::move(*upload));
  part_ = Part::file;
  co_return Result<void>();
}

http::Awaitable<Result<void>> SealedReader::data(Bytes bytes) {
  part_bytes_ += bytes.size();
  switch (part_) {
    case Part::report:
      if (into_.report.size() + bytes.size() > sealed_report_bytes_max(context_.limits)) {
        into_.report_too_long = true;
        co_return Errc::too_large;
      }
      if (!text_->grow(into_.report.size() + bytes.size())) co_return Errc::busy;
      append(into_.report, bytes);
      break;
    case Part::priority: take_text(into_.priority, bytes, 1, wrong_small_part); break;
    case Part::epoch: take_text(into_.epoch, bytes, id_digits, wrong_small_part); break;
    case Part::upload: take_text(upload_id_, bytes, id_digits, wrong_upload); break;
    case Part::file: co_return co_await file_data(bytes);
    case Part::none:
    case Part::other: break;
  }
  co_return Result<void>();
}

http::Awaitable<Result<void>> SealedReader::file_data(Bytes bytes) {
  if (part_bytes_ > sealed_file_bytes_max(context_.limits)) co_return Errc::too_large;
  if (!place_.brought(bytes.size())) co_return Errc::busy;
  if (!fits_age_opening(part_bytes_ - bytes.size(), bytes)) {
    refuse_file();
    co_return Result<void>();
  }
  co_return co_await upload_->append(bytes);
}

http::Awaitable<Result<void>> SealedReader::finish() {
  if (part_ == Part::file && part_bytes_ < age_opening_bytes) refuse_file();
  if (part_ == Part::file) {
    const auto stored = co_await upload_->finish();
    if (!stored) co_return stored.error();
    upload_.reset();
  }
  const Part ended = std::exchange(part_, Part::none);
  if (ended == Part::upload) co_return finish_upload();
  co_return Result<void>();
}

Result<void> SealedReader::finish_upload() {
  const auto id = parse_id<BlobId>(upload_id_);
  if (!id || has(*id)) {
    into_.wrong = id ? same_id : wrong_upload;
    return {};
  }
  if (into_.attachments.size() >= context_.limits.files_max) return Errc::too_large;
  into_.attachments.push_back({*id, 0});
  return {};
}

/// The rest of the part is read and dropped.
void SealedReader::refuse_file() {
  into_.wrong = "A file part is not an age file sealed to one mlkem768x25519 recipient.";
  upload_.reset();
  place_ = {};
  part_ = Part::other;
}

void SealedReader::take_text(std::string& into, Bytes bytes, std::size_t bytes_max, const char* wrong) {
  if (into.size() + bytes.size() > bytes_max) {
    into_.wrong = wrong;
  } else {
    into.append(as_text(bytes));
  }
}

std::size_t sealed_report_bytes_max(const Limits& limits) noexcept { return limits.report_bytes_max + limits.age_header_bytes_max; }

http::Awaitable<void> discard(const ReporterContext& context, const SealedSubmission& submission) {
  for (const storage::Attachment& attachment : submission.attachments) {
    if (attachment.handle != 0) static_cast<void>(co_await context.stores.blobs().discard(attachment.handle));
  }
}

}  // namespace hotline::intake
