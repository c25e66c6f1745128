#include "server/intake/document.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "crypto/padding.hpp"
#include "crypto/secret_json.hpp"

#include <algorithm>

namespace hotline::intake {
namespace {

void begin(crypto::SecretJson& json, std::string_view type, const MessageHead& head) {
  json.begin_object().number("v", 1).string("type", type).string("desk", to_text(head.desk)).string("channel", "web");
  json.string("language", head.language);
  if (head.never.empty()) return;
  json.key("never").begin_array();
  for (const std::string& name : head.never) json.string(name);
  json.end_array();
}

/// Every answer by its question; a question answered more than once keeps all its answers in an array.
void write_answers(crypto::SecretJson& json, const Submission& submission, const Questionnaire& questionnaire) {
  json.key("answers").begin_object();
  std::vector<std::string_view> done;
  for (const auto& [name, value] : submission.fields) {
    const Question* question = questionnaire.find(name);
    if (question == nullptr || question->kind == QuestionKind::consents || value.empty()) continue;
    if (std::ranges::find(done, name) != done.end()) continue;
    done.push_back(name);
    const auto same = [&](const auto& field) { return field.first == name && !field.second.empty(); };
    if (std::ranges::count_if(submission.fields, same) == 1) {
      json.string(name, value.reveal_text());
      continue;
    }
    json.key(name).begin_array();
    for (const auto& field : submission.fields) {
      if (same(field)) json.string(field.second.reveal());
    }
    json.end_array();
  }
  json.end_object();
}

/// What may be done: only what was ticked, or said yes to, each once.
void write_consents(crypto::SecretJson& json, const Submission& submission, const Questionnaire& questionnaire) {
  std::vector<std::string_view> given;
  const auto give = [&](std::string_view what) {
    if (std::ranges::find(given, what) == given.end()) given.push_back(what);
  };
  for (const auto& [name, value] : submission.fields) {
    const Question* question = questionnaire.find(name);
    if (question == nullptr || value.empty()) continue;
    if (question->kind == QuestionKind::consents) give(value.reveal_text());
    if (!question->grants.empty() && value.reveal_text() == "yes") give(question->grants);
  }
  json.key("consents").begin_array();
  for (const std::string_view what : given) json.string(what);
  json.end_array();
}

void write_attachments(crypto::SecretJson& json, const Submission& submission) {
  json.key("attachments").begin_array();
  for (const ReceivedFile& file : submission.files) {
    json.begin_object().string("id", to_text(file.id)).string("name", file.name.reveal_text());
    json.string("media_type", file.media_type.reveal_text()).number("bytes", static_cast<std::int64_t>(file.bytes));
    json.string("sha256", crypto::to_hex(file.sha256)).end_object();
  }
  json.end_array();
}

void write_way_back(crypto::SecretJson& json, const WayBack& back) {
  json.key("mailbox").begin_object();
  json.string("key", crypto::secret_to_base64(back.mailbox_key, crypto::Base64::url_unpadded).reveal_text());
  json.string("recipient", back.recipient.to_text()).end_object();
}

}  // namespace

crypto::SecretBuffer report_document(const MessageHead& head, const Submission& submission, const WayBack& back,
                                     const Questionnaire& questionnaire) {
  crypto::SecretJson json(4096);
  begin(json, "report", head);
  write_answers(json, submission, questionnaire);
  write_consents(json, submission, questionnaire);
  write_attachments(json, submission);
  write_way_back(json, back);
  json.end_object();
  return std::move(json).finish();
}

crypto::SecretBuffer followup_document(const MessageHead& head, const Submission& submission, const WayBack& back, Wish wish,
                                       const Questionnaire& questionnaire) {
  crypto::SecretJson json(4096);
  begin(json, "followup", head);
  const crypto::SecretBuffer* message = submission.field("message");
  json.string("text", message != nullptr ? message->reveal_text() : std::string_view());
  const Question* danger = questionnaire.danger_question();
  const crypto::SecretBuffer* safe = danger != nullptr ? submission.field(danger->key) : nullptr;
  if (safe != nullptr && !safe->empty()) json.key("answers").begin_object().string(danger->key, safe->reveal_text()).end_object();
  if (wish == Wish::erase) json.string("wish", "delete");
  if (wish == Wish::consents) {
    json.string("wish", "consents");
    write_consents(json, submission, questionnaire);
  }
  write_attachments(json, submission);
  write_way_back(json, back);
  json.end_object();
  return std::move(json).finish();
}

Result<ByteVector> seal_document(crypto::SecretBuffer document, const crypto::age::Recipient& recipient) {
  const auto padded = crypto::pad_json(document);
  if (!padded) return padded.error();
  auto sealed = crypto::age::seal(std::span(&recipient, 1), document.reveal());
  crypto::wipe_stack();
  return sealed;
}

}  // namespace hotline::intake
