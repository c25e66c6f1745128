#include "tests/unit/conversation/support.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotline::conversation {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;
using tests::message_of;

constexpr auto guided = AutomaticTexts::guided;
constexpr std::int64_t noon = 1'700'000'000;

class ConversationsTest : public testing::Test {
 protected:
  Conversations fresh() { return Conversations(tests::wording_with(), limits_); }
  std::vector<std::string> hear(Conversations& on, const sms::Message& message, std::int64_t now = noon, std::string_view gateway = "main") {
    return on.heard(gateway, guided, message, now).texts;
  }
  std::vector<std::string> hear(Conversations& on, std::string_view text, std::int64_t now = noon) { return hear(on, message_of(text), now); }
  Limits limits_;
};

const auto asks_safe = ElementsAre(StartsWith("Help line."));

TEST_F(ConversationsTest, EachNumberOfEachGatewayByItself) {
  Conversations talks = fresh();
  EXPECT_THAT(hear(talks, message_of("hello", "+5016220001")), asks_safe);
  EXPECT_THAT(hear(talks, message_of("1", "+5016220001")), ElementsAre(StartsWith("If a child"), StartsWith("Is anyone")));
  EXPECT_THAT(hear(talks, message_of("hola", "+5016220002")), ElementsAre(StartsWith("Linea de ayuda.")));
  EXPECT_THAT(hear(talks, message_of("hello", "+5016220001"), noon, "other"), asks_safe);
  EXPECT_EQ(talks.size(), 3u);
}

TEST_F(ConversationsTest, ANewProcessBeginsAgain) {
  Conversations before = fresh();
  hear(before, "hello");
  hear(before, "1");
  Conversations after = fresh();
  EXPECT_THAT(hear(after, "I am at the farm"), asks_safe);
}

TEST_F(ConversationsTest, SilenceEndsIt) {
  limits_.conversation_silence = std::chrono::minutes(10);
  Conversations talks = fresh();
  hear(talks, "hello");
  EXPECT_THAT(hear(talks, "1", noon + 599), ElementsAre(StartsWith("If a child"), StartsWith("Is anyone")));
  EXPECT_THAT(hear(talks, "what do you want", noon + 599 + 600), asks_safe);
}

TEST_F(ConversationsTest, WhoIsSilentLongestIsForgottenFirst) {
  limits_.conversations_max = 16;
  Conversations talks = fresh();
  const auto number = [](int i) { return "+50162200" + std::to_string(10 + i); };
  for (int i = 0; i < 16; ++i) hear(talks, message_of("hello", number(i)));
  hear(talks, message_of("1", number(0)));
  hear(talks, message_of("hello", "+5016220999"));
  EXPECT_EQ(talks.size(), 16u);
  EXPECT_THAT(hear(talks, message_of("2", number(0))), ElementsAre(StartsWith("Can you leave"))) << "heard lately";
  EXPECT_THAT(hear(talks, message_of("yes", number(1))), asks_safe) << "forgotten";
}

TEST_F(ConversationsTest, WhatIsOverIsNotKept) {
  Conversations talks = fresh();
  hear(talks, message_of("hello", "+5016220001"));
  hear(talks, message_of("hello", "+5016220002"), noon + 24 * 3600);
  EXPECT_EQ(talks.size(), 1u);
}

TEST_F(ConversationsTest, ADayHasItsNumberAndDangerItsShare) {
  limits_.conversation_texts_max = 6;
  limits_.conversation_silence = std::chrono::minutes(1);
  Conversations talks = fresh();
  std::size_t texts = 0;
  for (int i = 0; i < 50; ++i) texts += hear(talks, "hello number " + std::to_string(i), noon + i * 60).size();
  EXPECT_EQ(texts, 4u);
  for (int i = 0; i < 50; ++i) texts += hear(talks, "danger number " + std::to_string(i), noon + i * 60).size();
  EXPECT_EQ(texts, 6u);
  // Two in one answer are one too many when there is room for one.
  EXPECT_THAT(hear(talks, "hello", noon + 24 * 3600), asks_safe) << "another day";
  hear(talks, "HELP", noon + 24 * 3600);
  hear(talks, "HELP", noon + 24 * 3600);
  EXPECT_THAT(hear(talks, "1", noon + 24 * 3600), IsEmpty());
  EXPECT_THAT(hear(talks, "HELP", noon + 24 * 3600), asks_safe) << "what was not asked is not waited for";
}

TEST_F(ConversationsTest, StopAndStartDoNotMakeTheDayNew) {
  limits_.conversation_texts_max = 5;
  Conversations talks = fresh();
  std::size_t texts = 0;
  for (int i = 0; i < 50; ++i) {
    EXPECT_THAT(hear(talks, "STOP"), IsEmpty());
    texts += hear(talks, "START").size();
  }
  EXPECT_EQ(texts, 3u);
}

TEST_F(ConversationsTest, AMachineThatAnswersIsNotAnswered) {
  Conversations talks = fresh();
  EXPECT_THAT(hear(talks, "I am driving and will write later."), asks_safe);
  for (int i = 0; i < 10; ++i) EXPECT_THAT(hear(talks, "I am driving and will write later."), IsEmpty());
  EXPECT_THAT(hear(talks, "1").size(), 2u) << "the question is still open";
  std::size_t texts = 0;
  for (int i = 0; i < 10; ++i) texts += hear(talks, "Danger: your car is not insured").size();
  EXPECT_EQ(texts, 2u) << "who is in danger may say it twice";
}

TEST_F(ConversationsTest, SomeAreNeverAnswered) {
  for (const char* from : {"BELTEL", "611", "+501", "", "6220001", "+501622x001", "whatsapp:BELTEL"}) {
    Conversations talks = fresh();
    for (const char* text : {"hello", "9"}) EXPECT_THAT(hear(talks, message_of(text, from)), IsEmpty()) << from;
    EXPECT_EQ(talks.size(), 0u);
    EXPECT_EQ(talks.asked("main", guided, message_of("hello", from), noon).question, "");
  }
  for (const char* flag : {"late", "unreadable", "cut", "repeated-field", "opt-out"}) {
    Conversations talks = fresh();
    for (const char* text : {"hello", "9"}) EXPECT_THAT(hear(talks, message_of(text, "+5016220001", {flag})), IsEmpty()) << flag;
    EXPECT_THAT(hear(talks, "hello there"), asks_safe) << "it has changed nothing";
  }
  Conversations talks = fresh();
  EXPECT_THAT(hear(talks, message_of("hello", "+15005550006")), IsEmpty()) << "ourselves";
  EXPECT_THAT(hear(talks, "STOP"), IsEmpty());
  EXPECT_THAT(hear(talks, message_of("hello", "whatsapp:+5016220001")), asks_safe);
  EXPECT_THAT(hear(talks, message_of("damaged hello", "+5016220007", {"text-repaired", "opt-in"})), asks_safe);
}

TEST_F(ConversationsTest, OfALongTextTheFirstPartSpeaks) {
  Conversations talks = fresh();
  const auto part = [](std::string_view text, int number, const char* reference = "7") {
    sms::Message message = message_of(text);
    message.part = sms::Part{crypto::SecretBuffer(std::string_view(reference)), number, 3};
    return message;
  };
  EXPECT_THAT(hear(talks, part("no more of it", 3)), IsEmpty());
  EXPECT_THAT(hear(talks, part("I am at a farm", 1)), asks_safe);
  EXPECT_THAT(hear(talks, part("and cannot leave", 2)), IsEmpty());
  EXPECT_THAT(hear(talks, part("stop.", 3)), IsEmpty()) << "which ends nothing";
  EXPECT_THAT(hear(talks, "1").size(), 2u);
  // Danger in any of them, once.
  EXPECT_THAT(hear(talks, part("there is DANGER here", 2, "8")), ElementsAre(StartsWith("If you can call")));
  EXPECT_THAT(hear(talks, part("great danger", 3, "8")), IsEmpty());
  EXPECT_THAT(hear(talks, part("DANGER again", 2, "9")), ElementsAre(StartsWith("If you can call")));
}

TEST_F(ConversationsTest, DangerIsUrgentAndInAllLanguagesBeforeOneIsTold) {
  Conversations talks = fresh();
  const Answer answer = talks.heard("main", guided, message_of("9"), noon);
  EXPECT_TRUE(answer.urgent);
  EXPECT_THAT(answer.texts, ElementsAre("If you can call, call 911. If not, reply with the place. / Si puede llamar, llame al 911. Si no, responda con el lugar."));
  EXPECT_FALSE(talks.heard("main", guided, message_of("Corozal"), noon).urgent);
}

TEST_F(ConversationsTest, NeutralIsOnceAndNoneIsNever) {
  Conversations talks = fresh();
  const auto neutral = [&](const char* text, std::int64_t now = noon) { return talks.heard("main", AutomaticTexts::neutral, message_of(text), now).texts; };
  EXPECT_THAT(neutral("necesito ayuda"), ElementsAre("Recibimos su consulta. Responda cuando quiera."));
  for (const char* text : {"1", "9", "PELIGRO", "HELP", "START", "otra cosa"}) EXPECT_THAT(neutral(text), IsEmpty()) << text;
  EXPECT_THAT(neutral("xyz", noon + 24 * 3600), ElementsAre("Your order question was received. Reply any time."));
  EXPECT_THAT(talks.heard("main", AutomaticTexts::none, message_of("hello", "+5016220003"), noon).texts, IsEmpty());
  Conversations other = fresh();
  EXPECT_THAT(other.heard("main", AutomaticTexts::neutral, message_of("9"), noon).texts, ElementsAre("Your order question was received. Reply any time."));
  for (const AutomaticTexts mode : {AutomaticTexts::neutral, AutomaticTexts::none}) EXPECT_EQ(other.asked("main", mode, message_of("no"), noon).code, "");
}

TEST_F(ConversationsTest, ACaseworkerTakesOver) {
  Conversations talks = fresh();
  hear(talks, "hello");
  talks.by_hand("main", "+5016220001", noon);
  EXPECT_THAT(hear(talks, "I am in Belmopan", noon + 1), IsEmpty());
  EXPECT_THAT(hear(talks, "9", noon + 2), ElementsAre(StartsWith("If you can call")));
  EXPECT_EQ(talks.asked("main", guided, message_of("here"), noon + 3).question, "");
  EXPECT_THAT(hear(talks, "hello again", noon + 2 + 24 * 3600), asks_safe);
  // Who was written to first is not asked either.
  talks.by_hand("main", "+5016220005", noon + 24 * 3600);
  EXPECT_THAT(hear(talks, message_of("who is this", "+5016220005"), noon + 24 * 3600), IsEmpty());
}

TEST_F(ConversationsTest, StopAndStartDoNotTakeItFromTheCaseworker) {
  Conversations talks = fresh();
  hear(talks, "hello");
  talks.by_hand("main", "+5016220001", noon);
  EXPECT_THAT(hear(talks, "STOP"), IsEmpty());
  EXPECT_THAT(hear(talks, "START"), IsEmpty()) << "the caseworker is still there";
  EXPECT_THAT(hear(talks, "9"), ElementsAre(StartsWith("If you can call")));
  // The question that had no answer then may still get its no.
  EXPECT_TRUE(talks.heard("main", guided, message_of("no"), noon).not_safe);
}

TEST_F(ConversationsTest, TheDeskIsToldWhatWasAsked) {
  Conversations talks = fresh();
  const auto asked_then_heard = [&](std::string_view text) {
    const sms::Message message = message_of(text);
    sms::Asked asked = talks.asked("main", guided, message, noon);
    const sms::Asked same = talks.asked("main", guided, message, noon);
    EXPECT_EQ(asked.question, same.question) << "asking changes nothing";
    hear(talks, text);
    return asked;
  };
  EXPECT_EQ(asked_then_heard("xyz").question, "");
  const sms::Asked language = asked_then_heard("2");
  EXPECT_EQ(language.question, "language");
  EXPECT_EQ(language.language, "es");
  EXPECT_EQ(language.code, "");
  const sms::Asked safe = asked_then_heard("2");
  EXPECT_EQ(safe.question, "safe");
  EXPECT_TRUE(safe.not_safe);
  EXPECT_EQ(asked_then_heard("ya estoy sola").question, "");
  EXPECT_FALSE(asked_then_heard("1").not_safe);
  EXPECT_EQ(asked_then_heard("1").question, "child");
  EXPECT_EQ(asked_then_heard("2").question, "leave");
  const sms::Asked where = asked_then_heard("Corozal");
  EXPECT_EQ(where.question, "where");
  EXPECT_THAT(where.code, testing::MatchesRegex("[A-Z]+-[0-9]+-[A-Z]+-[0-9]"));
  EXPECT_EQ(asked_then_heard("y otra cosa").code, where.code);
}

TEST_F(ConversationsTest, TheCodeThatIsToldIsTheOneOfTheDesk) {
  Conversations talks = fresh();
  hear(talks, "hello");
  const std::string code = talks.asked("main", guided, message_of("I am at the farm"), noon).code;
  EXPECT_THAT(hear(talks, "I am at the farm"), ElementsAre(testing::HasSubstr(" " + code + ". ")));
  EXPECT_NE(code, "");
}

/// Whether the desk is told that texts are not safe; then the text is heard.
class NotSafeTest : public ConversationsTest {
 protected:
  bool told(Conversations& on, const sms::Message& message, std::int64_t now = noon, AutomaticTexts mode = guided) {
    const bool not_safe = on.asked("main", mode, message, now).not_safe;
    on.heard("main", mode, message, now);
    return not_safe;
  }
  bool told(Conversations& on, std::string_view text, std::int64_t now = noon) { return told(on, message_of(text), now); }
};

TEST_F(NotSafeTest, StaysWithEveryTextUntilYes) {
  Conversations talks = fresh();
  EXPECT_FALSE(told(talks, "hello"));
  for (const char* text : {"no", "ok", "NO", "don't text me!", "don't text me!", "STOP", "START", "1"}) EXPECT_TRUE(told(talks, text)) << text;
  EXPECT_FALSE(told(talks, "yes"));
  EXPECT_FALSE(told(talks, "no")) << "no child";
  Conversations others = fresh();
  EXPECT_FALSE(told(others, message_of("no", "BELTEL"))) << "no phone";
}

TEST_F(NotSafeTest, IsHeardBeforeWhateverEndsEarly) {
  Conversations with_caseworker = fresh();
  with_caseworker.by_hand("main", "+5016220001", noon);
  EXPECT_TRUE(told(with_caseworker, "please do not write"));
  EXPECT_TRUE(told(with_caseworker, "ok"));

  Conversations late = fresh();
  hear(late, "hello");
  hear(late, "1");
  EXPECT_TRUE(told(late, message_of("don't text me", "+5016220001", {"late"})));
  EXPECT_THAT(hear(late, "1"), asks_safe) << "and nothing of children";

  // Question and caseworker may cross: the no is to either of them.
  Conversations crossed = fresh();
  told(crossed, "hello");
  crossed.by_hand("main", "+5016220001", noon);
  EXPECT_FALSE(told(crossed, "who are you"));
  EXPECT_TRUE(told(crossed, "2"));
  Conversations answered = fresh();
  told(answered, "hello");
  answered.by_hand("main", "+5016220001", noon);
  EXPECT_FALSE(told(answered, "yes"));
  EXPECT_FALSE(told(answered, "no")) << "to what the caseworker asks";

  Conversations repeated = fresh();
  told(repeated, "No, the men are here with me");
  EXPECT_TRUE(told(repeated, "No, the men are here with me")) << "the same words, but now they answer a question";

  for (const char* flag : {"late", "unreadable", "cut", "repeated-field", "opt-out"}) {
    Conversations talks = fresh();
    told(talks, "hello");
    EXPECT_TRUE(told(talks, message_of("No", "+5016220001", {flag}))) << flag;
    EXPECT_TRUE(told(talks, message_of("Yes", "+5016220001", {flag}))) << flag;
    EXPECT_TRUE(told(talks, "ok")) << flag;
  }

  Conversations parts = fresh();
  told(parts, "hello");
  const auto part = [](std::string_view text) {
    sms::Message message = message_of(text);
    message.part = sms::Part{crypto::SecretBuffer(std::string_view("7")), 2, 2};
    return message;
  };
  EXPECT_FALSE(told(parts, part("no more of it"))) << "not the beginning of the text";
  EXPECT_TRUE(told(parts, part("so do not text me")));
}

TEST_F(NotSafeTest, IsHeardWhileNothingIsAnswered) {
  Conversations talks = fresh();
  told(talks, "hello");
  told(talks, "STOP");
  talks.overheard("main", guided, message_of("it is not safe"), noon);
  EXPECT_TRUE(told(talks, "START"));
}

TEST_F(NotSafeTest, OutlivesSilenceAndBeingForgotten) {
  limits_.conversations_max = 16;
  Conversations talks = fresh();
  hear(talks, "hello");
  hear(talks, "no");
  constexpr std::int64_t day = 24 * 3600;
  EXPECT_TRUE(told(talks, "ok", noon + day));
  EXPECT_THAT(hear(talks, "gracias", noon + 2 * day), IsEmpty()) << "not begun with, for being the first of that day";
  for (int i = 0; i < 16; ++i) hear(talks, message_of("hello", "+50162201" + std::to_string(10 + i)), noon + 4 * day);
  EXPECT_EQ(talks.size(), 16u);
  EXPECT_THAT(hear(talks, "are you there", noon + 9 * day), asks_safe);
  EXPECT_TRUE(told(talks, "hello?", noon + 9 * day));
  EXPECT_FALSE(told(talks, "1", noon + 9 * day));
  EXPECT_FALSE(told(talks, "hello again", noon + 20 * day)) << "yes is kept as well";
}

TEST_F(NotSafeTest, IsHeardWhereTheAnswerIsNeutral) {
  Conversations talks = fresh();
  const auto neutral = [&](const char* text) { return talks.heard("main", AutomaticTexts::neutral, message_of(text), noon).texts; };
  EXPECT_THAT(neutral("do not text me"), IsEmpty());
  EXPECT_THAT(neutral("my passport"), IsEmpty());
  EXPECT_TRUE(told(talks, message_of("ok"), noon, AutomaticTexts::neutral));
  told(talks, message_of("START"), noon, AutomaticTexts::neutral);
  EXPECT_FALSE(told(talks, message_of("here I am"), noon, AutomaticTexts::neutral));
}

TEST_F(NotSafeTest, TheTextThatSaysSoIsKnownByIt) {
  Conversations talks = fresh();
  const auto says_so = [&](std::string_view text) { return talks.heard("main", guided, message_of(text), noon).not_safe; };
  EXPECT_FALSE(says_so("hello"));
  EXPECT_FALSE(says_so("yes"));
  EXPECT_TRUE(says_so("NO he is here dont text"));
  EXPECT_FALSE(says_so("I am alone now")) << "the question that answers this must leave";
  EXPECT_TRUE(says_so("no"));
  EXPECT_FALSE(says_so("STOP"));
  EXPECT_TRUE(talks.overheard("main", guided, message_of("it is not safe"), noon));
  EXPECT_FALSE(talks.overheard("main", guided, message_of("thanks"), noon));
}

/// Whether the desk is told that texts are safe again; then the text is heard.
bool lifts(Conversations& on, const sms::Message& message, AutomaticTexts mode = guided) {
  const sms::Asked asked = on.asked("main", mode, message, noon);
  EXPECT_FALSE(asked.safe_again && asked.not_safe);
  on.heard("main", mode, message, noon);
  return asked.safe_again;
}

TEST_F(NotSafeTest, TheTextThatLiftsItSaysSo) {
  Conversations talks = fresh();
  for (const char* text : {"yes", "no", "don't text me!", "I am alone now", "they took my passport"}) EXPECT_FALSE(lifts(talks, message_of(text))) << text;
  EXPECT_TRUE(lifts(talks, message_of("yes")));
  EXPECT_FALSE(lifts(talks, message_of("yes"))) << "a child, which says nothing of texts";
  EXPECT_FALSE(lifts(talks, message_of("START"))) << "which is asked whether it is safe";
  EXPECT_TRUE(lifts(talks, message_of("1")));
  // What an earlier process was told is not known here: the first yes says it all the same.
  Conversations restarted = fresh();
  EXPECT_FALSE(lifts(restarted, message_of("are you there?")));
  EXPECT_FALSE(lifts(restarted, message_of("Yes", "+5016220001", {"late"})));
  EXPECT_TRUE(lifts(restarted, message_of("Yes")));
  Conversations by_hand = fresh();
  lifts(by_hand, message_of("hello"));
  by_hand.by_hand("main", "+5016220001", noon);
  EXPECT_FALSE(lifts(by_hand, message_of("yes"))) << "it may be to what the caseworker asks";
}

TEST_F(NotSafeTest, StartLiftsItWhereTheAnswerIsNeutral) {
  Conversations talks = fresh();
  const auto neutral = [&](const char* text) { return lifts(talks, message_of(text), AutomaticTexts::neutral); };
  EXPECT_TRUE(neutral("START")) << "an earlier process may have been told";
  EXPECT_FALSE(neutral("do not text me"));
  EXPECT_FALSE(neutral("yes"));
  EXPECT_TRUE(neutral("START"));
}

TEST_F(NotSafeTest, StartLiftsItWhereNothingIsAnswered) {
  Conversations talks = fresh();
  const auto silent = [&](const sms::Message& message) { return lifts(talks, message, AutomaticTexts::none); };
  EXPECT_TRUE(silent(message_of("START")));
  EXPECT_TRUE(silent(message_of("again", "+5016220001", {"opt-in"}))) << "as the gateway understood it";
  EXPECT_FALSE(silent(message_of("START", "+5016220001", {"late"})));
  EXPECT_FALSE(silent(message_of("yes")));
}

TEST(KeySet, ForgetsWhatWasAddedLongestAgo) {
  KeySet keys(2);
  const auto key = [](Byte first) {
    KeySet::Key made{};
    made[0] = first;
    return made;
  };
  keys.add(key(1));
  keys.add(key(2));
  keys.add(key(1));
  keys.add(key(3));
  EXPECT_TRUE(keys.holds(key(1)) && keys.holds(key(3)));
  EXPECT_FALSE(keys.holds(key(2)));
  keys.remove(key(1));
  EXPECT_FALSE(keys.holds(key(1)));
}

TEST_F(ConversationsTest, NotSafeIsToldEvenWhenNothingMoreMayBeSent) {
  limits_.conversation_texts_max = 1;
  Conversations talks = fresh();
  hear(talks, "hello");
  EXPECT_TRUE(talks.asked("main", guided, message_of("no"), noon).not_safe);
  EXPECT_THAT(hear(talks, "no"), IsEmpty());
}

}  // namespace
}  // namespace hotline::conversation
