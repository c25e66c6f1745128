#include "server/sms/segments.hpp"
#include "tests/unit/conversation/support.hpp"

#include <gtest/gtest.h>

#include <set>

namespace hotline::conversation {
namespace {

using tests::wording_with;

constexpr std::size_t english = 0;
constexpr std::size_t spanish = 1;

std::string spelled(const Wording& wording, Say what, std::optional<std::size_t> language) { return wording.text(what, language, "TREE-48-MOON-7"); }

TEST(Wording, EveryTextOfEveryLanguageIsOneTextOfAPhone) {
  // The longest that a code can be.
  const web::Catalogues catalogues;
  std::string longest;
  for (const std::string& tag : catalogues.languages()) {
    const Wording wording = wording_with("911", {tag}, tag);
    for (int first = 0; first < 256; ++first) {
      const std::string code = wording.code(0, {static_cast<Byte>(first), 0, static_cast<Byte>(first), 0});
      if (code.size() > longest.size()) longest = code;
    }
    for (const std::string& phone : {std::string("911"), std::string()}) {
      const Wording one = wording_with(phone, {tag}, tag);
      for (std::size_t i = 0; i < say_count; ++i) {
        const std::string text = one.text(static_cast<Say>(i), 0, longest);
        EXPECT_TRUE(sms::fits_gsm7(text)) << tag << ": " << text;
        EXPECT_EQ(sms::segments_of(text), 1u) << tag << ": " << text;
        EXPECT_EQ(text.find_first_of("{}"), std::string::npos) << tag << ": " << text;
        EXPECT_FALSE(text.empty());
      }
    }
  }
  // In all languages at once.
  for (const Say what : {Say::language, Say::danger}) EXPECT_EQ(sms::segments_of(wording_with().text(what, std::nullopt)), 1u);
}

TEST(Wording, SaysTheWordsInBothLanguages) {
  const Wording wording = wording_with();
  EXPECT_EQ(wording.text(Say::language, std::nullopt), "1 English  2 Español");
  EXPECT_EQ(wording.text(Say::danger, english), "If you can call, call 911. If not, reply with the place.");
  EXPECT_EQ(wording.text(Say::danger, spanish), "Si puede llamar, llame al 911. Si no, responda con el lugar.");
  EXPECT_EQ(wording.text(Say::danger, std::nullopt), wording.text(Say::danger, english) + " / " + wording.text(Say::danger, spanish));
  EXPECT_EQ(wording_with("").text(Say::danger, english).find("911"), std::string::npos);
  EXPECT_EQ(spelled(wording, Say::code, english),
            "Got it. Your code: TREE-48-MOON-7. Use it so we know it is you. Do not save it under our name. Delete this text.");
  EXPECT_EQ(wording.text(Say::where, std::nullopt), wording.text(Say::where, english)) << "the fallback";
  EXPECT_EQ(wording_with("911", {"en", "es"}, "es").fallback(), spanish);
}

TEST(Wording, NobodyIsToldThatSomebodyReadsNow) {
  // Nobody on call can acknowledge it.
  const Wording wording = wording_with();
  EXPECT_EQ(wording.text(Say::danger, english).find("reading"), std::string::npos);
  EXPECT_EQ(wording.text(Say::danger, spanish).find("leyendo"), std::string::npos);
}

TEST(Wording, CodesAreWordsAndDigits) {
  const Wording wording = wording_with();
  EXPECT_EQ(wording.code(english, {0, 0, 1, 7}), "TREE-10-MOON-7");
  EXPECT_EQ(wording.code(spanish, {0, 38, 1, 7}), "SOL-48-RIO-7");
  std::set<std::string> codes;
  for (int i = 0; i < 256; ++i) codes.insert(wording.code(spanish, {static_cast<Byte>(i), static_cast<Byte>(i), static_cast<Byte>(255 - i), 255}));
  EXPECT_GT(codes.size(), 80u);
}

TEST(Wording, TheFirstWordsTellTheLanguage) {
  const Wording wording = wording_with();
  for (const char* text : {"help", "HELP me", "Hi", "I am locked in a house", "he took my passport and i can't leave", "YES", "Is it safe?"}) {
    EXPECT_EQ(wording.told_by(text), english) << text;
  }
  for (const char* text : {"ayuda", "AYÚDENME por favor", "Hola", "No puedo salir de la casa", "¿Está ahí?", "Sí", "me quitó el pasaporte", "estoy en peligro"}) {
    EXPECT_EQ(wording.told_by(text), spanish) << text;
  }
  for (const char* text : {"", "9", "1", "no", "🙂", "me", "xyz", "help ayuda", "Помогите"}) EXPECT_EQ(wording.told_by(text), std::nullopt) << text;
}

TEST(Wording, OnlyLanguagesThatHaveTextsForPhones) {
  EXPECT_EQ(wording_with("911", {"kek", "es"}, "kek").languages(), 1u);
  EXPECT_EQ(wording_with("911", {"kek", "es"}, "kek").tag(0), "es");
  EXPECT_EQ(wording_with("911", {"kek"}, "kek").tag(0), "en");
}

}  // namespace
}  // namespace hotline::conversation
