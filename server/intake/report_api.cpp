#include "server/intake/report_api.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "server/intake/parts.hpp"
#include "crypto/answer_format.hpp"
#include "server/intake/sealed_upload.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hotline::intake {
namespace {

namespace json = boost::json;

constexpr std::size_t idempotency_header_bytes_max = 255;
constexpr std::size_t mailbox_request_bytes_max = 1024;
constexpr std::string_view age_opening = "age-encryption.org/v1\n-> mlkem768x25519 ";

http::Response unavailable() {
  auto response = http::problem_response(503, "Not received", "Nothing was stored. Send it again in a few seconds.");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

http::Response refusal(const boost::system::error_code& error, const Limits& limits) {
  if (error == Errc::too_large) {
    return http::problem_response(413, "Too large", "At most " + std::to_string(limits.files_max) + " files of " +
                                                        std::to_string(limits.file_bytes_max) + " bytes, " +
                                                        std::to_string(limits.body_bytes_max) + " bytes together.");
  }
  if (error == Errc::timed_out) return http::problem_response(408, "Too slow", "The request did not arrive in time. Send it again.");
  if (error == Errc::malformed || error == Errc::closed) {
    return http::problem_response(400, "Not understood", "The body is not complete multipart/form-data.");
  }
  if (error == Errc::unsupported) {
    return http::problem_response(415, "Wrong media type", "Send multipart/form-data with a part named report.");
  }
  return unavailable();
}

/// What a sealed report's request held.
struct SealedSubmission {
  ByteVector report;
  std::string priority;
  std::string epoch;
  std::vector<storage::Attachment> attachments;
  const char* wrong = nullptr;     ///< what to tell the client, a literal; 422
};

/// Reads the parts. Files go to storage as they come; small fields stay here.
class SealedReader {
 public:
  SealedReader(const ReporterContext& context, SealedSubmission& into) : context_(context), into_(into) {}

  http::Awaitable<Result<void>> read(http::Request& request) {
    const auto type = request.header("content-type").value_or("");
    co_return co_await read_parts(type, *request.body, [this](http::MultipartParser::Event event, const http::PartHeader& part) {
      return handle(event, part);
    });
  }

 private:
  enum class Part { none, report, file, priority, epoch, other };

  http::Awaitable<Result<void>> handle(http::MultipartParser::Event event, const http::PartHeader& part) {
    using Kind = http::MultipartParser::Kind;
    if (event.kind == Kind::part_begin) return begin(part);
    if (event.kind == Kind::data) return data(event.data);
    return finish();
  }

  http::Awaitable<Result<void>> begin(const http::PartHeader& header) {
    part_ = Part::other;
    part_bytes_ = 0;
    if (header.name == "report") part_ = Part::report;
    if (header.name == "priority") part_ = Part::priority;
    if (header.name == "epoch") part_ = Part::epoch;
    if (header.name != "file") co_return Result<void>();
    const auto id = header.filename ? parse_id<BlobId>(*header.filename) : std::nullopt;
    if (!id) {
      into_.wrong = "Each file part's filename is its id: 32 hex digits, as in the sealed report.";
      co_return Result<void>();
    }
    const auto has_this_id = [&](const storage::Attachment& earlier) { return earlier.id == *id; };
    if (std::ranges::any_of(into_.attachments, has_this_id)) {
      into_.wrong = "Two file parts have the same id.";
      co_return Result<void>();
    }
    if (into_.attachments.size() >= context_.limits.files_max) co_return Errc::too_large;
    if (!place_) place_ = context_.uploads.take();
    if (!place_) co_return Errc::busy;
    auto upload = co_await SealedUpload::begin(context_.stores.blobs(), *id, context_.clock.hour(), context_.limits);
    if (!upload) co_return upload.error();
    into_.attachments.push_back({*id, upload->handle()});
    upload_.emplace(std::move(*upload));
    part_ = Part::file;
    opening_.clear();
    co_return Result<void>();
  }

  http::Awaitable<Result<void>> data(Bytes bytes) {
    part_bytes_ += bytes.size();
    switch (part_) {
      case Part::report:
        if (part_bytes_ > context_.limits.report_bytes_max + context_.limits.age_header_bytes_max) co_return Errc::too_large;
        append(into_.report, bytes);
        break;
      case Part::priority: take_text(into_.priority, bytes, 1); break;
      case Part::epoch: take_text(into_.epoch, bytes, 32); break;
      case Part::file: {
        if (part_bytes_ > context_.limits.file_bytes_max + context_.limits.file_bytes_max / 8 + context_.limits.age_header_bytes_max) {
          co_return Errc::too_large;   // Padmé adds at most an eighth
        }
        if (opening_.size() < age_opening.size()) {
          // What is not sealed, by somebody's mistake, must not get as far as storage: its words would stay in the pages there.
          const Bytes taken = bytes.first(std::min(bytes.size(), age_opening.size() - opening_.size()));
          append(opening_, taken);
          bytes = bytes.subspan(taken.size());
          if (!age_opening.starts_with(as_text(opening_))) {
            refuse_file();
            co_return Result<void>();
          }
          if (opening_.size() < age_opening.size()) co_return Result<void>();
          const auto begun = co_await upload_->append(opening_);
          if (!begun) co_return begun.error();
        }
        co_return co_await upload_->append(bytes);
      }
      case Part::none:
      case Part::other: break;
    }
    co_return Result<void>();
  }

  http::Awaitable<Result<void>> finish() {
    if (part_ == Part::file) {
      if (opening_.size() < age_opening.size()) refuse_file();
    }
    if (part_ == Part::file) {
      const auto stored = co_await upload_->finish();
      if (!stored) co_return stored.error();
      upload_.reset();
    }
    part_ = Part::none;
    co_return Result<void>();
  }

  /// The rest of the part is read and dropped.
  void refuse_file() {
    into_.wrong = "A file part is not an age file sealed to an mlkem768x25519 recipient.";
    upload_.reset();
    part_ = Part::other;
  }

  void take_text(std::string& into, Bytes bytes, std::size_t bytes_max) {
    if (into.size() + bytes.size() > bytes_max) {
      into_.wrong = "priority is one digit from 0 to 4; epoch is the id of the desk's epoch.";
    } else {
      into.append(as_text(bytes));
    }
  }

  const ReporterContext& context_;
  SealedSubmission& into_;
  Part part_ = Part::none;
  std::uint64_t part_bytes_ = 0;
  std::optional<SealedUpload> upload_;
  ByteVector opening_;
  UploadSlots::Place place_;
};

http::Awaitable<void> discard(const ReporterContext& context, const SealedSubmission& submission) {
  for (const storage::Attachment& attachment : submission.attachments) {
    static_cast<void>(co_await context.stores.blobs().discard(attachment.handle));
  }
}

/// The first thing that is wrong with what was sent, or nothing.
const char* problem_of(const SealedSubmission& submission) {
  if (submission.wrong != nullptr) return submission.wrong;
  if (submission.report.empty()) return "The part named report is missing: an age file sealed to the desk's epoch.";
  if (!crypto::age::check_header(submission.report)) return "The report is not an age file sealed to an mlkem768x25519 recipient.";
  const std::string& priority = submission.priority;
  if (!priority.empty() && (priority.size() != 1 || priority[0] < '0' || priority[0] > '4')) return "priority is one digit from 0 to 4.";
  if (!submission.epoch.empty() && !parse_id<EpochId>(submission.epoch)) return "epoch is 32 hex digits.";
  return nullptr;
}

http::Awaitable<http::Response> receive(http::Request& request, const ReporterContext& context) {
  const auto key_header = request.header("idempotency-key");
  if (key_header && (key_header->empty() || key_header->size() > idempotency_header_bytes_max)) {
    co_return http::problem_response(422, "Wrong header", "Idempotency-Key is 1 to 255 characters.");
  }
  const auto current = co_await context.epochs.of(context.desk);
  if (!current) co_return unavailable();

  SealedSubmission submission;
  SealedReader reader(context, submission);
  const auto read = co_await reader.read(request);
  if (!read) {
    co_await discard(context, submission);
    co_return refusal(read.error(), context.limits);
  }
  if (const char* problem = problem_of(submission)) {
    co_await discard(context, submission);
    co_return http::problem_response(422, "Not taken", problem);
  }

  storage::NewReport report;
  report.epoch = submission.epoch.empty() ? current->epoch : *parse_id<EpochId>(submission.epoch);
  report.channel = storage::Channel::sealed_by_browser;
  report.priority = submission.priority.empty() ? 4 : static_cast<std::uint8_t>(submission.priority[0] - '0');
  report.received_hour = context.clock.hour();
  report.sealed = std::move(submission.report);
  report.attachments = submission.attachments;
  if (key_header) report.idempotency_key = crypto::blake2b({as_bytes("hotline/v1/idempotency-key"), as_bytes(*key_header)});
  const auto stored = co_await context.stores.inbox().add(std::move(report));
  if (!stored) {
    co_await discard(context, submission);
    if (stored.error() == Errc::not_found) co_return http::problem_response(422, "Not taken", "The desk has no such epoch.");
    if (stored.error() != Errc::duplicate) co_return unavailable();
  }
  co_return http::json_response(201, R"({"received":true})");
}

http::Awaitable<http::Response> desk(const ReporterContext& context) {
  const auto current = co_await context.epochs.of(context.desk);
  if (!current) co_return unavailable();
  const auto desks = co_await context.epochs.desks();
  if (!desks) co_return unavailable();
  const auto found = std::ranges::find_if(*desks, [&](const auto& entry) { return entry.id == context.desk; });
  if (found == desks->end()) co_return unavailable();
  const storage::Epoch& epoch = current->record;
  const json::object answer{
      {"id", to_text(found->id)},
      {"name", found->name},
      {"desk_key", crypto::to_base64(found->desk_key, crypto::Base64::url_unpadded)},
      {"epoch",
       {{"id", to_text(epoch.id)},
        {"recipient", current->recipient.to_text()},
        {"not_before", epoch.not_before},
        {"not_after", epoch.not_after},
        {"signature", crypto::to_base64(epoch.signature, crypto::Base64::url_unpadded)}}}};
  co_return http::json_response(200, json::serialize(answer));
}

/// Exactly eight tags of 16 bytes: everyone asks alike.
Result<std::vector<storage::Tag>> tags_of(std::string_view body) {
  boost::system::error_code error;
  const json::value value = json::parse(body, error);
  if (error || !value.is_object()) return Errc::malformed;
  const json::value* list = value.get_object().if_contains("tags");
  if (list == nullptr || !list->is_array() || list->get_array().size() != crypto::answer_window) return Errc::malformed;
  std::vector<storage::Tag> tags;
  for (const json::value& entry : list->get_array()) {
    if (!entry.is_string()) return Errc::malformed;
    const auto bytes = crypto::from_base64(std::string_view(entry.get_string()), crypto::Base64::url_unpadded);
    if (!bytes || bytes->size() != storage::Tag().size()) return Errc::malformed;
    tags.push_back(to_array<16>(std::span<const Byte, 16>(bytes->data(), 16)));
  }
  return tags;
}

http::Awaitable<http::Response> mailbox(http::Request& request, const ReporterContext& context, const ByteVector& filler) {
  const auto body = co_await http::read_all(*request.body, mailbox_request_bytes_max);
  if (!body) co_return refusal(body.error(), context.limits);
  auto tags = tags_of(body->reveal_text());
  if (!tags) co_return http::problem_response(422, "Not understood", "Send {\"tags\":[…]} with eight tags of 16 bytes, base64url.");
  auto answers = co_await context.stores.mailboxes().get(std::move(*tags));
  if (!answers) co_return unavailable();
  if (answers->empty()) {
    // The same size as one answer: who watches the line does not learn whether there was any.
    storage::Answer stand_in{.sealed = filler};
    crypto::random_bytes(stand_in.tag);
    answers->push_back(std::move(stand_in));
  }
  json::array list;
  for (const storage::Answer& answer : *answers) {
    list.push_back({{"tag", crypto::to_base64(answer.tag, crypto::Base64::url_unpadded)},
                    {"sealed", crypto::to_base64(answer.sealed, crypto::Base64::url_unpadded)}});
  }
  co_return http::json_response(200, json::serialize(json::object{{"answers", std::move(list)}}));
}

}  // namespace

Result<void> add_report_api_routes(http::Router& router, const ReporterContext& context) {
  const auto filler = crypto::make_filler();
  if (!filler) return filler.error();
  router.add(http::Method::get, "/api/v1/desk", {}, [&context](http::Request&) { return desk(context); });
  router.add(http::Method::post, "/api/v1/reports", {.body_bytes_max = context.limits.body_bytes_max},
             [&context](http::Request& request) { return receive(request, context); });
  router.add(http::Method::post, "/api/v1/mailbox", {.body_bytes_max = mailbox_request_bytes_max},
             [&context, filler = *filler](http::Request& request) { return mailbox(request, context, filler); });
  return {};
}

}  // namespace hotline::intake
