#pragma once

#include "server/intake/reporter_context.hpp"
#include "server/intake/submission.hpp"

#include <optional>

namespace hotline::intake {

/// The epoch that one form is sealed to and recorded under. Files are sealed while they come in, and an epoch may begin before the words are
/// sealed; whoever reads holds both only if they are one. One request, one thread at a time.
class FormEpoch {
 public:
  explicit FormEpoch(const ReporterContext& context) : context_(context) {}

  /// As SubmissionReader::ChooseRecipient: by the desk that was chosen so far. The store's error.
  http::Awaitable<Result<crypto::age::Recipient>> begin(const Answers& so_far);
  /// False: files were sealed to another desk, since theirs was named after them.
  bool is_of(DeskId desk) const { return !epoch_ || epoch_->desk == desk; }
  /// With files the one that these are sealed to, else the one of now. Only where is_of(desk).
  http::Awaitable<Result<storage::CurrentEpoch>> of(DeskId desk, const Submission& submission) const;

 private:
  const ReporterContext& context_;
  std::optional<storage::CurrentEpoch> epoch_;
};

}  // namespace hotline::intake
