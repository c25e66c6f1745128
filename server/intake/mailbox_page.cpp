#include "server/intake/mailbox_page.hpp"

#include "crypto/answer_format.hpp"
#include "crypto/return_code.hpp"
#include "server/intake/document.hpp"
#include "server/intake/form_token.hpp"
#include "server/intake/report_code.hpp"

#include <algorithm>

namespace hotline::intake {
namespace {

/// Someone who writes again is in a conversation: a person should see it within a working day.
constexpr std::uint8_t followup_priority = 2;

class MailboxPage {
 public:
  explicit MailboxPage(const ReporterContext& context)
      : context_(context), reader_(context.stores.blobs(), context.uploads, context.clock, context.limits) {}

  http::Awaitable<http::Response> show(http::Request& request) const {
    const std::string& language = request.captured.at(0);
    if (!context_.pages.speaks(language)) co_return not_found(request);
    http::Response response;
    response.body = context_.pages.answers_form(language);
    co_return response;
  }

  http::Awaitable<http::Response> receive(http::Request& request) {
    const std::string language = request.captured.at(0);
    if (!context_.pages.speaks(language)) co_return not_found(request);
    const auto epoch = co_await context_.epochs.of(context_.desk);
    if (!epoch) co_return form_again(503, language, {}, "problem.busy");
    auto submission = co_await reader_.read(request, epoch->recipient);
    if (!submission) {
      const bool large = submission.error() == Errc::too_large;
      const bool ours = submission.error() == Errc::busy || submission.error() == Errc::storage_full || submission.error() == Errc::storage_failed;
      const int status = large ? 413 : ours ? 503 : submission.error() == Errc::timed_out ? 408 : 400;
      co_return form_again(status, language, {}, large ? "problem.too_large" : ours ? "problem.not_stored" : "problem.general");
    }
    auto response = co_await answer(language, *submission, *epoch);
    co_return response;
  }

 private:
  http::Awaitable<http::Response> answer(const std::string& language, const Submission& submission, const storage::CurrentEpoch& epoch) {
    const crypto::SecretBuffer* typed = submission.field("code");
    const std::string_view typed_code = typed != nullptr ? typed->reveal_text() : std::string_view();
    const auto code = crypto::ReturnCode::parse(typed_code);
    if (!code) {
      co_await reader_.discard(submission);
      const bool empty = typed_code.find_first_not_of(" \t\r\n-") == std::string_view::npos;
      const bool check = code.error() == Errc::authentication_failed;
      co_return form_again(422, language, typed_code, empty ? "problem.code_empty" : check ? "problem.code_check" : "problem.code_form");
    }
    const auto mailbox = co_await open_mailbox(context_.argon2, *code, context_.desk);
    if (!mailbox) {
      co_await reader_.discard(submission);
      co_return form_again(503, language, typed_code, "problem.busy");
    }
    const crypto::SecretBuffer* message = submission.field("message");
    const crypto::SecretBuffer* wish = submission.field("delete");
    const bool wish_delete = wish != nullptr && wish->reveal_text() == "1";
    const bool has_words = message != nullptr && message->reveal_text().find_first_not_of(" \t\r\n") != std::string_view::npos;
    if (wish_delete || has_words || !submission.files.empty()) {
      co_return co_await write_again(language, submission, epoch, *mailbox, wish_delete);
    }
    const auto replies = co_await read_answers(*mailbox);
    if (!replies) co_return form_again(503, language, typed_code, "problem.busy");
    const auto canonical = code->to_text();
    if (message != nullptr) {   // the form for writing again was sent with nothing in it
      co_return http::html_response(422, context_.pages.answers_found_again(language, canonical.reveal_text(), new_form_token(), *replies, "", "problem.message_empty"));
    }
    co_return http::html_response(200, context_.pages.answers_found(language, canonical.reveal_text(), new_form_token(), *replies));
  }

  /// Asks for windows of tags until one is empty, four at least. The work is the same for a code that nobody has.
  http::Awaitable<Result<std::vector<crypto::SecretBuffer>>> read_answers(const OpenMailbox& mailbox) {
    std::vector<crypto::AnswerPart> parts;
    for (std::size_t window = 0; window < crypto::answer_windows_max; ++window) {
      std::vector<storage::Tag> tags;
      for (std::size_t i = 0; i < crypto::answer_window; ++i) {
        tags.push_back(crypto::mailbox_tag(mailbox.keys.key.reveal(), static_cast<std::uint32_t>(window * crypto::answer_window + i)));
      }
      const auto answers = co_await context_.stores.mailboxes().get(std::move(tags));
      if (!answers) co_return answers.error();
      for (const storage::Answer& answer : *answers) {
        auto part = crypto::open_answer(mailbox.identity, answer.sealed);
        if (part) parts.push_back(std::move(*part));
      }
      if (answers->empty() && window + 1 >= crypto::answer_windows_min) break;
    }
    auto joined = crypto::join_answers(std::move(parts));
    crypto::wipe_stack();
    co_return joined;
  }

  http::Awaitable<http::Response> write_again(const std::string& language, const Submission& submission, const storage::CurrentEpoch& epoch,
                                              const OpenMailbox& mailbox, bool wish_delete) {
    const WayBack back{mailbox.keys.key.reveal(), mailbox.recipient};
    auto sealed = seal_document(followup_document(context_.desk, language, submission, back, wish_delete), epoch.recipient);
    Result<void> stored = sealed ? Result<void>() : Result<void>(sealed.error());
    if (sealed) {
      storage::NewReport report;
      report.epoch = epoch.epoch;
      report.channel = storage::Channel::web;
      report.priority = followup_priority;
      report.received_hour = context_.clock.hour();
      report.sealed = std::move(*sealed);
      report.attachments = submission.attachments();
      if (submission.field("t") != nullptr) report.idempotency_key = idempotency_key(form_token(submission), submission);
      const auto added = co_await context_.stores.inbox().add(std::move(report));
      if (!added) stored = added.error();
    }
    if (!stored) co_await reader_.discard(submission);
    if (!stored && stored.error() != Errc::duplicate) {
      const bool large = stored.error() == Errc::too_large;
      const auto replies = co_await read_answers(mailbox);
      const crypto::SecretBuffer* message = submission.field("message");
      const crypto::SecretBuffer* code = submission.field("code");
      const crypto::SecretBuffer* token = submission.field("t");
      auto response = http::html_response(
          large ? 413 : 503,
          context_.pages.answers_found_again(language, code->reveal_text(), token != nullptr ? token->reveal_text() : std::string_view(),
                                             replies ? std::span(*replies) : std::span<const crypto::SecretBuffer>(),
                                             message != nullptr ? message->reveal_text() : std::string_view(),
                                             large ? "problem.too_long" : "problem.not_stored"));
      if (!large) response.headers.emplace_back("Retry-After", "30");
      co_return response;
    }
    http::Response response;
    response.body = wish_delete ? context_.pages.delete_asked(language) : context_.pages.message_sent(language);
    co_return response;
  }

  http::Response form_again(int status, const std::string& language, std::string_view typed_code, std::string_view problem) const {
    auto response = http::html_response(status, context_.pages.answers_form_again(language, typed_code, problem));
    if (status == 503) response.headers.emplace_back("Retry-After", "30");
    return response;
  }

  http::Response not_found(const http::Request& request) const {
    http::Response response;
    response.status = 404;
    response.body = context_.pages.error(context_.pages.language({.path = {}, .query = {}, .accept = request.header("accept-language").value_or("")}), 404);
    return response;
  }

  const ReporterContext& context_;
  SubmissionReader reader_;
};

}  // namespace

void add_mailbox_page_routes(http::Router& router, const ReporterContext& context) {
  auto page = std::make_shared<MailboxPage>(context);
  router.add(http::Method::get, "/{lang}/answers", {}, [page](http::Request& request) { return page->show(request); });
  router.add(http::Method::post, "/{lang}/answers", {.body_bytes_max = context.limits.body_bytes_max},
             [page](http::Request& request) { return page->receive(request); });
}

}  // namespace hotline::intake
