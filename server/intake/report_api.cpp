#include "server/intake/report_api.hpp"

#include "crypto/age.hpp"
#include "crypto/answer_format.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "server/http/too_large.hpp"
#include "server/intake/age_opening.hpp"
#include "server/intake/sealed_submission.hpp"

#include <boost/json.hpp>

#include <algorithm>

namespace hotline::intake {
namespace {

namespace json = boost::json;

/// All strangers share one space of keys: a short one may be another's, whose report is there, and this one would be lost.
constexpr std::size_t idempotency_header_bytes_min = 16;
constexpr std::size_t idempotency_header_bytes_max = 255;
constexpr std::size_t mailbox_request_bytes_max = 1024;

http::Response unavailable() {
  auto response = http::problem_response(503, "Not received", "Nothing was stored. Send it again in a few seconds.");
  response.headers.emplace_back("Retry-After", "5");
  return response;
}

http::Response refusal(const boost::system::error_code& error, const Limits& limits, bool report_too_long = false) {
  if (error == Errc::too_large && report_too_long) {
    return http::problem_response(413, "Too large", "The part named report has at most " + std::to_string(sealed_report_bytes_max(limits)) + " bytes.");
  }
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
  if (error == Errc::storage_full) {
    auto response = http::problem_response(503, "No room for files", "Nothing was stored. A report without files is taken all the same.");
    response.headers.emplace_back("Retry-After", "60");
    return response;
  }
  return unavailable();
}

/// Of a report that was read but not stored.
http::Response not_stored(const boost::system::error_code& error) {
  if (error == Errc::not_found) return http::problem_response(422, "Not taken", "The desk has no such epoch.");
  if (error == Errc::malformed) return http::problem_response(422, "Not taken", "An upload is not complete. Ask for its Upload-Offset and send the rest.");
  if (error == Errc::forbidden) return http::problem_response(422, "No such upload", "No upload of that id is waiting. Send the file again.");
  return unavailable();
}

/// Whether the files that came before are more than one report may hold; sealed, each is a little longer than it was.
http::Awaitable<bool> too_much(const ReporterContext& context, const SealedSubmission& submission) {
  std::uint64_t bytes = 0;
  std::uint64_t bytes_max = context.limits.body_bytes_max + context.limits.body_bytes_max / 8;
  for (const storage::Attachment& attachment : submission.attachments) {
    if (attachment.handle != 0) continue;
    bytes_max += context.limits.age_header_bytes_max;
    // One that is not there: the commit tells whether that is wrong, or the report was stored before.
    const auto upload = co_await context.stores.blobs().waiting(attachment.id, 0);
    if (upload) bytes += upload->length;
  }
  co_return bytes > bytes_max;
}

/// The first thing that is wrong with what was sent, or nothing.
const char* problem_of(const SealedSubmission& submission) {
  if (submission.wrong != nullptr) return submission.wrong;
  if (submission.report.empty()) return "The part named report is missing: an age file sealed to the desk's epoch.";
  if (!crypto::age::check_header(submission.report)) return "The report is not an age file sealed to an mlkem768x25519 recipient.";
  // Its shape is checked: what does not fit is another recipient.
  if (!fits_age_opening(0, submission.report)) return "The report is sealed to more than one recipient. Seal it to the desk's epoch alone.";
  const std::string& priority = submission.priority;
  if (!priority.empty() && (priority.size() != 1 || priority[0] < '0' || priority[0] > '4')) return "priority is one digit from 0 to 4.";
  if (!submission.epoch.empty() && !parse_id<EpochId>(submission.epoch)) return "epoch is 32 hex digits.";
  return nullptr;
}

http::Awaitable<http::Response> receive(http::Request& request, const ReporterContext& context) {
  const auto key_header = request.header("idempotency-key");
  if (key_header && (key_header->size() < idempotency_header_bytes_min || key_header->size() > idempotency_header_bytes_max)) {
    co_return http::problem_response(422, "Wrong header",
                                     "Idempotency-Key is 16 to 255 characters, of 128 random bits at least: a new one for each report, the same when it is sent again.");
  }
  const auto current = co_await context.epochs.of(context.addressees.standard());
  if (!current) co_return unavailable();

  SealedSubmission submission;
  SealedReader reader(context, submission);
  const auto read = co_await reader.read(request);
  if (!read) {
    co_await discard(context, submission);
    co_return refusal(read.error(), context.limits, submission.report_too_long);
  }
  if (const char* problem = problem_of(submission)) {
    co_await discard(context, submission);
    co_return http::problem_response(422, "Not taken", problem);
  }
  if (co_await too_much(context, submission)) {
    co_await discard(context, submission);
    co_return refusal(Errc::too_large, context.limits);
  }
  const Standing standing = context.crowd.admit(request);
  if (!standing.within_budget && context.stores.load().writer_half_full) {
    co_await discard(context, submission);
    co_return crowded_response();
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
    if (stored.error() != Errc::duplicate) co_return not_stored(stored.error());
  }
  co_return http::json_response(201, R"({"received":true})");
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
  if (!body && body.error() == Errc::too_large) {
    co_return http::problem_response(413, "Too large", http::too_large_detail(mailbox_request_bytes_max));
  }
  if (!body) co_return refusal(body.error(), context.limits);
  auto tags = tags_of(body->reveal_text());
  if (!tags) co_return http::problem_response(422, "Not understood", "Send {\"tags\":[…]} with eight tags of 16 bytes, base64url.");
  const Standing standing = context.crowd.admit(request);
  if (!standing.within_budget && context.stores.load().readers_half_full) co_return crowded_response();
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
  router.add(http::Method::post, "/api/v1/reports", {.body_bytes_max = context.limits.body_bytes_max},
             [&context](http::Request& request) { return receive(request, context); });
  router.add(http::Method::post, "/api/v1/mailbox", {.body_bytes_max = mailbox_request_bytes_max},
             [&context, filler = *filler](http::Request& request) { return mailbox(request, context, filler); });
  return {};
}

}  // namespace hotline::intake
