#include "server/cli/case_outcome.hpp"

#include "config/clock.hpp"
#include "crypto/encoding.hpp"
#include "server/cli/case_mailbox.hpp"
#include "server/cli/case_record.hpp"
#include "server/cli/case_wishes.hpp"
#include "web/catalogue.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

namespace json = boost::json;

/// An answer that is sealed and waits to be put, as the case's event keeps it.
struct SealedAnswer {
  ReportId report;                  ///< any report of the thread whose mailbox it goes to
  std::uint32_t tag = 0;            ///< the first that is tried
  std::vector<ByteVector> parts;
};

Outcome<SealedAnswer> seal_outcome(const Casebook& book, const Thread& thread, crypto::WishOutcome outcome, std::string_view text, std::int64_t day) {
  const auto mailbox = ReporterMailbox::of(thread);
  if (!mailbox) return mailbox.error();
  if (text.size() > outcome_text_bytes_max) return Problem{"the text is too long: at most 8 KiB; say more with hotline case reply"};
  auto parts = crypto::seal_answer(text, {.day = day, .desk = book.desk().desk.id, .outcome = outcome}, mailbox->recipient);
  if (!parts) return Problem{"the text is empty or not UTF-8"};
  return SealedAnswer{thread.reports.front().row.id, first_free_tag(thread, thread, day), std::move(*parts)};
}

void write_answers(crypto::SecretJson& body, const std::vector<SealedAnswer>& answers) {
  std::int64_t tags_end = 0;
  body.key("answers").begin_array();
  for (const SealedAnswer& answer : answers) {
    body.begin_object().string("report", to_text(answer.report)).number("tag", answer.tag).key("parts").begin_array();
    for (const ByteVector& part : answer.parts) body.string(crypto::to_base64(part, crypto::Base64::url_unpadded));
    body.end_array().end_object();
    tags_end = std::max<std::int64_t>(tags_end, answer.tag + static_cast<std::int64_t>(answer.parts.size()));
  }
  body.end_array().number("tags_end", tags_end);
}

std::string text_in(const OpenedEvent& event) {
  const json::value* body = event.content.if_contains("body");
  return body != nullptr && body->is_object() ? string_of(body->get_object(), "text") : std::string();
}

/// The answers of an event that was recorded before. What is not as we write it is left out.
std::vector<SealedAnswer> answers_in(const OpenedEvent& event) {
  std::vector<SealedAnswer> answers;
  const json::value* body = event.content.if_contains("body");
  const json::value* list = body != nullptr && body->is_object() ? body->get_object().if_contains("answers") : nullptr;
  if (list == nullptr || !list->is_array()) return answers;
  for (const json::value& entry : list->get_array()) {
    const json::object* object = entry.if_object();
    if (object == nullptr) continue;
    const auto report = parse_id<ReportId>(string_of(*object, "report"));
    const json::value* tag = object->if_contains("tag");
    const json::value* parts = object->if_contains("parts");
    if (!report || tag == nullptr || !tag->is_int64() || parts == nullptr || !parts->is_array()) continue;
    if (tag->get_int64() < 0 || tag->get_int64() >= ReporterMailbox::tags_max) continue;
    SealedAnswer answer{*report, static_cast<std::uint32_t>(tag->get_int64()), {}};
    for (const json::value& part : parts->get_array()) {
      auto bytes = part.is_string() ? crypto::from_base64(part.get_string(), crypto::Base64::url_unpadded) : Result<ByteVector>(Errc::malformed);
      if (bytes) answer.parts.push_back(std::move(*bytes));
    }
    if (answer.parts.size() == parts->get_array().size()) answers.push_back(std::move(answer));
  }
  return answers;
}

Outcome<void> put_all(Connection& connection, const std::vector<const Thread*>& threads, const std::vector<SealedAnswer>& answers) {
  for (const SealedAnswer& answer : answers) {
    const auto has_report = [&](const Thread* thread) {
      return std::ranges::any_of(thread->reports, [&](const auto& report) { return report.row.id == answer.report; });
    };
    const auto thread = std::ranges::find_if(threads, has_report);
    if (thread == threads.end()) continue;
    const auto mailbox = ReporterMailbox::of(**thread);
    if (!mailbox) continue;
    const auto put = mailbox->put(connection.client, answer.parts, answer.tag);
    if (!put) return put.error();
  }
  return {};
}

/// What a reporter reads when everything is deleted, in their language or else in English.
std::string_view deleted_text(const web::Catalogues& catalogues, const std::string& language) {
  for (const std::string& tag : {language, language.substr(0, language.find('-')), std::string("en")}) {
    const web::Catalogue* catalogue = catalogues.find(tag);
    const auto text = catalogue != nullptr ? catalogue->find("found.deleted") : std::nullopt;
    if (text) return *text;
  }
  return "found.deleted";
}

const OpenedEvent* begun_before(const Deletion& deletion) {
  for (const Thread* thread : deletion.threads) {
    if (const OpenedEvent* begun = wishes_of(*thread).deletion) return begun;
  }
  return nullptr;
}

}  // namespace

Outcome<void> keep(Connection& connection, const Casebook& book, const Thread& thread, std::string_view why) {
  const SystemClock clock;
  if (const Thread& home = home_of(thread); &home != &thread) {
    return Problem{"this reporter is one of several whom case " + home.id().substr(0, 8) + " is about: answer their wish in the console in the browser"};
  }
  const Wishes wishes = wishes_of(thread);
  if (wishes.deletion != nullptr) {
    return Problem{"deletion was begun, and the reporter may have read so: finish it with hotline case delete " + thread.id().substr(0, 8)};
  }
  if (wishes.kept != nullptr) {
    const auto put = put_all(connection, {&thread}, answers_in(*wishes.kept));
    if (!put) return put.error();
    if (text_in(*wishes.kept) == why) return {};
    return Problem{"this wish was answered before, by " + wishes.kept->author + ", with other words; to say more: hotline case reply"};
  }
  if (!wishes.delete_asked) return Problem{"nobody has asked that this be deleted; to write to the reporter: hotline case reply"};
  auto answer = seal_outcome(book, thread, crypto::WishOutcome::kept, why, clock.day());
  if (!answer) return answer.error();
  std::vector<SealedAnswer> answers;
  answers.push_back(std::move(*answer));
  const auto body = [&](crypto::SecretJson& json) {
    json.string("text", why).number("seen", thread.reports.back().row.number);
    write_answers(json, answers);
  };
  const auto recorded = record_alone(connection, book, thread, "keep", body, clock.now());
  if (!recorded) return recorded.error();
  const auto put = put_all(connection, {&thread}, answers);
  if (!put) return Problem{"recorded at the desk, but " + put.error().line + "; run the same command again"};
  return {};
}

Deletion deletion_of(const Casebook& book, const Thread& thread) {
  Deletion deletion;
  deletion.threads.push_back(&thread);
  // A case can be about several reporters; it goes as a whole.
  for (std::size_t i = 0; i < deletion.threads.size(); ++i) {
    for (const Thread& other : book.threads()) {
      if (std::ranges::find(deletion.threads, &other) != deletion.threads.end()) continue;
      const auto named_by = [](const Thread& one, const Thread& two) {
        return std::ranges::any_of(two.reports, [&](const auto& report) {
          return std::ranges::find(one.linked, to_text(report.row.id)) != one.linked.end();
        });
      };
      if (named_by(*deletion.threads[i], other) || named_by(other, *deletion.threads[i])) deletion.threads.push_back(&other);
    }
  }
  for (const Thread* each : deletion.threads) {
    for (const OpenedReport& report : each->reports) {
      deletion.reports.push_back(report.row.id);
      deletion.files += report.row.attachments.size();
    }
    deletion.cases.insert(deletion.cases.end(), each->cases.begin(), each->cases.end());
    if (ReporterMailbox::of(*each)) ++deletion.told;
  }
  return deletion;
}

Outcome<storage::Removed> delete_for_good(Connection& connection, const Casebook& book, const Deletion& deletion, std::string_view text) {
  const SystemClock clock;
  const Thread& thread = home_of(*deletion.threads.front());
  std::vector<CaseId> cases = deletion.cases;
  std::vector<SealedAnswer> answers;
  if (const OpenedEvent* begun = begun_before(deletion)) {
    answers = answers_in(*begun);   // the same answers again, so that nobody is told twice
  } else if (deletion.told != 0) {
    const web::Catalogues catalogues;
    for (const Thread* each : deletion.threads) {
      if (!ReporterMailbox::of(*each)) continue;
      const std::string_view words = text.empty() ? deleted_text(catalogues, language_of(*each)) : text;
      auto answer = seal_outcome(book, *each, crypto::WishOutcome::deleted, words, clock.day());
      if (!answer) return answer.error();
      answers.push_back(std::move(*answer));
    }
    const auto body = [&](crypto::SecretJson& json) {
      json.string("text", text).number("seen", thread.reports.back().row.number);
      write_answers(json, answers);
    };
    const auto recorded = record_alone(connection, book, thread, "delete", body, clock.now());
    if (!recorded) return recorded.error();
    if (std::ranges::find(cases, recorded->id) == cases.end()) cases.push_back(recorded->id);
  }
  const auto put = put_all(connection, deletion.threads, answers);
  if (!put) return Problem{"nothing is deleted yet: " + put.error().line + "; run the same command again"};
  auto removed = connection.client.remove(cases, deletion.reports);
  if (!removed) return Problem{"not deleted: " + removed.error().line};
  return removed;
}

}  // namespace hotline::cli
