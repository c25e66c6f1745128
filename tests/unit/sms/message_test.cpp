#include "server/sms/message.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace {

using namespace hotline;
using namespace hotline::sms;

TEST(Priority, DangerWordsAndNineAlone) {
  for (const char* text : {"9", " 9\n", "9.", "9!!", "PELIGRO", "peligro", "Estoy en Peligro!", "¡PELIGRO!", "help, danger.", "DANGER", "x DANGER\ny"}) {
    EXPECT_EQ(priority_of(text), 0) << text;
  }
  for (const char* text : {"", "99", "9 9", "I am 9", "dangerous", "peligroso", "endanger", "danger1", "help"}) {
    EXPECT_EQ(priority_of(text), 3) << text;
  }
}

Message saying(std::string_view text, std::vector<std::string> flags = {}) {
  Message message;
  message.text = crypto::SecretBuffer(text);
  message.flags = std::move(flags);
  return message;
}

TEST(Message, AsksForSilenceByItsWordOrAsTheGatewayUnderstoodIt) {
  EXPECT_TRUE(asks_for_silence(saying("Stop.")));
  EXPECT_TRUE(asks_for_silence(saying("no quiero mas", {"opt-out"})));
  EXPECT_TRUE(asks_for_silence(saying("STOP", {"late"}))) << "silence is believed where the other is not";
  EXPECT_FALSE(asks_for_silence(saying("make him stop")));
  Message part = saying("stop.");
  part.part = Part{crypto::SecretBuffer(std::string_view("7")), 3, 3};
  EXPECT_FALSE(asks_for_silence(part)) << "the end of a long text";
  part.flags = {"opt-out"};
  EXPECT_TRUE(asks_for_silence(part));
}

TEST(Message, AsksForTextsAgainOnlyWithoutDoubt) {
  EXPECT_TRUE(asks_for_texts(saying("START")));
  EXPECT_TRUE(asks_for_texts(saying("sigan", {"opt-in"})));
  EXPECT_TRUE(asks_for_texts(saying("START", {"opt-in", "text-repaired"})));
  EXPECT_FALSE(asks_for_texts(saying("start again please")));
  for (const char* doubt : {"late", "repeated-field", "cut", "unreadable", "opt-out"}) {
    EXPECT_FALSE(asks_for_texts(saying("START", {"opt-in", doubt}))) << doubt << ": a newer STOP may stand";
  }
  Message part = saying("start");
  part.part = Part{crypto::SecretBuffer(std::string_view("7")), 3, 3};
  EXPECT_FALSE(asks_for_texts(part));
}

TEST(Message, SaysWhatTheServerHadAsked) {
  Message message;
  message.text = crypto::SecretBuffer("2");
  message.flags = {"late"};
  const auto json = boost::json::parse(to_json(message, "phone", "00ff", 480000, {"safe", "es", "SOL-48-RIO-7", true}).reveal_text());
  EXPECT_EQ(json.at("asked"), boost::json::parse(R"({"question":"safe","language":"es","code":"SOL-48-RIO-7"})"));
  EXPECT_EQ(json.at("flags"), boost::json::parse(R"(["late","not-safe"])"));
  Asked again;
  again.safe_again = true;
  const auto lifted = boost::json::parse(to_json(message, "phone", "00ff", 480000, again).reveal_text());
  EXPECT_EQ(lifted.at("flags"), boost::json::parse(R"(["late","safe-again"])"));
}

TEST(Message, BecomesTheObjectThatIsSealed) {
  Message message;
  message.from = crypto::SecretBuffer("+5016001234");
  message.to = crypto::SecretBuffer("+5018005551");
  message.id = crypto::SecretBuffer("SM1");
  message.text = crypto::SecretBuffer("\"¿dónde?\"\n👩");
  message.media.push_back({crypto::SecretBuffer("https://m.example/1"), crypto::SecretBuffer("image/jpeg")});
  message.flags = {"opt-out"};
  const auto json = boost::json::parse(to_json(message, "phone", "00ff", 480000).reveal_text());
  EXPECT_EQ(json, boost::json::parse(R"({"v":1,"type":"sms","desk":"00ff","received_hour":480000,"gateway":"phone","message_id":"SM1",
    "from":"+5016001234","to":"+5018005551","text":"\"¿dónde?\"\n👩","media":[{"url":"https://m.example/1","type":"image/jpeg"}],
    "flags":["opt-out"],"sms":{"gateway":"phone","from":"+5016001234","to":"+5018005551"}})"));
}

}  // namespace
