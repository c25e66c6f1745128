#pragma once

#include "server/http/multipart.hpp"
#include "server/intake/reporter_context.hpp"
#include "storage/sealed_upload.hpp"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace hotline::intake {

/// What the request of a sealed report held.
struct SealedSubmission {
  ByteVector report;
  std::string priority;
  std::string epoch;
  std::vector<storage::Attachment> attachments;   ///< those with handle 0 came in before, by themselves (uploads.hpp)
  const char* wrong = nullptr;                    ///< what to tell the client, a literal; 422
  bool report_too_long = false;                   ///< why the reader said Errc::too_large
};

/// Reads the parts report, priority, epoch, file and upload. Files go to storage as they come; small fields stay here.
/// One request, one reader.
class SealedReader {
 public:
  SealedReader(const ReporterContext& context, SealedSubmission& into) : context_(context), into_(into) {}

  /// The body's and storage's errors; Errc::busy when too many are sending files just now, or hold long reports.
  http::Awaitable<Result<void>> read(http::Request& request);

 private:
  enum class Part { none, report, file, upload, priority, epoch, other };

  http::Awaitable<Result<void>> handle(http::MultipartParser::Event event, const http::PartHeader& part);
  http::Awaitable<Result<void>> begin(const http::PartHeader& header);
  http::Awaitable<Result<void>> begin_file(const http::PartHeader& header);
  http::Awaitable<Result<void>> data(Bytes bytes);
  http::Awaitable<Result<void>> file_data(Bytes bytes);
  http::Awaitable<Result<void>> finish();
  Result<void> finish_upload();
  bool has(BlobId id) const;
  void refuse_file();
  void take_text(std::string& into, Bytes bytes, std::size_t bytes_max, const char* wrong);

  const ReporterContext& context_;
  SealedSubmission& into_;
  std::uint64_t sender_ = 0;
  Part part_ = Part::none;
  std::uint64_t part_bytes_ = 0;
  std::string upload_id_;
  std::optional<storage::SealedUpload> upload_;
  std::array<bool, 3> seen_{};                    ///< of the parts of which there is one at most
  http::UploadSlots::Place place_;
  std::optional<http::TextSpace::Share> text_;
};

/// How long the part report may be: the largest padded JSON and an age header.
std::size_t sealed_report_bytes_max(const Limits& limits) noexcept;

/// Gives up the files that came with a report which is not stored after all. Those that came before it wait on for another try.
http::Awaitable<void> discard(const ReporterContext& context, const SealedSubmission& submission);

}  // namespace hotline::intake
