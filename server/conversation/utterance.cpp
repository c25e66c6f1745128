#include "server/conversation/utterance.hpp"

#include "server/conversation/plain_words.hpp"
#include "server/conversation/refusal.hpp"
#include "server/sms/message.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace hotline::conversation {

namespace {

constexpr std::array<std::string_view, 13> denying{"no", "not", "dont", "donot", "dnt", "isnt", "isn", "aint", "never", "nunca", "jamas", "nope", "unsafe"};
/// As the first word, a no to what was asked; in a story they are of something else.
constexpr std::array<std::string_view, 4> refusing{"2", "nah", "cant", "cannot"};
/// With a no anywhere in the text; what Refusal knows counts only close behind one.
constexpr std::array<std::string_view, 29> about_texting{"safe",     "unsafe",   "text",     "texts",  "texting", "txt",     "txts",    "txting",   "texte",   "texteen",
                                                         "textees",  "write",    "message",  "messge", "messege", "seguro",  "segura",  "escriba",  "escriban", "escribas",
                                                         "escribir", "escriva",  "escrivan", "escrivas", "escrivir", "mensajes", "mensages", "mensjaes", "segro"};
constexpr std::array<std::string_view, 12> thanking{"ok", "okay", "k", "thanks", "thank", "you", "ty", "gracias", "muchas", "bien", "esta", "vale"};

/// "Si él ve esto": not yes, but if.
constexpr std::array<std::string_view, 15> behind_if{"me", "te", "se", "le", "lo", "la", "los", "las", "nos", "el", "ella", "ellos", "ellas", "alguien", "mi"};

bool is_among(std::string_view word, std::span<const std::string_view> words) { return std::ranges::find(words, word) != words.end(); }

/// "nooo"
bool is_long_no(std::string_view word) { return word.size() > 2 && word[0] == 'n' && word.find_first_not_of('o', 1) == std::string_view::npos; }

}  // namespace

Utterance understand(std::string_view text, const Wording& wording) {
  Utterance said;
  said.danger = sms::priority_of(text) == 0;
  said.keyword = sms::keyword_of(text);
  said.language = wording.told_by(text);
  PlainWords words(text);
  Refusal refusal;
  std::size_t count = 0;
  bool is_si = false;
  bool after_don = false;
  bool after_can = false;
  bool denies = false;
  bool is_about_texting = false;
  bool only_thanks = true;
  for (std::string_view word = words.next(); !word.empty(); word = words.next()) {
    ++count;
    if (count == 1) {
      if (word.size() == 1 && word[0] >= '1' && word[0] <= '9') said.digit = word[0] - '0';
      is_si = word == "si";
      said.agrees = said.keyword == sms::Keyword::yes || word == "yes" || is_si;
      said.refuses = said.keyword == sms::Keyword::no || is_among(word, denying) || is_among(word, refusing) || is_long_no(word);
    }
    // "Y mi hermana", "1 de ellos" and "si me mata" begin like a yes.
    if (is_si && (count > 3 || (count == 2 && is_among(word, behind_if)) || is_among(word, denying))) said.agrees = false;
    if (count == 2 && word == "t" && (after_don || after_can)) said.refuses = true;
    if (count == 2 && said.digit == 1 && sms::keyword_of(word) == sms::Keyword::yes) said.agrees = true;
    refusal.read(word);
    denies = denies || is_among(word, denying) || (after_don && word == "t");
    after_don = word == "don";
    after_can = word == "can";
    is_about_texting = is_about_texting || is_among(word, about_texting);
    only_thanks = only_thanks && is_among(word, thanking);
  }
  said.thanks = count > 0 && only_thanks;
  said.unsafe = (denies && is_about_texting) || refusal.told();
  return said;
}

}  // namespace hotline::conversation
