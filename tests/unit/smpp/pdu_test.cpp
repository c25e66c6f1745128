#include "tests/unit/smpp/support.hpp"

#include <gtest/gtest.h>

#include <array>

namespace {

using namespace hotline;
using namespace hotline::smpp;
using namespace std::string_view_literals;

/// Of the whole PDU, length put in front.
Parsed read(std::string_view hex) { return parse(as_bytes(framed(from_hex(hex)))); }

constexpr std::string_view deliver_head = "00000005 00000000 0000000b";
// service_type "", 1 1 "123", 0 1 "555", esm, protocol, priority, "", "", 0 0 0 0
constexpr std::string_view deliver_fields = "00 0101 31323300 0001 35353500 00 00 00 00 00 00 00 00 00";

std::string deliver(std::string_view rest) { return std::string(deliver_head).append(deliver_fields).append(rest); }

TEST(SmppPdu, BindAsTheSpecificationShowsIt) {
  // Section 2.7.1 of the specification has the same fields for a transmitter: "SMPP3TEST", "secret08", "SUBMIT1", version, 1, 1, "".
  Bind bind{crypto::SecretBuffer("SMPP3TEST"), crypto::SecretBuffer("secret08"), crypto::SecretBuffer("SUBMIT1"), 0x34, 1, 1, {}};
  const std::string written = bytes_of(Command::bind_transceiver, 1, std::move(bind));
  EXPECT_EQ(written, from_hex("0000002f 00000009 00000000 00000001 534d50503354455354 00 7365637265743038 00 5355424d495431 00 34 01 01 00"));
  const Parsed parsed = parse(as_bytes(written));
  ASSERT_FALSE(parsed.fault);
  EXPECT_EQ(std::get<Bind>(parsed.pdu.body).system_type.reveal_text(), "SUBMIT1");
}

TEST(SmppPdu, ATextIsReadFieldByField) {
  const Parsed parsed = read(deliver("05 48 6f 6c 61 21"));
  ASSERT_FALSE(parsed.fault);
  EXPECT_EQ(parsed.pdu.command, Command::deliver_sm);
  EXPECT_EQ(parsed.pdu.sequence, 11U);
  const auto& message = std::get<ShortMessage>(parsed.pdu.body);
  EXPECT_EQ(message.source.value.reveal_text(), "123");
  EXPECT_EQ(message.source.type, 1);
  EXPECT_EQ(message.destination.value.reveal_text(), "555");
  EXPECT_EQ(message.text.reveal_text(), "Hola!");
}

TEST(SmppPdu, OptionalParameters) {
  const Parsed parsed = read(deliver("00 020c 0002 1234 020e 0001 03 020f 0001 02 0424 0002 6869 001e 0003 6162 00 0427 0001 02"
                                     "0423 0003 03 0102 0204 0002 0007 130c 0000 1501 0002 beef"));
  ASSERT_FALSE(parsed.fault);
  const Tlvs& tlvs = std::get<ShortMessage>(parsed.pdu.body).tlvs;
  EXPECT_EQ(tlvs.sar_reference, 0x1234);
  EXPECT_EQ(tlvs.sar_count, 3);
  EXPECT_EQ(tlvs.sar_number, 2);
  EXPECT_EQ(tlvs.payload->reveal_text(), "hi");
  EXPECT_EQ(tlvs.receipted_id->reveal_text(), "ab");
  EXPECT_EQ(tlvs.message_state, 2);
  EXPECT_EQ(tlvs.network_error->network, 3);
  EXPECT_EQ(tlvs.network_error->code, 0x102);
  EXPECT_EQ(tlvs.user_reference, 7);
  EXPECT_TRUE(tlvs.alert);
  ASSERT_EQ(tlvs.others.size(), 1U);
  EXPECT_EQ(tlvs.others[0].tag, 0x1501);
  EXPECT_EQ(tlvs.others[0].value.reveal_text(), "\xbe\xef");
}

TEST(SmppPdu, WhatIsReadIsWrittenTheSame) {
  for (const std::string& hex : {deliver("00 0204 0002 0007 020c 0002 1234 020e 0001 03 020f 0001 02 001e 0003 6162 00 0423 0003 03 0102"
                                         "0424 0002 6869 0427 0001 02 130c 0000 1501 0002 beef"),
                                 deliver("02 4142"), std::string("00000103 00000000 00000001 00 0101 3100 0101 3200 40 01 08 0424 0002 0041"),
                                 std::string("80000004 00000000 00000009 6162633100"), std::string("80000000 00000003 00000000"),
                                 std::string("80000009 00000000 00000001 534d534300 0210 0001 34")}) {
    const std::string bytes = framed(from_hex(hex));
    const Parsed parsed = parse(as_bytes(bytes));
    ASSERT_FALSE(parsed.fault) << hex;
    const auto written = write(parsed.pdu);
    ASSERT_TRUE(written) << hex;
    EXPECT_EQ(written->reveal_text(), bytes) << hex;
  }
}

TEST(SmppPdu, EachFaultHasItsStatus) {
  const auto fault = [](std::string_view hex) { return read(hex).fault; };
  EXPECT_EQ(fault(deliver("05 41")), Status::bad_message_length);
  EXPECT_EQ(fault(deliver("00 02")), Status::bad_tlv_stream);
  EXPECT_EQ(fault(deliver("00 020c 0002 12")), Status::bad_tlv_stream);
  EXPECT_EQ(fault(deliver("00 020c 0001 12")), Status::bad_tlv_length);
  EXPECT_EQ(fault(deliver("00 020e 0002 1212")), Status::bad_tlv_length);
  EXPECT_EQ(fault(deliver("00 0423 0001 12")), Status::bad_tlv_length);
  EXPECT_EQ(fault(std::string(deliver_head)), Status::bad_command_length);
  EXPECT_EQ(fault("00000005 00000000 00000001 41424344454647"), Status::bad_service_type);
  EXPECT_EQ(fault("00000005 00000000 00000001 00 0101 3132"), Status::bad_command_length) << "the source's end is missing";
  EXPECT_EQ(fault("00000015 00000000 00000001 00"), Status::bad_command_length);
  EXPECT_EQ(fault("00000099 00000000 00000001"), Status::bad_command);
  EXPECT_EQ(fault("80000004 00000000 00000001"), std::nullopt) << "an answer that refuses may have no body";
  EXPECT_EQ(fault("80000004 00000000 00000001 41"), Status::bad_command_length);
  std::string lies = framed(from_hex("00000015 00000000 00000001"));
  lies[3] = 17;
  EXPECT_EQ(parse(as_bytes(lies)).fault, Status::bad_command_length);
}

TEST(SmppPdu, WhatStandsBeforeAFaultIsKept) {
  const Parsed parsed = read(deliver("05 41 42"));
  const auto& message = std::get<ShortMessage>(parsed.pdu.body);
  EXPECT_EQ(message.source.value.reveal_text(), "123");
  EXPECT_EQ(message.text.reveal_text(), "AB");
  const Parsed odd = read(deliver("02 41 42 020c 0001 12 0427 0001 02"));
  EXPECT_EQ(odd.fault, Status::bad_tlv_length);
  EXPECT_EQ(std::get<ShortMessage>(odd.pdu.body).text.reveal_text(), "AB");
  EXPECT_EQ(std::get<ShortMessage>(odd.pdu.body).tlvs.message_state, 2) << "reading goes on behind it";
}

TEST(SmppPdu, LengthsHaveBounds) {
  const auto length = [](std::string_view hex) { return pdu_length(as_bytes(from_hex(hex))); };
  EXPECT_FALSE(length("000000").value());
  EXPECT_EQ(length("00000010").value(), 16U);
  EXPECT_EQ(length("00010000").value(), 65536U);
  EXPECT_EQ(length("0000000f").error(), make_error_code(Errc::malformed));
  EXPECT_EQ(length("00010001").error(), make_error_code(Errc::too_large));
  EXPECT_EQ(length("ffffffff").error(), make_error_code(Errc::too_large));
}

TEST(SmppPdu, WritingRefusesWhatDoesNotFit) {
  const auto error_of = [](Command command, decltype(Pdu::body) body) {
    const auto written = write(Pdu{command, Status::ok, 1, std::move(body)});
    return written ? boost::system::error_code() : written.error();
  };
  Bind bind{crypto::SecretBuffer("a"), crypto::SecretBuffer("123456789"), {}, 0x34, 0, 0, {}};
  EXPECT_EQ(error_of(Command::bind_transceiver, std::move(bind)), make_error_code(Errc::too_large));
  EXPECT_EQ(error_of(Command::submit_sm, message_of(std::string(255, 'a'))), make_error_code(Errc::too_large));
  EXPECT_EQ(error_of(Command::submit_sm_resp, named("a\0b"sv)), make_error_code(Errc::malformed));
  EXPECT_EQ(error_of(Command::unbind, named("a")), make_error_code(Errc::malformed));
  EXPECT_EQ(error_of(Command::submit_sm, {}), make_error_code(Errc::malformed));
  EXPECT_EQ(error_of(Command::data_sm, message_of("a")), make_error_code(Errc::malformed));
}

}  // namespace
