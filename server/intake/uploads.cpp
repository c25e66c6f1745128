#include "server/intake/uploads.hpp"

#include "crypto/random.hpp"
#include "server/intake/age_opening.hpp"
#include "server/intake/tus.hpp"

#include <algorithm>
#include <chrono>
#include <string>

namespace hotline::intake {
namespace {

using storage::Blobs;

constexpr std::string_view path = "/api/v1/uploads";
/// What came in is committed after this time at the latest once more comes, so that a slow line that breaks has not sent in vain.
constexpr std::chrono::seconds commit_after{1};

http::Response with_version(http::Response response) {
  response.headers.emplace_back("Tus-Resumable", std::string(tus_version));
  return response;
}

http::Response problem(int status, std::string_view title, std::string_view detail) {
  auto response = http::problem_response(status, title, detail);
  if (status == 503) response.headers.emplace_back("Retry-After", "5");
  return with_version(std::move(response));
}

http::Response not_found() { return problem(404, "Not found", "No upload of that id is waiting. Begin a new one."); }
http::Response conflict() { return problem(409, "Another place", "The upload does not end at this Upload-Offset. Ask for it with HEAD."); }

http::Response refusal(const boost::system::error_code& error) {
  if (error == Errc::not_found) return not_found();
  if (error == Errc::conflict) return conflict();
  if (error == Errc::too_large) return problem(413, "Too large", "The file is longer than its Upload-Length.");
  if (error == Errc::timed_out) return problem(408, "Too slow", "The rest did not arrive in time. Ask with HEAD and go on from there.");
  if (error == Errc::malformed || error == Errc::closed) return problem(400, "Not understood", "The body ended early. Ask with HEAD and go on from there.");
  if (error == Errc::unsupported) {
    return problem(422, "Not taken", "The file is not an age file sealed to one mlkem768x25519 recipient.");
  }
  if (error == Errc::storage_full) {
    return problem(503, "No room for files", "Files cannot be taken just now. A report without files is taken all the same.");
  }
  return problem(503, "Not stored", "Ask with HEAD what was stored, and go on from there in a few seconds.");
}

http::Response misread(const boost::system::error_code& error) {
  if (error == Errc::malformed) return problem(400, "Not understood", "A header of tus is there twice, or is no number.");
  auto response = problem(412, "Another version", "Send Tus-Resumable: 1.0.0.");
  response.headers.emplace_back("Tus-Version", std::string(tus_version));
  return response;
}

http::Response wrong_method() {
  auto response = problem(405, "Wrong method", "An upload takes HEAD, PATCH and DELETE.");
  response.headers.emplace_back("Allow", "HEAD, PATCH, DELETE, POST");
  return response;
}

Blobs::Room room_for(const ReporterContext& context, std::uint64_t sender, std::uint64_t more_bytes) {
  return context.crowd.note_kept(sender, more_bytes) ? Blobs::Room::half : Blobs::Room::all;
}

/// One PATCH: cuts what comes in into pieces and stores each where the last one ended.
class Addition {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Addition(const ReporterContext& context, std::uint64_t sender, const Blobs::Waiting& upload, http::UploadSlots::Place place)
      : context_(context), sender_(sender), upload_(upload), place_(std::move(place)), stored_(std::chrono::steady_clock::now()) {}

  /// To the end of the body; also when that fails, what came before is stored. Gives where the upload ends now.
  http::Awaitable<Result<std::uint64_t>> read(http::BodyReader& body) {
    for (;;) {
      const auto piece = co_await body.read_some();
      Result<void> taken;
      if (!piece) {
        taken = piece.error();
      } else if (!piece->empty() && !place_.brought(piece->size())) {
        taken = make_error_code(Errc::busy);
      } else if (!piece->empty()) {
        taken = co_await take(*piece);
      }
      if (taken && !piece->empty()) continue;
      // What did not fit the opening or the length was never put among what waits.
      const auto flushed = co_await store();
      if (!taken) co_return taken.error();
      if (!flushed) co_return flushed.error();
      co_return upload_.offset;
    }
  }

 private:
  http::Awaitable<Result<void>> take(Bytes bytes) {
    const std::uint64_t end = upload_.offset + waiting_.size();
    if (bytes.size() > upload_.length - end) co_return Errc::too_large;
    if (!fits_age_opening(end, bytes)) co_return Errc::unsupported;
    while (!bytes.empty()) {
      const std::size_t room = context_.limits.blob_chunk_bytes - waiting_.size();
      append(waiting_, bytes.first(std::min(room, bytes.size())));
      bytes = bytes.subspan(std::min(room, bytes.size()));
      const bool full = waiting_.size() == context_.limits.blob_chunk_bytes;
      if (!full && std::chrono::steady_clock::now() - stored_ < commit_after) continue;
      const auto done = co_await store();
      if (!done) co_return done.error();
    }
    co_return Result<void>();
  }

  http::Awaitable<Result<void>> store() {
    if (waiting_.empty()) co_return Result<void>();
    const std::size_t size = waiting_.size();
    const Blobs::Room room = room_for(context_, sender_, size);
    ByteVector piece = std::move(waiting_);
    waiting_.clear();
    const auto done = co_await context_.stores.blobs().append_at(upload_.handle, upload_.offset, std::move(piece), room);
    if (!done) co_return done.error();
    upload_.offset += size;
    stored_ = std::chrono::steady_clock::now();
    co_return Result<void>();
  }

  const ReporterContext& context_;
  const std::uint64_t sender_;
  Blobs::Waiting upload_;
  http::UploadSlots::Place place_;
  Time stored_;
  ByteVector waiting_;
};

http::Awaitable<http::Response> create(http::Request& request, const ReporterContext& context) {
  const auto read = read_tus_request(request);
  if (!read) co_return misread(read.error());
  if (!read->length) co_return problem(400, "Not understood", "Upload-Length says how long the sealed file is; it must be known at once.");
  if (*read->length > sealed_file_bytes_max(context.limits)) {
    co_return problem(413, "Too large", "A sealed file has at most " + std::to_string(sealed_file_bytes_max(context.limits)) + " bytes.");
  }
  if (*read->length <= age_opening_bytes) co_return refusal(Errc::unsupported);
  const Standing standing = context.crowd.admit(request);
  if (!standing.within_budget && context.stores.load().writer_half_full) co_return with_version(crowded_response());
  const auto id = crypto::random_id<BlobId>();
  const Blobs::Room room = room_for(context, request.sender, 0);
  const auto begun = co_await context.stores.blobs().begin_resumable(id, context.clock.hour(), *read->length, room);
  if (!begun) co_return refusal(begun.error());
  auto response = with_version(http::empty_response());
  response.status = 201;
  response.headers.emplace_back("Location", std::string(path) + "/" + to_text(id));
  co_return response;
}

http::Awaitable<http::Response> tell_offset(const Blobs::Waiting& upload) {
  auto response = with_version(http::text_response(200, ""));
  response.headers.emplace_back("Upload-Offset", std::to_string(upload.offset));
  response.headers.emplace_back("Upload-Length", std::to_string(upload.length));
  co_return response;
}

http::Awaitable<http::Response> add(http::Request& request, const ReporterContext& context, const Blobs::Waiting& upload,
                                    std::optional<std::uint64_t> offset) {
  if (request.media_type() != "application/offset+octet-stream") {
    co_return problem(415, "Wrong media type", "Send application/offset+octet-stream.");
  }
  if (!offset) co_return problem(400, "Not understood", "Upload-Offset says where the body goes on.");
  if (*offset != upload.offset) co_return conflict();
  if (request.body->declared_size().value_or(0) > upload.length - upload.offset) co_return refusal(Errc::too_large);
  auto place = context.uploads.take(request.sender);
  if (!place) co_return refusal(Errc::busy);
  Addition addition(context, request.sender, upload, std::move(place));
  const auto end = co_await addition.read(*request.body);
  if (!end) co_return refusal(end.error());
  auto response = with_version(http::empty_response());
  response.headers.emplace_back("Upload-Offset", std::to_string(*end));
  co_return response;
}

http::Awaitable<http::Response> remove(const ReporterContext& context, const Blobs::Waiting& upload) {
  const auto gone = co_await context.stores.blobs().discard(upload.handle);
  if (!gone) co_return refusal(gone.error());
  co_return with_version(http::empty_response());
}

/// All that is asked of one upload.
http::Awaitable<http::Response> one(http::Request& request, const ReporterContext& context) {
  const auto read = read_tus_request(request);
  if (!read) co_return misread(read.error());
  using http::Method;
  if (read->method != Method::head && read->method != Method::patch && read->method != Method::del) co_return wrong_method();
  const auto id = parse_id<BlobId>(request.captured.at(0));
  if (!id) co_return not_found();
  const auto upload = co_await context.stores.blobs().waiting(*id, context.clock.hour() - context.limits.upload_orphan_hours);
  if (!upload) co_return refusal(upload.error());
  if (read->method == Method::head) co_return co_await tell_offset(*upload);
  if (read->method == Method::del) co_return co_await remove(context, *upload);
  co_return co_await add(request, context, *upload, read->offset);
}

http::Awaitable<http::Response> describe(const ReporterContext& context) {
  auto response = with_version(http::empty_response());
  response.headers.emplace_back("Tus-Version", std::string(tus_version));
  response.headers.emplace_back("Tus-Extension", std::string(tus_extensions));
  response.headers.emplace_back("Tus-Max-Size", std::to_string(sealed_file_bytes_max(context.limits)));
  co_return response;
}

}  // namespace

std::uint64_t sealed_file_bytes_max(const Limits& limits) noexcept {
  return limits.file_bytes_max + limits.file_bytes_max / 8 + limits.age_header_bytes_max;
}

void add_upload_routes(http::Router& router, const ReporterContext& context) {
  using http::Method;
  const auto ask = [&context](http::Request& request) { return one(request, context); };
  const std::string all(path);
  const std::string each = all + "/{id}";
  router.add(Method::options, all, {}, [&context](http::Request&) { return describe(context); });
  router.add(Method::post, all, {}, [&context](http::Request& request) { return create(request, context); });
  const http::RouteLimits limits{.body_bytes_max = sealed_file_bytes_max(context.limits)};
  router.add(Method::options, each, {}, [&context](http::Request&) { return describe(context); });
  router.add(Method::get, each, {}, ask);
  router.add(Method::patch, each, limits, ask);
  router.add(Method::post, each, limits, ask);
  router.add(Method::del, each, {}, ask);
}

}  // namespace hotline::intake
