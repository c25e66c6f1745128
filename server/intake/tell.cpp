#include "server/intake/tell.hpp"

#include "crypto/encoding.hpp"
#include "crypto/return_code.hpp"
#include "server/intake/document.hpp"
#include "server/intake/empty_forms.hpp"
#include "server/intake/form_epoch.hpp"
#include "server/intake/form_token.hpp"
#include "server/intake/refusal.hpp"
#include "server/intake/report_code.hpp"
#include "server/intake/visit.hpp"

#include <functional>
#include <optional>
#include <string>

namespace hotline::intake {
namespace {

class Tell {
 public:
  explicit Tell(const ReporterContext& context)
      : context_(context),
        reader_(context.stores.blobs(), context.uploads, context.text, context.clock, context.limits),
        empty_(context.pages.languages(), [&pages = context.pages](std::string_view language, std::string_view token) { return pages.tell(language, token); }, new_form_token()) {}

  http::Awaitable<http::Response> show(http::Request& request) const {
    const std::string& language = request.captured.at(0);
    if (!context_.pages.speaks(language)) co_return error(request, 404);
    co_return empty_.response(request, language, new_form_token());
  }

  http::Awaitable<http::Response> receive(http::Request& request) {
    const std::string language = request.captured.at(0);
    if (!context_.pages.speaks(language)) co_return error(request, 404);
    FormEpoch epoch(context_);
    auto submission = co_await reader_.read(request, [&epoch](const Answers& so_far) { return epoch.begin(so_far); });
    if (!submission) co_return anew(language, refusal_of(submission.error()));
    if (!submission->whole) co_return anew(language, refusal_of(submission->shortfall));

    const auto token = form_token(*submission);
    auto response = co_await answer(context_.crowd.admit(request), language, *submission, token, epoch);
    if (context_.way_out.is_over(visit_of(token))) {
      if (response.status == 503) co_return anew(language, refusal_of(Errc::busy));   // not stored: it may be sent again
      co_return context_.way_out.response();
    }
    co_return response;
  }

 private:
  http::Awaitable<http::Response> answer(Standing standing, const std::string& language, const Submission& submission, const crypto::Secret<32>& token,
                                         const FormEpoch& epoch) {
    const auto addressee = context_.addressees.choose(submission.fields);
    if (!epoch.is_of(addressee.desk) && addressee.problem.empty()) {
      // A desk that is named after the files: our form does not do that, and they are sealed to another.
      co_await reader_.discard(submission);
      co_return again(language, submission, token, {400, "problem.general", {}});
    }
    if (const auto refusal = objection(submission, addressee)) {
      co_await reader_.discard(submission);
      co_return again(language, submission, token, *refusal);
    }
    const auto stored = co_await store(standing, language, submission, token, addressee, epoch);
    // The same again, by a second tap or by going back: it is here already, and its code is the same.
    if (!stored) co_await reader_.discard(submission);
    if (!stored && stored.error() != Errc::duplicate) {
      const bool large = stored.error() == Errc::too_large;   // sealed it is longer, the more so the more marks it has
      co_return again(language, submission, token, large ? Refusal{413, "problem.text_too_long", {}} : refusal_of(stored.error()));
    }
    const auto code = crypto::ReturnCode::from_token(token.reveal());
    co_return http::html_response(200, context_.pages.sent(language, code.to_text().reveal_text(), visit_of(token)));
  }

  /// What the sender must mend first.
  std::optional<Refusal> objection(const Submission& submission, const Addressees::Choice& addressee) const {
    if (submission.shortfall != Shortfall::none) return refusal_of(submission.shortfall);
    if (!addressee.problem.empty()) return Refusal{422, addressee.problem, "desk"};
    const auto objection = context_.questionnaire.validate(submission.fields, submission.files_with_content());
    if (objection && objection->problem == "problem.nothing" && !submission.files.empty()) return Refusal{422, "problem.file_empty", "file"};
    if (objection) return Refusal{422, objection->problem, objection->question};
    return std::nullopt;
  }

  /// Seals and commits; Errc::duplicate when this very form was stored before.
  http::Awaitable<Result<void>> store(Standing standing, const std::string& language, const Submission& submission,
                                      const crypto::Secret<32>& token, const Addressees::Choice& addressee, const FormEpoch& form_epoch) {
    const auto epoch = co_await form_epoch.of(addressee.desk, submission);
    if (!epoch) co_return epoch.error();
    const auto code = crypto::ReturnCode::from_token(token.reveal());
    const auto mailbox = co_await open_mailbox(context_.argon2, standing, code, context_.house);
    if (!mailbox) co_return mailbox.error();
    storage::NewReport report;
    report.priority = context_.questionnaire.priority(submission.fields, submission.files.size());
    report.idempotency_key = idempotency_key(token, submission);
    const WayBack back{mailbox->keys.key.reveal(), mailbox->recipient};
    const MessageHead head{addressee.desk, addressee.never, language};
    auto sealed = seal_document(report_document(head, submission, back, context_.questionnaire), epoch->recipient);
    if (!sealed) co_return sealed.error();
    report.epoch = epoch->epoch;
    report.channel = storage::Channel::web;
    report.received_hour = context_.clock.hour();
    report.sealed = std::move(*sealed);
    report.attachments = submission.attachments();
    const auto added = co_await context_.stores.inbox().add(std::move(report));
    if (!added) co_return added.error();
    co_return Result<void>();
  }

  /// The form once more with what was typed; the same token, so that the code stays what it was going to be. The empty one where
  /// there is no room for so much.
  http::Response again(const std::string& language, const Submission& submission, const crypto::Secret<32>& token, Refusal refusal) const {
    const std::string text = crypto::to_base64(token.reveal(), crypto::Base64::url_unpadded);
    auto response = refused(refusal, context_.pages.tell_again(language, text, visit_of(token), submission.fields, refusal.problem, refusal.question));
    return http::hold_until_written(response, submission.share) ? std::move(response) : anew(language, refusal_of(Errc::busy));
  }

  /// The empty form, where nothing of what was typed can be shown.
  http::Response anew(const std::string& language, Refusal refusal) const {
    return refused(refusal, context_.pages.tell_anew(language, new_form_token(), refusal.problem));
  }

  static http::Response refused(const Refusal& refusal, std::string page) {
    auto response = http::html_response(refusal.status, std::move(page));
    if (refusal.status == 503) response.headers.emplace_back("Retry-After", "30");
    return response;
  }

  http::Response error(const http::Request& request, int status) const {
    http::Response response;
    response.status = status;
    response.body = context_.pages.error(context_.pages.language({.path = {}, .query = {}, .accept = request.header("accept-language").value_or("")}), status);
    return response;
  }

  const ReporterContext& context_;
  SubmissionReader reader_;
  EmptyForms empty_;
};

}  // namespace

void add_tell_routes(http::Router& router, const ReporterContext& context) {
  auto tell = std::make_shared<Tell>(context);
  router.add(http::Method::get, "/{lang}/tell", {}, [tell](http::Request& request) { return tell->show(request); });
  router.add(http::Method::post, "/{lang}/tell", {.body_bytes_max = SubmissionReader::body_bytes_max(context.limits)},
             [tell](http::Request& request) { return tell->receive(request); });
}

}  // namespace hotline::intake
