#include "server/cli/case_reply.hpp"

#include "config/clock.hpp"
#include "crypto/answer_format.hpp"
#include "server/cli/case_mailbox.hpp"
#include "server/cli/case_record.hpp"

#include <algorithm>

namespace hotline::cli {

Outcome<void> reply_to(Connection& connection, const Casebook& book, const Thread& file, const Thread& to, std::string_view text) {
  const SystemClock clock;
  const auto mailbox = ReporterMailbox::of(to);
  if (!mailbox) return mailbox.error();
  const crypto::AnswerOptions options{.day = clock.day(), .desk = book.desk().desk.id, .outcome = std::nullopt};
  const auto parts = crypto::seal_answer(text, options, mailbox->recipient);
  if (!parts) {
    return Problem{parts.error() == Errc::too_large ? "the answer is too long: at most 64 KiB" : "the answer is empty or not UTF-8 text"};
  }
  const auto key = case_of(connection, book, file, clock.now());
  if (!key) return key.error();
  const auto tags_end = mailbox->put(connection.client, *parts, first_free_tag(file, to, clock.day()));
  if (!tags_end) return tags_end.error();
  const auto body = [&](crypto::SecretJson& json) {
    json.string("text", text).string("report", to.id()).number("tags_end", *tags_end);
    json.number("seen", std::max(file.reports.back().row.number, to.reports.back().row.number));
  };
  const auto recorded = record_done(connection, book, file, *key, {"reply", body}, clock.now());
  if (!recorded) return Problem{"the answer is stored for the reporter, but not recorded in the case: " + recorded.error().line};
  return {};
}

}  // namespace hotline::cli
