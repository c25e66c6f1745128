#include "server/conversation/refusal.hpp"

#include <algorithm>
#include <initializer_list>

namespace hotline::conversation {

namespace {

using Word = std::string_view;
using Words = std::initializer_list<Word>;

bool is_among(Word word, Words words) { return std::ranges::find(words, word) != words.end(); }

bool denies(Word word) {
  return is_among(word, {"no", "not", "dont", "donot", "dnt", "dun", "never", "nunca", "jamas", "stop", "quit", "avoid", "deje", "dejen", "dejes", "evite", "eviten"});
}
/// May stand between the no and what is not wanted.
bool is_small(Word word) {
  return is_among(word, {"me",   "us",  "my",  "this", "please", "pls", "plz", "pleas", "ever", "even", "do",    "try",   "dare", "need", "any", "more", "to",  "back",
                         "be",   "and", "or",  "not",  "nos", "le",    "les",  "por",  "favor", "porfa", "ya",   "mas",  "a",   "de",   "del", "este",
                         "esta", "ni",  "que", "you",  "u",      "want", "wanna", "wish", "quiero", "queremos", "quisiera"});
}
bool is_wish(Word word) { return is_among(word, {"want", "wanna", "wish", "quiero", "queremos", "quisiera"}); }
/// "I do not want you to": from here on it is not the person who does not.
bool is_of_us(Word word) { return is_among(word, {"you", "u", "que"}); }
bool is_unwanted(Word word) {
  return is_among(word, {"reply",    "replies",   "replys",    "replying", "replay",   "repley",    "rply",      "answer",    "answers",  "answering",  "answr",
                         "anser",    "awnser",    "anwser",    "respond",  "responds", "responding", "respon",   "calls",     "messaging", "messages",  "mesage",
                         "mesages",  "messege",   "msg",       "msgs",     "sms",       "text",      "texts",    "texting",   "txt",       "txting",    "writing",   "responda",  "respondas", "respondan", "conteste",
                         "contestes", "contesten", "mensaje",  "mensage",  "mensages", "mensajito", "llamada",   "llamadas",  "respuesta", "respuestas"});
}
/// "No contestar", but not "no quiero contestar".
bool is_unwanted_infinitive(Word word) {
  return is_among(word, {"responder", "contestar", "mandar", "enviar", "llamar", "yamar", "contactar", "textear"});
}
/// Unwanted when it is to the person: "no me llame", "don't call me", but not "don't call the police", "no mande a mi hermano".
bool is_half(Word word) {
  return is_among(word, {"call",   "cal",   "calling", "contact",  "contacting", "send",   "sending", "ring",  "mande",    "mandes",   "manden", "envie",
                         "envies", "envien", "llame",   "llames",   "llamen",     "yame",   "yames",   "yamen", "contacte", "contacten", "marque", "marquen"});
}
bool is_to_the_person(Word word) {
  return is_among(word, {"me",  "us",   "this",  "back",  "here",   "now",    "please", "pls",  "plz",  "anything", "por", "favor",
                         "este", "esta", "aqui",  "ahora", "mas",    "more",   "nada",   "phone", "cell", "number",   "telefono", "celular", "numero"});
}

}  // namespace

Refusal::Before Refusal::kind_of(Word word) noexcept {
  if (is_among(word, {"i", "we", "they", "he", "she", "who", "people"})) return Before::pronoun;
  if (is_among(word, {"will", "would", "must", "may"})) return Before::helper;
  if (word == "do") return Before::does;
  if (is_among(word, {"can", "could", "does", "did", "cannot"})) return Before::can;
  if (is_among(word, {"you", "u"})) return Before::you;
  return word == "don" ? Before::don : Before::other;
}

/// "they never", "they do not", "it does not", "you never", but not "can you not".
bool Refusal::is_of_others() const noexcept {
  if (last_ == Before::pronoun || last_ == Before::can) return true;
  if (last_ == Before::you) return last_but_one_ != Before::can && last_but_one_ != Before::helper;
  if (last_ == Before::does && last_but_one_ == Before::you) return true;   // "you must not" is a wish, though
  return (last_ == Before::helper || last_ == Before::does) && last_but_one_ == Before::pronoun;
}

void Refusal::read_after_no(Word word) noexcept {
  if (is_unwanted(word)) {
    told_ = told_ || !of_others_;
  } else if (is_unwanted_infinitive(word)) {
    told_ = told_ || !(of_others_ || wish_);
  } else if (is_half(word)) {
    half_ = !of_others_;
    told_ = told_ || (half_ && to_me_);
  } else if (is_wish(word)) {
    wish_ = true;
  } else if (is_of_us(word)) {
    of_others_ = wish_ = false;
  } else if (is_among(word, {"me", "nos"})) {
    to_me_ = true;
  }
}

void Refusal::read(Word word) noexcept {
  why_ = why_ || word == "why";
  const bool is_don_t = last_ == Before::don && word == "t";
  if (half_ && is_to_the_person(word)) told_ = true;
  if (half_ && !is_among(word, {"a", "to", "al", "my", "mi"})) half_ = false;
  if (open_ && (is_small(word) || is_unwanted(word) || is_unwanted_infinitive(word) || is_half(word))) {
    read_after_no(word);
  } else if (denies(word) || is_don_t) {
    open_ = true;
    of_others_ = is_of_others();
    wish_ = to_me_ = false;
  } else {
    open_ = false;   // "no one calls" as well
  }
  last_but_one_ = last_;
  last_ = kind_of(word);
}

}  // namespace hotline::conversation
