#include "server/intake/submission.hpp"

#include "server/http/form.hpp"
#include "server/http/utf8.hpp"
#include "server/intake/parts.hpp"
#include "storage/sealed_file.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace hotline::intake {
namespace {

constexpr std::size_t file_name_bytes_max = 255;
constexpr std::size_t kept_text_factor = 4;

/// The last segment of whatever the sender calls its file, shortened.
std::string_view base_name(std::string_view name) {
  const auto slash = name.find_last_of("/\\");
  if (slash != std::string_view::npos) name.remove_prefix(slash + 1);
  if (name.empty() || name == "." || name == "..") return "file";
  return name.substr(0, file_name_bytes_max);
}

/// One file on its way from the form into storage.
class FileIntake {
 public:
  static http::Awaitable<Result<FileIntake>> begin(storage::Blobs& blobs, std::int64_t hour, const Limits& limits,
                                                   const crypto::age::Recipient& recipient, const http::PartHeader& part) {
    auto sealed = co_await storage::SealedFile::begin(blobs, recipient, hour, limits);
    if (!sealed) co_return sealed.error();
    FileIntake intake(std::move(*sealed));
    intake.name_ = http::clean_text(as_bytes(base_name(*part.filename)));
    intake.media_type_ = http::clean_text(as_bytes(std::string_view(part.content_type).substr(0, file_name_bytes_max)));
    co_return intake;
  }

  http::Awaitable<Result<void>> take(Bytes data) { return sealed_.take(data); }

  http::Awaitable<Result<ReceivedFile>> finish() {
    const auto stored = co_await sealed_.finish();
    if (!stored) co_return stored.error();
    ReceivedFile file;
    file.id = stored->id;
    file.handle = stored->handle;
    file.name = std::move(name_);
    file.media_type = std::move(media_type_);
    file.bytes = stored->bytes;
    file.sha256 = stored->sha256;
    co_return file;
  }

  std::int64_t handle() const noexcept { return sealed_.handle(); }

 private:
  explicit FileIntake(storage::SealedFile sealed) : sealed_(std::move(sealed)) {}

  storage::SealedFile sealed_;
  crypto::SecretBuffer name_;
  crypto::SecretBuffer media_type_;
};

/// What of an error in storing a file is told to its sender.
Shortfall shortfall_of(const boost::system::error_code& error) {
  if (error == Errc::busy) return Shortfall::busy;
  return error == Errc::storage_full ? Shortfall::disk_full : Shortfall::not_stored;
}

/// Takes the parts of a form. What cannot be taken of a file is noted, and the rest of the form read on.
class FormParts {
 public:
  FormParts(storage::Blobs& blobs, http::UploadSlots& uploads, std::uint64_t sender, const Clock& clock,
            const Limits& limits, SubmissionReader::ChooseRecipient choose, Submission& into)
      : blobs_(blobs), uploads_(uploads), sender_(sender), clock_(clock), limits_(limits), choose_(std::move(choose)), into_(into) {}

  http::Awaitable<Result<void>> handle(http::MultipartParser::Event event, const http::PartHeader& part) {
    using Kind = http::MultipartParser::Kind;
    if (event.kind == Kind::part_begin) return begin(part);
    if (event.kind == Kind::data) return data(event.data);
    return finish();
  }
  /// What has come of the field that was under way when reading failed.
  void keep_begun() {
    if (under_way_ && !is_file_) into_.fields.emplace_back(name_, http::clean_text(value_.reveal()));
    under_way_ = false;
  }
  /// The upload that was under way when reading failed.
  std::optional<std::int64_t> unfinished() const { return file_ ? std::optional(file_->handle()) : std::nullopt; }

 private:
  http::Awaitable<Result<void>> begin(const http::PartHeader& part) {
    under_way_ = true;
    is_file_ = part.filename.has_value();
    value_.clear();
    name_ = part.name;
    if (!is_file_) {
      place_ = {};   // words need none
      if (into_.fields.size() >= limits_.form_fields_max) co_return give_up(Shortfall::fields_too_many);
      co_return take_text(part.name.size());
    }
    file_bytes_ = 0;
    // Browsers send a nameless empty file for a field that was left alone.
    is_ours_ = part.name == "file" && !part.filename->empty();
    if (!is_ours_) co_return Result<void>();
    if (++files_ > limits_.files_max) note(Shortfall::files_too_many);
    if (into_.shortfall != Shortfall::none) co_return Result<void>();
    if (!place_.brought(0)) place_ = uploads_.take(sender_);
    if (!place_) {
      note(Shortfall::busy);
      co_return Result<void>();
    }
    co_return co_await open(part);
  }

  http::Awaitable<Result<void>> open(const http::PartHeader& part) {
    if (!recipient_) {
      auto recipient = co_await choose_(into_.fields);
      if (!recipient) {
        note(shortfall_of(recipient.error()));
        co_return Result<void>();
      }
      recipient_.emplace(std::move(*recipient));
    }
    auto file = co_await FileIntake::begin(blobs_, clock_.hour(), limits_, *recipient_, part);
    if (file) {
      file_.emplace(std::move(*file));
    } else {
      note(shortfall_of(file.error()));
    }
    co_return Result<void>();
  }

  http::Awaitable<Result<void>> data(Bytes bytes) {
    if (!is_file_) {
      const auto fits = take_text(bytes.size());
      if (fits) value_.append(bytes);
      co_return fits;
    }
    file_bytes_ += bytes.size();
    all_bytes_ += bytes.size();
    if (!file_) co_return Result<void>();
    Result<void> taken = make_error_code(Errc::too_large);
    if (!place_.brought(bytes.size())) {
      note(Shortfall::busy);
    } else if (file_bytes_ <= limits_.file_bytes_max && all_bytes_ <= limits_.body_bytes_max) {
      taken = co_await file_->take(bytes);
      if (taken) co_return taken;
      note(shortfall_of(taken.error()));
    } else {
      note(Shortfall::files_too_big);
    }
    co_await drop();
    co_return Result<void>();
  }

  http::Awaitable<Result<void>> finish() {
    under_way_ = false;
    if (!is_file_) {
      into_.fields.emplace_back(name_, http::clean_text(value_.reveal()));
      value_.clear();
      co_return Result<void>();
    }
    if (!file_) co_return Result<void>();
    auto done = co_await file_->finish();
    if (done) {
      file_.reset();
      into_.files.push_back(std::move(*done));
    } else {
      note(shortfall_of(done.error()));
      co_await drop();
    }
    co_return Result<void>();
  }

  http::Awaitable<void> drop() {
    const std::int64_t handle = file_->handle();
    file_.reset();
    static_cast<void>(co_await blobs_.discard(handle));
  }

  /// From here on files are read and dropped, which takes no place.
  void note(Shortfall shortfall) {
    place_ = {};
    if (into_.shortfall == Shortfall::none) into_.shortfall = shortfall;
  }

  Errc give_up(Shortfall shortfall) {
    into_.shortfall = shortfall;
    into_.whole = false;
    return Errc::too_large;
  }

  /// Somewhat more than is taken is kept, so that it can be given back to be shortened.
  Result<void> take_text(std::size_t bytes) {
    text_bytes_ += bytes;
    if (text_bytes_ > limits_.form_bytes_max) note(Shortfall::text_too_long);
    if (text_bytes_ > kept_text_factor * limits_.form_bytes_max) return give_up(Shortfall::text_too_long);
    if (!into_.share->grow(text_bytes_)) return Errc::busy;
    return {};
  }

  storage::Blobs& blobs_;
  http::UploadSlots& uploads_;
  const std::uint64_t sender_;
  const Clock& clock_;
  const Limits& limits_;
  SubmissionReader::ChooseRecipient choose_;
  Submission& into_;
  bool under_way_ = false;
  bool is_file_ = false;
  bool is_ours_ = false;
  std::string name_;
  crypto::SecretBuffer value_;
  std::size_t text_bytes_ = 0;
  std::size_t files_ = 0;
  std::uint64_t file_bytes_ = 0;
  std::uint64_t all_bytes_ = 0;
  std::optional<crypto::age::Recipient> recipient_;
  std::optional<FileIntake> file_;
  http::UploadSlots::Place place_;
};

}  // namespace

const crypto::SecretBuffer* Submission::field(std::string_view name) const {
  const auto found = std::ranges::find_if(fields, [&](const auto& entry) { return entry.first == name; });
  return found != fields.end() ? &found->second : nullptr;
}

std::size_t Submission::files_with_content() const {
  return static_cast<std::size_t>(std::ranges::count_if(files, [](const ReceivedFile& file) { return file.bytes > 0; }));
}

std::vector<storage::Attachment> Submission::attachments() const {
  std::vector<storage::Attachment> list;
  for (const ReceivedFile& file : files) list.push_back({file.id, file.handle});
  return list;
}

http::Awaitable<Result<Submission>> SubmissionReader::read(http::Request& request, ChooseRecipient choose) {
  Submission submission;
  submission.share = std::make_shared<http::TextSpace::Share>(text_, request.sender);
  const std::string type = request.media_type();
  Result<void> read = make_error_code(Errc::unsupported);
  if (type == "application/x-www-form-urlencoded") read = co_await read_urlencoded(request, submission);
  if (type == "multipart/form-data") read = co_await read_multipart(request, std::move(choose), submission);
  crypto::wipe_stack();
  if (!read) {
    co_await discard(submission);
    submission.files.clear();
    const bool slow = read.error() == Errc::timed_out && !submission.fields.empty();
    if (submission.whole && !slow) co_return read.error();
    if (slow) {
      submission.shortfall = Shortfall::slow;
    } else {
      submission.fields.clear();
    }
  }
  co_return submission;
}

http::Awaitable<Result<void>> SubmissionReader::read_urlencoded(http::Request& request, Submission& into) {
  const std::size_t text_bytes_max = kept_text_factor * limits_.form_bytes_max;
  http::FormParser parser(limits_.form_fields_max, text_bytes_max);
  for (;;) {
    const auto piece = co_await request.body->read_some();
    if (!piece) co_return piece.error();
    if (piece->empty()) break;
    const auto taken = parser.feed(*piece);
    if (!taken && taken.error() == Errc::too_large) {
      into.whole = false;
      into.shortfall = parser.bytes() < text_bytes_max ? Shortfall::fields_too_many : Shortfall::text_too_long;
    }
    if (!taken) co_return taken.error();
    if (!into.share->grow(parser.bytes())) co_return Errc::busy;
  }
  auto fields = parser.finish();
  if (!fields) co_return fields.error();
  std::size_t text_bytes = 0;
  for (http::FormField& field : *fields) {
    text_bytes += field.name.size() + field.value.size();
    into.fields.emplace_back(std::move(field.name), http::clean_text(field.value.reveal()));
  }
  if (text_bytes > limits_.form_bytes_max) into.shortfall = Shortfall::text_too_long;
  co_return Result<void>();
}

http::Awaitable<Result<void>> SubmissionReader::read_multipart(http::Request& request, ChooseRecipient choose, Submission& into) {
  FormParts parts(blobs_, uploads_, request.sender, clock_, limits_, std::move(choose), into);
  const auto type = request.header("content-type").value_or("");
  const auto read = co_await read_parts(type, *request.body, [&parts](http::MultipartParser::Event event, const http::PartHeader& part) {
    return parts.handle(event, part);
  });
  if (!read && read.error() == Errc::timed_out) parts.keep_begun();
  if (const auto unfinished = parts.unfinished()) static_cast<void>(co_await blobs_.discard(*unfinished));
  co_return read;
}

http::Awaitable<void> SubmissionReader::discard(const Submission& submission) {
  for (const ReceivedFile& file : submission.files) static_cast<void>(co_await blobs_.discard(file.handle));
}

}  // namespace hotline::intake
