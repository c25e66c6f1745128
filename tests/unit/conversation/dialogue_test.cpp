#include "server/conversation/dialogue.hpp"
#include "tests/unit/conversation/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotline::conversation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Words = std::vector<Say>;

/// A person and the server, text by text.
class Talk {
 public:
  Words operator()(std::string_view text) {
    Step step = next(state_, understand(text, wording_), wording_);
    state_ = step.state;
    return step.say;
  }
  const State& state() const { return state_; }
  std::string language() const { return state_.language ? wording_.tag(*state_.language) : ""; }
  void by_hand() { state_.by_hand = true; }

 private:
  Wording wording_ = tests::wording_with();
  State state_;
};

TEST(Dialogue, AllQuestionsInBothLanguages) {
  struct Person {
    const char* first;
    const char* yes;
    const char* skip;
    const char* where;
    const char* language;
  };
  for (const Person& person : {Person{"I need help", "yes", "skip", "Belmopan, the bakery", "en"}, Person{"Necesito ayuda", "Sí", "SALTAR", "Belmopán, la panadería", "es"},
                               Person{"hi", "1", "3", "x", "en"}, Person{"hola", "1", "3", "x", "es"}}) {
    Talk talk;
    EXPECT_THAT(talk(person.first), ElementsAre(Say::safe));
    EXPECT_THAT(talk(person.yes), ElementsAre(Say::must_tell, Say::child)) << "what must be told stands before the question";
    EXPECT_THAT(talk(person.skip), ElementsAre(Say::leave));
    EXPECT_THAT(talk("2"), ElementsAre(Say::where));
    EXPECT_THAT(talk(person.where), ElementsAre(Say::code));
    EXPECT_THAT(talk("and one more thing"), IsEmpty());
    EXPECT_EQ(talk.language(), person.language);
    EXPECT_TRUE(talk.state().finished && talk.state().code_told);
  }
}

TEST(Dialogue, WhoseLanguageIsNotToldIsAskedForIt) {
  for (const auto& [answer, language] : std::vector<std::pair<const char*, const char*>>{
           {"1", "en"}, {"2", "es"}, {"2.", "es"}, {"español", "es"}, {"English please", "en"}, {"Sí", "es"}, {"9 9", "en"}, {"xyz", "en"}, {"3", "en"}}) {
    Talk talk;
    EXPECT_THAT(talk("xyz"), ElementsAre(Say::language));
    EXPECT_THAT(talk(answer), ElementsAre(Say::safe)) << answer;
    EXPECT_EQ(talk.language(), language) << answer;
  }
}

TEST(Dialogue, NoIsNoInManyWords) {
  for (const char* text : {"2", "NO", "no.", "No, he is here with me now", "it is not safe", "Unsafe", "don't text me", "don’t write", "please never text this phone",
                           "no es seguro", "ahora no, no escriba", "Not now", "nunca", "N", "n.", "nah", "Nooo", "noo he is here", "cant talk", "can't", "can’t now", "can´t talk",
                           "Cannot now"}) {
    Talk talk;
    talk("hello");
    EXPECT_THAT(talk(text), ElementsAre(Say::not_safe)) << text;
    EXPECT_THAT(talk("ok"), IsEmpty()) << "we said that we would not text";
    EXPECT_THAT(talk("Gracias, está bien"), IsEmpty());
    EXPECT_THAT(talk("2"), IsEmpty());
    EXPECT_THAT(talk("I am alone now"), ElementsAre(Say::safe)) << "who writes again is asked again";
  }
  // Later too.
  Talk talk;
  talk("hello");
  talk("1");
  EXPECT_THAT(talk("it is not safe any more"), ElementsAre(Say::not_safe));
}

TEST(Dialogue, NotSafeIsKeptUntilYesToTheQuestion) {
  Talk talk;
  talk("hello");
  talk("no");
  EXPECT_TRUE(talk.state().not_safe);
  for (const char* text : {"ok", "NO", "don't text me!", "thanks"}) {
    EXPECT_THAT(talk(text), IsEmpty()) << text;
    EXPECT_TRUE(talk.state().not_safe) << text;
  }
  EXPECT_THAT(talk("I am alone now"), ElementsAre(Say::safe));
  for (const char* text : {"he is at work", "SKIP", "3", "they took my passport"}) {
    EXPECT_THAT(talk(text), IsEmpty()) << "neither code nor question before yes: " << text;
    EXPECT_TRUE(talk.state().not_safe) << text;
  }
  EXPECT_THAT(talk("yes"), ElementsAre(Say::must_tell, Say::child));
  EXPECT_FALSE(talk.state().not_safe);
  EXPECT_THAT(talk("no"), ElementsAre(Say::leave)) << "no child, which says nothing of texts";
  EXPECT_FALSE(talk.state().not_safe);
}

TEST(Dialogue, NotSafeIsHeardWhereNothingIsSaid) {
  Talk finished;
  for (const char* text : {"hello", "1", "3", "3", "3"}) finished(text);
  EXPECT_TRUE(finished.state().finished && !finished.state().not_safe);
  EXPECT_THAT(finished("it is not safe any more"), IsEmpty());
  EXPECT_TRUE(finished.state().not_safe);
  Talk with_caseworker;
  with_caseworker("hello");
  with_caseworker.by_hand();
  EXPECT_THAT(with_caseworker("please don't write"), IsEmpty());
  EXPECT_TRUE(with_caseworker.state().not_safe);
  Talk in_danger;
  EXPECT_THAT(in_danger("9"), ElementsAre(Say::danger));
  in_danger("no, he is coming");
  EXPECT_TRUE(in_danger.state().not_safe);
  EXPECT_THAT(in_danger("9"), ElementsAre(Say::danger));
}

TEST(Dialogue, WhoBeginsWithNotSafeIsNotAnswered) {
  for (const char* text : {"do not text me", "please dont reply", "Por favor no me conteste"}) {
    Talk talk;
    EXPECT_THAT(talk(text), IsEmpty()) << text;
    EXPECT_TRUE(talk.state().begun && talk.state().not_safe) << text;
    EXPECT_THAT(talk("ok"), IsEmpty());
    EXPECT_THAT(talk("they have my passport"), ElementsAre(testing::AnyOf(Say::safe, Say::language))) << "who writes again is asked";
    EXPECT_TRUE(talk.state().not_safe);
  }
  Talk talk;
  EXPECT_THAT(talk("No puedo salir"), testing::Not(IsEmpty())) << "only the beginning of a story";
  EXPECT_FALSE(talk.state().not_safe);
}

TEST(Dialogue, OtherWordsAreTheReportAndNothingIsAsked) {
  Talk talk;
  EXPECT_THAT(talk("They took my passport"), ElementsAre(Say::safe));
  EXPECT_THAT(talk("I work at the farm and sleep there"), ElementsAre(Say::code));
  EXPECT_THAT(talk("They pay nothing"), IsEmpty());
  EXPECT_THAT(talk("YES"), ElementsAre(Say::must_tell, Say::child)) << "the question stays open";
  EXPECT_THAT(talk("she is fifteen"), ElementsAre(Say::leave)) << "words answer as well as numbers";
}

TEST(Dialogue, DangerAtAnyPoint) {
  const std::vector<std::vector<const char*>> before{{}, {"xyz"}, {"hello"}, {"hello", "1"}, {"hello", "1", "1"}, {"hello", "1", "1", "1"},
                                                     {"hello", "1", "1", "1", "here"}, {"hello", "2"}, {"hello", "9"}};
  for (const auto& texts : before) {
    for (const char* danger : {"9", "DANGER", "peligro!", "there is danger here"}) {
      Talk talk;
      for (const char* text : texts) talk(text);
      EXPECT_THAT(talk(danger), ElementsAre(Say::danger)) << texts.size() << danger;
      EXPECT_EQ(talk.state().open, Question::place);
      EXPECT_THAT(talk("the white house in Corozal"), ElementsAre(Say::code));
      EXPECT_THAT(talk("hurry"), IsEmpty());
    }
  }
  for (const char* text : {"no", "2", "n", "No, ya viene", "not here, he is coming"}) {
    Talk talk;
    talk("9");
    EXPECT_THAT(talk(text), ElementsAre(Say::not_safe)) << text;
  }
  for (const char* place : {"2 North Street", "N Front Street"}) {
    Talk talk;
    talk("9");
    EXPECT_THAT(talk(place), ElementsAre(Say::code)) << place;
  }
}

TEST(Dialogue, HelpSaysTheQuestionAgainAndStartBeginsAnew) {
  Talk talk;
  EXPECT_THAT(talk("AYUDA"), ElementsAre(Say::safe));
  EXPECT_THAT(talk("ayuda"), ElementsAre(Say::safe));
  talk("1");
  EXPECT_THAT(talk("HELP"), ElementsAre(Say::must_tell, Say::child));
  talk("3");
  EXPECT_THAT(talk("HELP"), ElementsAre(Say::leave));
  talk("3");
  EXPECT_THAT(talk("INFO"), ElementsAre(Say::where));
  talk("3");
  EXPECT_TRUE(talk.state().finished);
  EXPECT_THAT(talk("AYUDA"), ElementsAre(Say::safe)) << "after the end it begins again";
  talk("1");
  EXPECT_THAT(talk("START"), ElementsAre(Say::safe));
  EXPECT_EQ(talk.language(), "es");
  Talk other;
  EXPECT_THAT(other("START"), ElementsAre(Say::language)) << "START is no English";
  EXPECT_THAT(other("INFO"), ElementsAre(Say::language));
}

TEST(Dialogue, WhereACaseworkerWritesNothingIsAsked) {
  Talk talk;
  talk("hello");
  talk.by_hand();
  for (const char* text : {"1", "I am in Belmopan", "HELP", "START"}) EXPECT_THAT(talk(text), IsEmpty()) << text;
  EXPECT_THAT(talk("9"), ElementsAre(Say::danger));
  EXPECT_THAT(talk("Belmopan"), IsEmpty());
}

TEST(Dialogue, QuestionsHaveTheNamesOfTheFormat) {
  std::vector<std::string_view> names;
  for (int i = 0; i <= static_cast<int>(Question::place); ++i) names.push_back(name_of(static_cast<Question>(i)));
  EXPECT_THAT(names, ElementsAre("", "language", "safe", "child", "leave", "where", "place"));
}

}  // namespace
}  // namespace hotline::conversation
