#include "server/texting/smpp_outcomes.hpp"

#include <gtest/gtest.h>

#include <string>

namespace hotline::texting {
namespace {

using smpp::MessageState;
using smpp::SendResult;
using sms::HandedOver;
using storage::TextReason;
using storage::TextState;

SendResult result(SendResult::Kind kind, SendResult::Reason reason = SendResult::Reason::none, std::uint32_t status = 0) {
  SendResult made;
  made.kind = kind;
  made.reason = reason;
  made.status = status;
  return made;
}

std::string names(const HandedOver& outcome) {
  std::string all;
  for (const crypto::SecretBuffer& name : outcome.names) all.append(name.reveal_text()).append(" ");
  return all;
}

smpp::Receipt receipt(std::string_view id, MessageState state, std::string code = {}) {
  return {.id = crypto::SecretBuffer(id), .state = state, .code = std::move(code)};
}

TEST(SmppOutcome, EachPartHasAName) {
  SendResult sent = result(SendResult::Kind::accepted);
  for (const char* id : {"00ABCD", "7", "0007"}) sent.ids.emplace_back(std::string_view(id));
  const HandedOver outcome = handed_over(sent);
  EXPECT_EQ(outcome.kind, HandedOver::Kind::accepted);
  EXPECT_EQ(outcome.code, "");
  EXPECT_EQ(names(outcome), "abcd 7 ") << "one id for two parts is one name";
}

TEST(SmppOutcome, PartsOfATextThatIsInDoubtDoNotSpeakForTheWhole) {
  SendResult sent = result(SendResult::Kind::unknown);
  sent.ids.emplace_back(std::string_view("7"));
  EXPECT_EQ(names(handed_over(sent)), "") << "that this part was delivered says nothing of the next";
  sent.status = 0x58;
  EXPECT_EQ(handed_over(sent).code, "0x58");
}

TEST(SmppOutcome, WhatIsNotTakenHasItsReason) {
  const HandedOver refused = handed_over(result(SendResult::Kind::refused, SendResult::Reason::number, 0x0b));
  EXPECT_EQ(refused.kind, HandedOver::Kind::refused);
  EXPECT_EQ(refused.reason, TextReason::bad_number);
  EXPECT_EQ(refused.code, "0x0b");
  EXPECT_EQ(handed_over(result(SendResult::Kind::refused, SendResult::Reason::account, 0x0a)).reason, TextReason::account);
  EXPECT_EQ(handed_over(result(SendResult::Kind::refused, SendResult::Reason::content)).reason, TextReason::content);
  EXPECT_EQ(handed_over(result(SendResult::Kind::refused, SendResult::Reason::other, 0x455)).code, "0x455");
  EXPECT_EQ(handed_over(result(SendResult::Kind::later, SendResult::Reason::none, 0x14)).kind, HandedOver::Kind::later);
  const HandedOver unknown = handed_over(result(SendResult::Kind::unknown));
  EXPECT_EQ(unknown.kind, HandedOver::Kind::unknown);
  EXPECT_EQ(unknown.code, "no-answer");
}

TEST(SmppOutcome, ReceiptsThatEndAreNews) {
  const auto delivered = delivery_report_of(receipt("0000004096", MessageState::delivered));
  ASSERT_TRUE(delivered);
  EXPECT_EQ(delivered->state, TextState::delivered);
  EXPECT_EQ(delivered->name.reveal_text(), "4096");
  ASSERT_EQ(delivered->other_names.size(), 2U);
  EXPECT_EQ(delivered->other_names[0].reveal_text(), "1000") << "the operator's answer had it in hexadecimal";
  for (const MessageState state : {MessageState::expired, MessageState::deleted, MessageState::undeliverable, MessageState::rejected}) {
    const auto refused = delivery_report_of(receipt("x1", state, "034"));
    ASSERT_TRUE(refused);
    EXPECT_EQ(refused->state, TextState::refused);
    EXPECT_EQ(refused->reason, TextReason::undelivered);
    EXPECT_EQ(refused->code, "034");
  }
  for (const MessageState state : {MessageState::scheduled, MessageState::enroute, MessageState::accepted, MessageState::unknown}) {
    EXPECT_FALSE(delivery_report_of(receipt("x1", state)));
  }
  EXPECT_FALSE(delivery_report_of(receipt("", MessageState::delivered)));
}

TEST(SmppOutcome, ACodeThatMayBeANumberIsNotKept) {
  EXPECT_EQ(delivery_report_of(receipt("x1", MessageState::undeliverable, "5016200001"))->code, "");
}

}  // namespace
}  // namespace hotline::texting
