#include "server/sms/message.hpp"

#include "crypto/encoding.hpp"
#include "crypto/secret_json.hpp"
#include "server/http/parameters.hpp"
#include "server/sms/keyword.hpp"

#include <algorithm>
#include <array>

namespace hotline::sms {

namespace {

constexpr std::uint8_t danger_now = 0;
constexpr std::uint8_t some_signs = 3;
constexpr std::array<std::string_view, 2> danger_words{"danger", "peligro"};

bool is_word_char(char c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/// Without spaces, line ends and full stops around it.
std::string_view trim(std::string_view text) noexcept {
  constexpr std::string_view white = " \t\r\n.,!";
  const std::size_t first = text.find_first_not_of(white);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white) - first + 1);
}

bool has_flag(const Message& message, std::string_view flag) noexcept { return std::ranges::find(message.flags, flag) != message.flags.end(); }

/// What the text is, when it is nothing but a word.
Keyword word_of(const Message& message) noexcept { return message.part ? Keyword::none : keyword_of(message.text.reveal_text()); }

}  // namespace

std::uint8_t priority_of(std::string_view text) noexcept {
  if (trim(text) == "9") return danger_now;
  for (auto from = text.begin(); from != text.end();) {
    from = std::find_if(from, text.end(), is_word_char);
    const auto to = std::find_if_not(from, text.end(), is_word_char);
    const std::string_view word(from, to);
    for (const std::string_view danger : danger_words) {
      if (http::equal_ignoring_case(word, danger)) return danger_now;
    }
    from = to;
  }
  return some_signs;
}

bool asks_for_silence(const Message& message) noexcept { return has_flag(message, "opt-out") || word_of(message) == Keyword::stop; }

bool asks_for_texts(const Message& message) noexcept {
  constexpr std::array<std::string_view, 5> in_doubt{"opt-out", "late", "unreadable", "cut", "repeated-field"};
  if (std::ranges::any_of(in_doubt, [&](std::string_view flag) { return has_flag(message, flag); })) return false;
  return has_flag(message, "opt-in") || word_of(message) == Keyword::start;
}

void flag_keyword(Message& message) {
  const Keyword word = word_of(message);
  const char* flag = word == Keyword::stop ? "opt-out" : word == Keyword::start ? "opt-in" : nullptr;
  if (flag == nullptr || has_flag(message, flag)) return;
  message.flags.emplace_back(flag);
}

crypto::SecretBuffer to_json(const Message& message, std::string_view gateway, std::string_view desk_hex,
                             std::int64_t received_hour, const Asked& asked, const KeptMedia& kept) {
  crypto::SecretJson json(message.text.size() + message.raw.size() * 4 / 3 + 1024);
  json.begin_object();
  json.number("v", 1).string("type", "sms").string("desk", desk_hex).number("received_hour", received_hour);
  json.string("gateway", gateway).string("message_id", message.id.reveal_text());
  json.string("from", message.from.reveal_text()).string("to", message.to.reveal_text());
  json.string("text", message.text.reveal_text());
  json.key("media").begin_array();
  for (std::size_t i = 0; i < message.media.size(); ++i) {
    const Media& media = message.media[i];
    json.begin_object().string("url", media.url.reveal_text()).string("type", media.type.reveal_text());
    if (i < kept.references.size() && !kept.references[i].empty()) json.string("reference", kept.references[i]);
    json.end_object();
  }
  json.end_array();
  if (!kept.files.empty()) {
    json.key("attachments").begin_array();
    for (std::size_t i = 0; i < kept.files.size(); ++i) {
      const InlineFile& file = message.files[i];
      json.begin_object().string("id", kept.files[i].id).string("name", file.name.reveal_text()).string("media_type", file.type.reveal_text());
      json.number("bytes", kept.files[i].bytes).string("sha256", kept.files[i].sha256).end_object();
    }
    json.end_array();
  }
  json.key("flags").begin_array();
  for (const std::string& flag : message.flags) json.string(flag);
  if (asked.not_safe) json.string("not-safe");
  if (asked.safe_again) json.string("safe-again");
  if (kept.left_out) json.string("files-left-out");
  json.end_array();
  if (message.part) {
    json.key("part").begin_object().string("reference", message.part->reference.reveal_text());
    json.number("number", message.part->number).number("count", message.part->count).end_object();
  }
  if (!message.raw.empty()) {
    json.string("raw", crypto::secret_to_base64(message.raw.reveal(), crypto::Base64::standard).reveal_text());
  }
  if (!asked.question.empty() || !asked.code.empty()) {
    json.key("asked").begin_object().string("question", asked.question).string("language", asked.language);
    json.string("code", asked.code).end_object();
  }
  json.key("sms").begin_object();
  json.string("gateway", gateway).string("from", message.from.reveal_text()).string("to", message.to.reveal_text());
  json.end_object();
  json.end_object();
  return std::move(json).finish();
}

}  // namespace hotline::sms
