#include "server/intake/tell.hpp"

#include "crypto/encoding.hpp"
#include "crypto/return_code.hpp"
#include "server/intake/document.hpp"
#include "server/intake/form_token.hpp"
#include "server/intake/report_code.hpp"

namespace hotline::intake {
namespace {

/// What to answer when a report was not taken, and how to say it.
struct Trouble {
  int status;
  std::string_view problem;
};

Trouble trouble_of(const boost::system::error_code& error) {
  if (error == Errc::too_large) return {413, "problem.too_large"};
  if (error == Errc::malformed || error == Errc::closed) return {400, "problem.general"};
  if (error == Errc::unsupported) return {415, "problem.general"};
  if (error == Errc::timed_out) return {408, "problem.general"};
  if (error == Errc::busy) return {503, "problem.busy"};
  return {503, "problem.not_stored"};
}

class Tell {
 public:
  explicit Tell(const ReporterContext& context) : context_(context), reader_(context.stores.blobs(), context.uploads, context.clock, context.limits) {}

  http::Awaitable<http::Response> show(http::Request& request) const {
    const std::string& language = request.captured.at(0);
    if (!context_.pages.speaks(language)) co_return error(request, 404);
    co_return http::html_response(200, context_.pages.tell(language, new_form_token()));
  }

  http::Awaitable<http::Response> receive(http::Request& request) {
    const std::string language = request.captured.at(0);
    if (!context_.pages.speaks(language)) co_return error(request, 404);
    const auto epoch = co_await context_.epochs.of(context_.desk);
    if (!epoch) co_return again(language, Submission(), new_form_token(), {503, "problem.not_stored"});
    auto submission = co_await reader_.read(request, epoch->recipient);
    if (!submission) co_return again(language, Submission(), new_form_token(), trouble_of(submission.error()));

    const auto token = form_token(*submission);
    const auto objection = context_.questionnaire.validate(submission->fields, submission->files.size());
    if (objection) {
      co_await reader_.discard(*submission);
      co_return again(language, *submission, text_of(token), {422, objection->problem});
    }
    const auto stored = co_await store(language, *submission, token, *epoch);
    // The same again, by a second tap or by going back: it is here already, and its code is the same.
    if (!stored) co_await reader_.discard(*submission);
    if (!stored && stored.error() != Errc::duplicate) {
      co_return again(language, *submission, text_of(token), trouble_of(stored.error()));
    }
    const auto code = crypto::ReturnCode::from_token(token.reveal());
    co_return http::html_response(200, context_.pages.sent(language, code.to_text().reveal_text()));
  }

 private:
  /// Seals and commits; Errc::duplicate when this very form was stored before.
  http::Awaitable<Result<void>> store(const std::string& language, const Submission& submission, const crypto::Secret<32>& token,
                                      const storage::CurrentEpoch& epoch) {
    const auto code = crypto::ReturnCode::from_token(token.reveal());
    const auto mailbox = co_await open_mailbox(context_.argon2, code, context_.desk);
    if (!mailbox) co_return mailbox.error();
    storage::NewReport report;
    report.priority = context_.questionnaire.priority(submission.fields, submission.files.size());
    report.idempotency_key = idempotency_key(token, submission);
    const WayBack back{mailbox->keys.key.reveal(), mailbox->recipient};
    auto sealed = seal_document(report_document(context_.desk, language, submission, back, context_.questionnaire), epoch.recipient);
    if (!sealed) co_return sealed.error();
    report.epoch = epoch.epoch;
    report.channel = storage::Channel::web;
    report.received_hour = context_.clock.hour();
    report.sealed = std::move(*sealed);
    report.attachments = submission.attachments();
    const auto added = co_await context_.stores.inbox().add(std::move(report));
    if (!added) co_return added.error();
    co_return Result<void>();
  }

  /// The form once more with what was typed; the same token, so that the code stays what it was going to be.
  http::Response again(const std::string& language, const Submission& submission, const std::string& token, Trouble trouble) const {
    auto response = http::html_response(trouble.status, context_.pages.tell_again(language, token, submission.fields, trouble.problem));
    if (trouble.status == 503) response.headers.emplace_back("Retry-After", "30");
    return response;
  }

  http::Response error(const http::Request& request, int status) const {
    http::Response response;
    response.status = status;
    response.body = context_.pages.error(context_.pages.language({.path = {}, .query = {}, .accept = request.header("accept-language").value_or("")}), status);
    return response;
  }

  static std::string text_of(const crypto::Secret<32>& token) {
    return crypto::to_base64(token.reveal(), crypto::Base64::url_unpadded);
  }

  const ReporterContext& context_;
  SubmissionReader reader_;
};

}  // namespace

void add_tell_routes(http::Router& router, const ReporterContext& context) {
  auto tell = std::make_shared<Tell>(context);
  router.add(http::Method::get, "/{lang}/tell", {}, [tell](http::Request& request) { return tell->show(request); });
  router.add(http::Method::post, "/{lang}/tell", {.body_bytes_max = context.limits.body_bytes_max},
             [tell](http::Request& request) { return tell->receive(request); });
}

}  // namespace hotline::intake
