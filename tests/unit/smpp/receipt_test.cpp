#include "server/smpp/receipt.hpp"

#include "tests/unit/smpp/support.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace hotline;
using namespace hotline::smpp;

std::string shown(const std::optional<Receipt>& receipt) {
  if (!receipt) return "none";
  return std::string(receipt->id.reveal_text()) + " " + std::to_string(static_cast<int>(receipt->state)) + " " + receipt->code;
}

std::string shown(std::string_view text) { return shown(read_receipt_text(text)); }

TEST(SmppReceipt, AppendixB) {
  EXPECT_EQ(shown("id:0123456789 sub:001 dlvrd:001 submit date:2611240310 done date:2611240311 stat:DELIVRD err:000 text:Hola"), "0123456789 2 ");
  EXPECT_EQ(shown("id:1a2b sub:001 dlvrd:000 submit date:2611240310 done date:2611240311 stat:UNDELIV err:027 text:"), "1a2b 5 027");
}

TEST(SmppReceipt, OtherOrdersCasesAndWords) {
  EXPECT_EQ(shown("stat:EXPIRED id:77 err:1"), "77 3 1");
  EXPECT_EQ(shown("ID:77 STAT:delivered ERR:0 TEXT:x"), "77 2 ");
  EXPECT_EQ(shown("Id: 77 Stat: REJECTED Err: 0xC"), "77 8 0xC");
  EXPECT_EQ(shown("id:77 done date:1 stat:ENROUTE"), "77 1 ");
  EXPECT_EQ(shown("id:77\nstat:ACCEPTD\n"), "77 6 ");
  EXPECT_EQ(shown("id:77 stat:DELETED"), "77 4 ");
  EXPECT_EQ(shown("id:77 stat:NOBODYKNOWS"), "77 7 ");
  EXPECT_EQ(shown("err:12 stat:FAILED id:77"), "77 5 12");
  EXPECT_FALSE(read_receipt_text("id:77 stat:UNKNOWN")->final());
  EXPECT_TRUE(read_receipt_text("id:77 stat:UNDELIV")->final());
}

TEST(SmppReceipt, WhatWeWroteIsNoField) {
  EXPECT_EQ(shown("id:77 stat:UNDELIV err:1 text:id:9 stat:DELIVRD err:0"), "77 5 1");
  EXPECT_EQ(shown("text:hola id:77 stat:DELIVRD"), "77 2 ") << "it may stand in front";
  EXPECT_EQ(shown("paid:5 id:77 stat:DELIVRD"), "77 2 ") << "a field begins a word";
}

TEST(SmppReceipt, NoneWithoutIdAndState) {
  for (const std::string_view text : {"", "id:77", "stat:DELIVRD", "id: stat:DELIVRD", "id:77 stat:", "hola", "id", "stat:"}) {
    EXPECT_EQ(shown(text), text == "id: stat:DELIVRD" ? "stat:DELIVRD 2 " : "none") << text;
  }
}

TEST(SmppReceipt, OnlyTheOperatorCanReport) {
  const std::string_view text = "id:77 stat:DELIVRD err:000";
  EXPECT_EQ(shown(read_receipt(message_of(text, 0, 0x04), DefaultAlphabet::gsm7)), "77 2 ");
  EXPECT_EQ(shown(read_receipt(message_of(text, 0, 0x20), DefaultAlphabet::gsm7)), "77 2 ");
  EXPECT_EQ(shown(read_receipt(message_of(text), DefaultAlphabet::gsm7)), "none") << "somebody's words";
  EXPECT_EQ(shown(read_receipt(message_of("hola", 0, 0x04), DefaultAlphabet::gsm7)), "none") << "nothing that can be read";
}

TEST(SmppReceipt, IsInAsciiWhateverTheAlphabetOfTheLink) {
  for (const auto alphabet : {DefaultAlphabet::gsm7, DefaultAlphabet::ascii, DefaultAlphabet::latin1}) {
    EXPECT_EQ(shown(read_receipt(message_of("id:a_7@b stat:DELIVRD err:000 text:{hola}", 0, 0x04), alphabet)), "a_7@b 2 ");
  }
  EXPECT_EQ(shown(read_receipt(message_of("id:a\x11" "7 stat:DELIVRD err:000", 0, 0x04), DefaultAlphabet::gsm7)), "a_7 2 ") << "or as the link has it";
}

TEST(SmppReceipt, ByParameters) {
  ShortMessage message = message_of("");
  message.tlvs.receipted_id = crypto::SecretBuffer("00ABC");
  EXPECT_EQ(shown(read_receipt(message, DefaultAlphabet::gsm7)), "none") << "some give their texts an id so";
  message.tlvs.message_state = 5;
  message.tlvs.network_error = NetworkError{3, 34};
  EXPECT_EQ(shown(read_receipt(message, DefaultAlphabet::gsm7)), "00ABC 5 34");
  message.text = crypto::SecretBuffer("id:other stat:DELIVRD err:007");
  EXPECT_EQ(shown(read_receipt(message, DefaultAlphabet::gsm7)), "00ABC 5 007");
  message.tlvs.message_state = 77;
  EXPECT_EQ(shown(read_receipt(message, DefaultAlphabet::gsm7)), "00ABC 7 007");
}

TEST(SmppReceipt, IdsInEitherNumberSystem) {
  const auto same = [](std::string_view submitted, std::string_view reported) {
    const auto all = spellings(reported);
    return std::find(all.begin(), all.end(), spellings(submitted).front()) != all.end();
  };
  EXPECT_TRUE(same("1A2B", "1a2b"));
  EXPECT_TRUE(same("1A2B", "6699"));
  EXPECT_TRUE(same("6699", "1a2b"));
  EXPECT_TRUE(same("00001A2B", "0000006699"));
  EXPECT_TRUE(same("0x1a2b", "6699"));
  EXPECT_TRUE(same("0", "0000"));
  EXPECT_TRUE(same("not-a-number", "Not-A-Number"));
  EXPECT_TRUE(same("ffffffffffffffff", "18446744073709551615"));
  EXPECT_FALSE(same("6699", "6700"));
  EXPECT_FALSE(same("1a2b", "1a2c"));
  EXPECT_EQ(spellings("6699"), (std::vector<std::string>{"6699", "1a2b", "26265"}));
  EXPECT_EQ(spellings("123456789012345678901234567890").size(), 1U) << "too large to be told apart";
}

}  // namespace
