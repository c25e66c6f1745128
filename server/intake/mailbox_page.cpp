#include "server/intake/mailbox_page.hpp"

#include "crypto/answer_format.hpp"
#include "crypto/return_code.hpp"
#include "server/http/query.hpp"
#include "server/intake/document.hpp"
#include "server/intake/empty_forms.hpp"
#include "server/intake/form_epoch.hpp"
#include "server/intake/form_token.hpp"
#include "server/intake/refusal.hpp"
#include "server/intake/report_code.hpp"
#include "server/intake/visit.hpp"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>
#include <string>

namespace hotline::intake {
namespace {

/// Someone who writes again is in a conversation: a person should see it within a working day. Sooner, if they say that they are not safe.
constexpr std::uint8_t followup_priority = 2;
constexpr std::size_t code_shown_max = 64;

class MailboxPage {
 public:
  explicit MailboxPage(const ReporterContext& context)
      : context_(context),
        reader_(context.stores.blobs(), context.uploads, context.text, context.clock, context.limits),
        empty_(context.pages.languages(), [&pages = context.pages](std::string_view language, std::string_view visit) { return pages.answers_form(language, visit); }, new_visit()) {}

  http::Awaitable<http::Response> show(http::Request& request) const {
    const std::string& language = request.captured.at(0);
    if (!context_.pages.speaks(language)) co_return not_found(request);
    const auto query = http::parse_query(request.raw_query);
    const auto visit = query ? http::find_pair(*query, "v") : std::nullopt;
    // Who has just written goes on with the same visit; one that is over would lead out whoever types a code.
    if (visit && is_visit(*visit) && !context_.way_out.is_over(*visit)) {
      co_return http::html_response(200, context_.pages.answers_form_on(language, *visit));
    }
    co_return empty_.response(request, language, new_visit());
  }

  http::Awaitable<http::Response> receive(http::Request& request) {
    const std::string language = request.captured.at(0);
    if (!context_.pages.speaks(language)) co_return not_found(request);
    FormEpoch epoch(context_);
    auto submission = co_await reader_.read(request, [&epoch](const Answers& so_far) { return epoch.begin(so_far); });
    if (!submission || !submission->whole) {
      const Refusal refusal = submission ? refusal_of(submission->shortfall) : refusal_of(submission.error());
      // Whoever only opens an answer has nothing to send again; that form has no files.
      const bool opens = !submission && request.media_type() == "application/x-www-form-urlencoded";
      co_return form_again(refusal.status, language, new_visit(), {}, opens ? "problem.unread_code" : refusal.problem);
    }
    const std::string visit = visit_of(*submission);
    auto response = co_await answer(context_.crowd.admit(request), language, *submission, visit, epoch);
    if (context_.way_out.is_over(visit)) {
      if (response.status == 503) co_return form_again(503, language, visit, {}, "problem.busy");   // not stored: it may be sent again
      co_return context_.way_out.response();
    }
    // Answers, or what was typed, and no room for so much.
    if (!http::hold_until_written(response, submission->share)) response = form_again(503, language, visit, short_code(*submission), "problem.busy");
    co_return response;
  }

 private:
  /// The code as it was typed; nothing of what is too long to be one.
  static std::string_view short_code(const Submission& submission) {
    const crypto::SecretBuffer* typed = submission.field("code");
    return typed != nullptr && typed->size() <= code_shown_max ? typed->reveal_text() : std::string_view();
  }

  http::Awaitable<http::Response> answer(Standing standing, const std::string& language, const Submission& submission, const std::string& id, const FormEpoch& epoch) {
    const crypto::SecretBuffer* typed = submission.field("code");
    const std::string_view typed_code = typed != nullptr ? typed->reveal_text() : std::string_view();
    const auto code = crypto::ReturnCode::parse(typed_code);
    if (!code) {
      co_await reader_.discard(submission);
      const bool empty = typed_code.find_first_not_of(" \t\r\n-") == std::string_view::npos;
      const bool check = code.error() == Errc::authentication_failed;
      co_return form_again(422, language, id, typed_code, empty ? "problem.code_empty" : check ? "problem.code_check" : "problem.code_form");
    }
    const crypto::SecretBuffer* message = submission.field("message");
    const bool has_words = message != nullptr && message->reveal_text().find_first_not_of(" \t\r\n") != std::string_view::npos;
    const Wish wish = wish_of(submission);
    const bool writes = wish != Wish::none || message != nullptr || !submission.files.empty();
    const auto canonical = code->to_text();
    const auto mailbox = co_await open_mailbox(context_.argon2, standing, *code, context_.house);
    if (!mailbox) {
      co_await reader_.discard(submission);
      if (!writes) co_return form_again(503, language, id, typed_code, "problem.busy_code");
      const bool slow = submission.shortfall == Shortfall::slow;   // not all that was typed is here
      co_return found_again(language, id, canonical.reveal_text(), submission, std::nullopt, slow ? refusal_of(Shortfall::slow) : Refusal{503, "problem.busy", {}});
    }
    const Visit visit{language, id, canonical.reveal_text(), submission, *mailbox, epoch};
    if (!writes && submission.shortfall == Shortfall::none) co_return co_await show_answers(visit);

    const auto addressee = context_.addressees.choose_again(submission.fields);
    auto objection = objection_to(submission, addressee, wish, has_words);
    // A desk that is named after the files: our form does not do that, and they are sealed to another.
    if (!objection && !epoch.is_of(addressee.desk)) objection = Refusal{400, "problem.general", {}};
    if (!objection) co_return co_await write_again(visit, addressee, wish);
    co_await reader_.discard(submission);
    co_return co_await show_again(visit, *objection);
  }

  /// Someone with a code, for the length of a request.
  struct Visit {
    const std::string& language;
    const std::string& id;                  ///< visit.hpp
    std::string_view code;                  ///< as people read it
    const Submission& submission;
    const OpenMailbox& mailbox;
    const FormEpoch& epoch;
  };

  static bool has(const Submission& submission, std::string_view name) {
    const crypto::SecretBuffer* field = submission.field(name);
    return field != nullptr && !field->empty();
  }

  /// By the button. What is ticked counts with each of them: whoever says anew what we may do has said it, whichever way it is sent.
  static Wish wish_of(const Submission& submission) {
    const auto is_set = [&](std::string_view name) { return has(submission, name) && submission.field(name)->reveal_text() == "1"; };
    if (is_set("delete")) return Wish::erase;
    return is_set("consents") || has(submission, "q_share") ? Wish::consents : Wish::none;
  }

  /// Whether they are safe: the value; empty when it was not answered.
  std::string_view safety(const Submission& submission) const {
    const Question* question = context_.questionnaire.danger_question();
    return question != nullptr && has(submission, question->key) ? submission.field(question->key)->reveal_text() : std::string_view();
  }

  std::uint8_t priority(const Submission& submission) const {
    const std::string_view safe = safety(submission);
    if (safe.empty()) return followup_priority;
    Answers answers;
    answers.emplace_back(context_.questionnaire.danger_question()->key, crypto::SecretBuffer(safe));
    return std::min(followup_priority, context_.questionnaire.priority(answers));
  }

  /// What the sender must mend first.
  std::optional<Refusal> objection_to(const Submission& submission, const Addressees::Choice& addressee, Wish wish, bool has_words) const {
    if (submission.shortfall != Shortfall::none) return refusal_of(submission.shortfall);
    if (wish == Wish::none && !has_words && submission.files_with_content() == 0 && safety(submission).empty()) {
      return submission.files.empty() ? Refusal{422, "problem.message_empty", "message"} : Refusal{422, "problem.file_empty", "file"};
    }
    if (wish == Wish::erase && has(submission, "q_share")) return Refusal{422, "problem.wish_two", "consents"};
    const Question* danger = context_.questionnaire.danger_question();
    const bool fits = safety(submission).empty() || std::ranges::find(danger->options, safety(submission)) != danger->options.end();
    if (!fits) return Refusal{422, "problem.option", danger->key};
    if (wish == Wish::consents && !context_.questionnaire.consents_fit(submission.fields)) return Refusal{422, "problem.option", "consents"};
    if (!addressee.problem.empty()) return Refusal{422, addressee.problem, "desk"};
    return std::nullopt;
  }

  /// Asks for windows of tags until one is empty, four at least. The work is the same for a code that nobody has.
  http::Awaitable<Result<std::vector<crypto::JoinedAnswer>>> read_answers(const OpenMailbox& mailbox) {
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

  http::Awaitable<http::Response> show_answers(const Visit& visit) {
    const auto replies = co_await read_answers(visit.mailbox);
    if (!replies) co_return form_again(503, visit.language, visit.id, visit.code, "problem.busy_code");
    const std::string token = new_form_token();
    co_return http::html_response(200, context_.pages.answers_found(visit.language, {.code = visit.code, .token = token, .visit = visit.id, .replies = std::span<const crypto::JoinedAnswer>(*replies), .typed = nullptr, .problem = {}}));
  }

  /// The answers and the forms once more, with what was typed; the same token, so that sending it again stores nothing twice.
  http::Awaitable<http::Response> show_again(const Visit& visit, Refusal refusal) {
    const auto replies = co_await read_answers(visit.mailbox);
    // Answers that could not be read are left out: "Nothing new yet" would be untrue.
    const auto shown = replies ? std::optional(std::span<const crypto::JoinedAnswer>(*replies)) : std::nullopt;
    co_return found_again(visit.language, visit.id, visit.code, visit.submission, shown, refusal);
  }

  http::Response found_again(const std::string& language, const std::string& id, std::string_view code, const Submission& submission,
                             std::optional<std::span<const crypto::JoinedAnswer>> replies, const Refusal& refusal) const {
    const crypto::SecretBuffer* sent_token = submission.field("t");
    const std::string fresh = new_form_token();
    const Pages::Found found{.code = code,
                             .token = sent_token != nullptr ? sent_token->reveal_text() : std::string_view(fresh),
                             .visit = id,
                             .replies = replies,
                             .typed = &submission.fields,
                             .problem = refusal.problem,
                             .question = refusal.question};
    auto response = http::html_response(refusal.status, context_.pages.answers_found(language, found));
    if (refusal.status == 503) response.headers.emplace_back("Retry-After", "30");
    return response;
  }

  http::Awaitable<http::Response> write_again(const Visit& visit, const Addressees::Choice& addressee, Wish wish) {
    const auto stored = co_await store(visit, addressee, wish);
    if (!stored) co_await reader_.discard(visit.submission);
    if (!stored && stored.error() != Errc::duplicate) {
      const bool large = stored.error() == Errc::too_large;
      co_return co_await show_again(visit, large ? Refusal{413, "problem.text_too_long", {}} : refusal_of(stored.error()));
    }
    const auto& said = wish == Wish::erase ? &Pages::delete_asked : wish == Wish::consents ? &Pages::consents_kept : &Pages::message_sent;
    co_return http::html_response(200, (context_.pages.*said)(visit.language, visit.id));
  }

  http::Awaitable<Result<void>> store(const Visit& visit, const Addressees::Choice& addressee, Wish wish) {
    const Submission& submission = visit.submission;
    const auto epoch = co_await visit.epoch.of(addressee.desk, submission);
    if (!epoch) co_return epoch.error();
    const WayBack back{visit.mailbox.keys.key.reveal(), visit.mailbox.recipient};
    const MessageHead head{addressee.desk, addressee.never, visit.language};
    auto sealed = seal_document(followup_document(head, submission, back, wish, context_.questionnaire), epoch->recipient);
    if (!sealed) co_return sealed.error();
    storage::NewReport report;
    report.epoch = epoch->epoch;
    report.channel = storage::Channel::web;
    report.priority = priority(submission);
    report.received_hour = context_.clock.hour();
    report.sealed = std::move(*sealed);
    report.attachments = submission.attachments();
    if (submission.field("t") != nullptr) report.idempotency_key = idempotency_key(form_token(submission), submission);
    const auto added = co_await context_.stores.inbox().add(std::move(report));
    if (!added) co_return added.error();
    co_return Result<void>();
  }

  http::Response form_again(int status, const std::string& language, std::string_view visit, std::string_view typed_code, std::string_view problem) const {
    auto response = http::html_response(status, context_.pages.answers_form_again(language, visit, typed_code, problem));
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
  EmptyForms empty_;
};

}  // namespace

void add_mailbox_page_routes(http::Router& router, const ReporterContext& context) {
  auto page = std::make_shared<MailboxPage>(context);
  router.add(http::Method::get, "/{lang}/answers", {}, [page](http::Request& request) { return page->show(request); });
  router.add(http::Method::post, "/{lang}/answers", {.body_bytes_max = SubmissionReader::body_bytes_max(context.limits)},
             [page](http::Request& request) { return page->receive(request); });
}

}  // namespace hotline::intake
