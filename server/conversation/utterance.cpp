#include "server/conversation/utterance.hpp"

#include "server/conversation/plain_words.hpp"
#include "server/sms/message.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace hotline::conversation {

namespace {

constexpr std::array<std::string_view, 8> denying{"no", "not", "dont", "isnt", "never", "nunca", "nope", "unsafe"};
constexpr std::array<std::string_view, 14> about_texting{"safe",   "unsafe", "text",    "texts",    "texting",  "write",    "message",
                                                         "seguro", "segura", "escriba", "escriban", "escribas", "escribir", "mensajes"};
constexpr std::array<std::string_view, 12> thanking{"ok", "okay", "k", "thanks", "thank", "you", "ty", "gracias", "muchas", "bien", "esta", "vale"};

bool is_among(std::string_view word, std::span<const std::string_view> words) { return std::ranges::find(words, word) != words.end(); }

}  // namespace

Utterance understand(std::string_view text, const Wording& wording) {
  Utterance said;
  said.danger = sms::priority_of(text) == 0;
  said.keyword = sms::keyword_of(text);
  said.language = wording.told_by(text);
  PlainWords words(text);
  bool first = true;
  bool denies = false;
  bool is_about_texting = false;
  bool only_thanks = true;
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    if (first) {
      if (word.size() == 1 && word[0] >= '1' && word[0] <= '9') said.digit = word[0] - '0';
      const sms::Keyword meaning = sms::keyword_of(word);
      said.agrees = meaning == sms::Keyword::yes;
      said.refuses = meaning == sms::Keyword::no || is_among(word, denying);
    }
    first = false;
    denies = denies || is_among(word, denying);
    is_about_texting = is_about_texting || is_among(word, about_texting);
    only_thanks = only_thanks && is_among(word, thanking);
  }
  said.thanks = !first && only_thanks;
  said.unsafe = denies && is_about_texting;
  return said;
}

}  // namespace hotline::conversation
