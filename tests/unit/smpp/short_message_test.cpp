#include "server/smpp/short_message.hpp"

#include "crypto/padding.hpp"
#include "server/smpp/user_data_header.hpp"
#include "tests/unit/smpp/support.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace {

using namespace hotline;
using namespace hotline::smpp;
using namespace std::string_view_literals;

struct Read {
  std::string text;
  std::string flags;
  std::string raw;
  std::string part;
};

Read read(const ShortMessage& message, DefaultAlphabet alphabet = DefaultAlphabet::gsm7, bool sound = true) {
  const sms::Message got = read_message(message, alphabet, "BZ", as_bytes("PDU"), sound);
  EXPECT_EQ(got.from.reveal_text(), "+5016200001");
  EXPECT_EQ(got.to.reveal_text(), "555");
  Read out{std::string(got.text.reveal_text()), {}, std::string(got.raw.reveal_text()), {}};
  for (const std::string& flag : got.flags) out.flags += flag + " ";
  if (got.part) {
    out.part = std::string(got.part->reference.reveal_text()) + ":" + std::to_string(got.part->number) + "/" + std::to_string(got.part->count);
  }
  return out;
}

Read read(std::string_view text, std::uint8_t coding, DefaultAlphabet alphabet = DefaultAlphabet::gsm7) {
  return read(message_of(text, coding), alphabet);
}

TEST(SmppText, TheDefaultAlphabetIsTheOperators) {
  EXPECT_EQ(read("\x00 a\x7d\x1b\x65"sv, 0).text, "@ añ€");
  EXPECT_EQ(read("@ a\xf1", 0, DefaultAlphabet::latin1).text, "@ añ");
  EXPECT_EQ(read("@ a", 0, DefaultAlphabet::ascii).text, "@ a");
  EXPECT_EQ(read("@ a\xc3\xb1", 0, DefaultAlphabet::ascii).text, "@ añ") << "some send UTF-8";
  EXPECT_EQ(read("@ a\xc3\xb1", 0, DefaultAlphabet::ascii).flags, "");
  const Read guessed = read("se\xf1" "ora", 0, DefaultAlphabet::ascii);
  EXPECT_EQ(guessed.text, "señora");
  EXPECT_EQ(guessed.flags, "text-repaired ");
  EXPECT_EQ(guessed.raw, "se\xf1" "ora") << "what was written, for who knows better";
}

TEST(SmppText, WhatIsLeftOutIsTold) {
  // GSM-7 read as another alphabet: its letters are control characters there.
  const Read wrong = read("\x05l no me deja\x00 salir"sv, 0, DefaultAlphabet::latin1);
  EXPECT_EQ(wrong.text, "l no me deja salir");
  EXPECT_EQ(wrong.flags, "text-repaired ");
  EXPECT_EQ(wrong.raw, "\x05l no me deja\x00 salir"sv);
  EXPECT_EQ(read("two\r\nlines\t", 3).flags, "");
  EXPECT_EQ(read(message_of("\x05\x00\x03\x2a\x03\x02\x01z"sv, 3, 0x40)).raw, "\x01z") << "without the header";
}

TEST(SmppText, TheWrongAlphabetLosesNothing) {
  const Read wrong = read("se\xf1" "ora", 0);
  EXPECT_EQ(wrong.text, "se\uFFFDora");
  EXPECT_EQ(wrong.flags, "text-repaired unreadable ");
  EXPECT_EQ(wrong.raw, "PDU");
}

TEST(SmppText, OtherCodings) {
  EXPECT_EQ(read("@ a", 1).text, "@ a");
  EXPECT_EQ(read("\xbf" "D\xf3nde?", 3).text, "¿Dónde?");
  EXPECT_EQ(read("\xd8\x3d\xde\x4f\x00\x41"sv, 8).text, "🙏A");
  EXPECT_EQ(read("\xd8\x3d\xde\x4f\x00\x41"sv, 8).flags, "");
  EXPECT_EQ(read("\xd8\x3d\x00\x41"sv, 8).text, "\uFFFDA");
  EXPECT_EQ(read("\xd8\x3d\x00\x41"sv, 8).flags, "text-repaired ");
  EXPECT_EQ(read("\x00"sv, 0xf0).text, "@") << "shown at once";
  EXPECT_EQ(read("\x00"sv, 0x10, DefaultAlphabet::latin1).text, "@");
  EXPECT_EQ(read("\x00\x41"sv, 0x18).text, "A");
  EXPECT_EQ(read("", 0).flags, "") << "an empty text is a message";
}

TEST(SmppText, WhatCannotBeReadIsKept) {
  for (const int coding : {2, 4, 5, 6, 7, 9, 10, 13, 14, 0x0f, 0x14, 0x40, 0xc0, 0xf4, 0xff}) {
    const Read kept = read("a\xffz", static_cast<std::uint8_t>(coding));
    EXPECT_EQ(kept.flags, "unreadable ") << coding;
    EXPECT_EQ(kept.raw, "PDU") << coding;
    EXPECT_EQ(kept.text, "a\uFFFDz") << coding;
  }
  const Read faulty = read(message_of("Ayuda"), DefaultAlphabet::gsm7, false);
  EXPECT_EQ(faulty.text, "Ayuda");
  EXPECT_EQ(faulty.flags, "unreadable ");
  EXPECT_EQ(faulty.raw, "PDU");
}

TEST(SmppText, PartsByHeader) {
  EXPECT_EQ(read(message_of("\x05\x00\x03\x2a\x03\x02Hola"sv, 0, 0x40)).part, "42:2/3");
  EXPECT_EQ(read(message_of("\x05\x00\x03\x2a\x03\x02Hola"sv, 0, 0x40)).text, "Hola");
  EXPECT_EQ(read(message_of("\x06\x08\x04\x12\x34\x02\x01Hola"sv, 0, 0x40)).part, "4660:1/2");
  EXPECT_EQ(read(message_of("\x08\x70\x01\xff\x00\x03\x01\x02\x02z"sv, 0, 0x43)).part, "1:2/2") << "others are passed over";
  EXPECT_EQ(read(message_of("\x05\x00\x03\x01\x01\x01z"sv, 0, 0x40)).part, "") << "one of one";
  EXPECT_EQ(read(message_of("\x0a\x00\x03\x01\x02\x01\x00\x03\x09\x02\x02z"sv, 0, 0x40)).part, "9:2/2") << "the last counts";
  EXPECT_EQ(read(message_of("\x05\x00\x03\x01\x02\x01\x00\x41"sv, 8, 0x40)).text, "A");
}

TEST(SmppText, HeadersThatAreWrongAreFlaggedAndLoseNothing) {
  for (const std::string_view bad : {"\x05\x00\x03\x01\x02\x03z"sv, "\x05\x00\x03\x01\x02\x00z"sv, "\x05\x00\x04\x01\x02\x03z"sv, "\x03\x00\x01\x01z"sv,
                                     "\x01\x00z"sv, "\xffz"sv, "\x02z"sv}) {
    const Read read_bad = read(message_of(bad, 0, 0x40));
    EXPECT_EQ(read_bad.part, "");
    EXPECT_NE(read_bad.flags.find("unreadable"), std::string::npos);
    EXPECT_EQ(read_bad.raw, "PDU");
    EXPECT_EQ(read_bad.text.back(), 'z');
  }
  EXPECT_EQ(read(message_of("", 0, 0x40)).flags, "unreadable ");
  EXPECT_EQ(read(message_of("\x03\x24\x01\x02za"sv, 0, 0x40)).flags, "unreadable ") << "a national table";
  EXPECT_EQ(read(message_of("\x03\x24\x01\x02\x00z"sv, 8, 0x40)).flags, "") << "which UCS-2 does not need";
}

TEST(SmppText, PartsByTlvs) {
  ShortMessage message = message_of("Hola");
  message.tlvs.sar_reference = 700;
  message.tlvs.sar_count = 2;
  message.tlvs.sar_number = 2;
  EXPECT_EQ(read(message).part, "700:2/2");
  message.tlvs.sar_number = 3;
  EXPECT_EQ(read(message).part, "");
  EXPECT_EQ(read(message).flags, "unreadable ");
  message.tlvs.sar_number.reset();
  EXPECT_EQ(read(message).flags, "unreadable ");
}

TEST(SmppText, LongTextsStandInAParameter) {
  ShortMessage message = message_of("");
  message.tlvs.payload = crypto::SecretBuffer(std::string(1000, 'a'));
  EXPECT_EQ(read(message).text, std::string(1000, 'a'));
  EXPECT_EQ(read(message).flags, "");
  message.text = crypto::SecretBuffer("b");
  EXPECT_EQ(read(message).text, "b");
  EXPECT_EQ(read(message).flags, "unreadable ") << "two texts";
}

TEST(SmppText, MoreThanASealedTextHoldsIsKeptAsItCame) {
  ShortMessage message = message_of("", 8);
  std::string long_text;
  for (int i = 0; i < 30'000; ++i) long_text += "\x4e\x2d";   // 中, three bytes in UTF-8
  message.tlvs.payload = crypto::SecretBuffer(long_text);
  const Read got = read(message);
  EXPECT_EQ(got.flags, "unreadable ");
  EXPECT_EQ(got.raw, "PDU");
  EXPECT_EQ(got.text.size(), 16U * 1024 / 3 * 3) << "no half of a character";
}

TEST(SmppText, WhoeverWantsNoMoreTextsIsFlagged) {
  for (const std::string_view stop : {"STOP", "stop.", "Alto"}) EXPECT_EQ(read(stop, 0).flags, "opt-out ") << stop;
  EXPECT_EQ(read("START", 0).flags, "opt-in ");
  EXPECT_EQ(read("\x00S\x00T\x00O\x00P"sv, 8).flags, "opt-out ");
  EXPECT_EQ(read("stop it please", 0).flags, "");
  EXPECT_EQ(read(message_of("\x05\x00\x03\x2a\x02\x02 stop."sv, 0, 0x40)).flags, "") << "the end of a long text: he does not stop";
  EXPECT_EQ(read(message_of("\x05\x00\x03\x2a\x02\x02Start"sv, 0, 0x40)).flags, "");
}

TEST(SmppText, WhateverComesFitsWhatIsSealed) {
  ShortMessage message = message_of("", 0xff);
  message.tlvs.payload = crypto::SecretBuffer(std::string(20'000, '"'));
  message.tlvs.receipted_id = crypto::SecretBuffer(std::string(40'000, '\x01'));
  const std::string pdu(64'000, 'p');
  const sms::Message got = read_message(message, DefaultAlphabet::gsm7, "BZ", as_bytes(pdu), true);
  EXPECT_EQ(got.raw.size(), pdu.size());
  auto json = sms::to_json(got, "operator", "00112233445566778899aabbccddeeff", 500'000);
  EXPECT_TRUE(crypto::pad_json(json)) << json.size();
}

TEST(SmppText, Numbers) {
  const auto number = [](std::uint8_t type, std::string_view value) {
    return std::string(readable_number({type, 1, crypto::SecretBuffer(value)}, "BZ").reveal_text());
  };
  EXPECT_EQ(number(1, "5016200001"), "+5016200001");
  EXPECT_EQ(number(1, "+5016200001"), "+5016200001");
  EXPECT_EQ(number(1, "005016200001"), "+5016200001");
  EXPECT_EQ(number(0, "911"), "911");
  EXPECT_EQ(number(5, "BELTEL"), "BELTEL");
  EXPECT_EQ(number(1, ""), "");
}

}  // namespace
