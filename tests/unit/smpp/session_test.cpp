#include "server/smpp/session.hpp"

#include "tests/unit/smpp/support.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace {

using namespace hotline;
using namespace hotline::smpp;
using namespace std::chrono_literals;

/// A session, and the operator's end of it.
class SmppSession : public testing::Test {
 protected:
  SmppSession() : session(make()) {}

  Session make() {
    Bind bind{crypto::SecretBuffer("hotline"), crypto::SecretBuffer("secret"), {}, 0x34, 0, 0, {}};
    SessionLimits limits;
    limits.window = 3;
    limits.deliveries_max = 2;
    auto made = Session::create(bind, limits, now);
    EXPECT_TRUE(made);
    return std::move(*made);
  }
  void come(std::string_view bytes) { session.receive(as_bytes(bytes), now); }
  void come(Command command, std::uint32_t sequence, decltype(Pdu::body) body = {}, Status status = Status::ok) {
    come(bytes_of(command, sequence, std::move(body), status));
  }
  /// All that was sent, "command/sequence/status" each.
  std::string sent() {
    const auto output = session.take_output();
    Bytes left = output.reveal();
    std::string out;
    while (!left.empty()) {
      const std::size_t size = pdu_length(left).value().value();
      const Pdu pdu = parse(left.first(size)).pdu;
      const auto hex = [](auto number) {
        char text[16];
        std::snprintf(text, sizeof(text), "%x", static_cast<unsigned>(number));
        return std::string(text);
      };
      out += hex(pdu.command) + "/" + hex(pdu.sequence) + "/" + hex(pdu.status) + " ";
      left = left.subspan(size);
    }
    return out;
  }
  std::string events() {
    std::string out;
    while (auto event = session.next_event()) {
      if (std::get_if<Session::Bound>(&*event)) out += "bound ";
      if (const auto* refused = std::get_if<Session::BindRefused>(&*event)) out += "refused " + std::to_string(static_cast<int>(refused->status)) + " ";
      if (const auto* delivered = std::get_if<Session::Delivered>(&*event)) {
        out += "delivered " + std::to_string(delivered->delivery) + (delivered->fault ? "! " : " ");
      }
      if (const auto* submitted = std::get_if<Session::Submitted>(&*event)) {
        out += "submitted " + std::to_string(submitted->request) + " " +
               (submitted->status ? std::to_string(static_cast<int>(*submitted->status)) + " " + std::string(submitted->id.reveal_text()) : "?") + " ";
      }
      if (const auto* read = std::get_if<Session::AnswersRead>(&*event)) out += "read " + std::to_string(read->deliveries.size()) + " ";
      if (const auto* closed = std::get_if<Session::Closed>(&*event)) out += "closed " + std::to_string(static_cast<int>(closed->reason)) + " ";
    }
    return out;
  }
  void bind() {
    EXPECT_EQ(sent(), "9/1/0 ");
    come(Command::bind_transceiver_resp, 1, named("SMSC"));
    EXPECT_EQ(events(), "bound ");
  }
  std::uint32_t submit() {
    const Pdu pdu{Command::submit_sm, Status::ok, 0, message_of("hola")};
    const auto request = session.submit(pdu, now);
    return request ? *request : 0;
  }
  static std::string closed(Errc reason) { return "closed " + std::to_string(static_cast<int>(reason)) + " "; }

  Session::Time now{1000h};
  Session session;
};

TEST_F(SmppSession, Binds) {
  bind();
  EXPECT_TRUE(session.bound());
  EXPECT_EQ(sent(), "");
}

TEST_F(SmppSession, ARefusedBindEndsIt) {
  come(Command::bind_transceiver_resp, 1, named(""), Status::bad_password);
  EXPECT_EQ(events(), "refused 14 " + closed(Errc::forbidden));
}

TEST_F(SmppSession, ARefusedBindMayHaveNoBody) {
  come(framed(from_hex("80000009 0000000d 00000001")));
  EXPECT_EQ(events(), "refused 13 " + closed(Errc::forbidden));
}

TEST_F(SmppSession, ANackOfTheBindEndsIt) {
  come(Command::generic_nack, 1, {}, Status::bad_command);
  EXPECT_EQ(events(), "refused 3 " + closed(Errc::forbidden));
}

TEST_F(SmppSession, ASilentOperatorEndsIt) {
  EXPECT_EQ(session.due(), now + 20s);
  now += 20s;
  session.tick(now);
  EXPECT_EQ(events(), closed(Errc::timed_out));
}

TEST_F(SmppSession, NothingIsSubmittedBeforeTheBind) {
  EXPECT_EQ(submit(), 0U);
  come(Command::deliver_sm, 7, message_of("hola"));
  EXPECT_EQ(sent(), "9/1/0 80000005/7/4 ");
  EXPECT_EQ(events(), "");
}

TEST_F(SmppSession, ATextIsAnsweredWhenWeSaySo) {
  bind();
  come(Command::deliver_sm, 7, message_of("hola"));
  come(Command::data_sm, 8, message_of(""));
  EXPECT_EQ(events(), "delivered 1 delivered 2 ");
  EXPECT_EQ(sent(), "");
  session.answer(2, Status::ok, now);
  session.answer(1, Status::temporary_fault, now);
  session.answer(1, Status::ok, now);
  EXPECT_EQ(sent(), "80000103/8/0 80000005/7/64 ");
}

TEST_F(SmppSession, AnAnswerHasTheEmptyIdOfTheSpecification) {
  bind();
  come(Command::deliver_sm, 7, message_of("hola"));
  session.answer(1, Status::ok, now);
  EXPECT_EQ(session.take_output().reveal_text(), from_hex("00000011 80000005 00000000 00000007 00"));
}

TEST_F(SmppSession, TooManyAtOnceAreAskedForAgain) {
  bind();
  for (std::uint32_t i = 1; i <= 3; ++i) come(Command::deliver_sm, i, message_of("hola"));
  EXPECT_EQ(events(), "delivered 1 delivered 2 ");
  EXPECT_EQ(sent(), "80000005/3/64 ");
}

TEST_F(SmppSession, BytesComeInAnyPieces) {
  bind();
  const std::string all = bytes_of(Command::deliver_sm, 7, message_of("hola")) + bytes_of(Command::enquire_link, 8) + bytes_of(Command::deliver_sm, 9, message_of("x"));
  for (const char byte : all) come(std::string_view(&byte, 1));
  EXPECT_EQ(events(), "delivered 1 delivered 2 ");
  EXPECT_EQ(sent(), "80000015/8/0 ");
}

TEST_F(SmppSession, AMalformedTextIsDeliveredAsItIs) {
  bind();
  come(framed(from_hex("00000005 00000000 00000007 00 0101 3100 0101 3200 00 00 00 00 00 00 00 00 00 09 41")));
  come(framed(from_hex("00000005 00000000 00000008 00")));
  EXPECT_EQ(events(), "delivered 1! delivered 2! ");
  session.answer(1, Status::ok, now);
  EXPECT_EQ(sent(), "80000005/7/0 ");
}

TEST_F(SmppSession, AnswersInAnyOrder) {
  bind();
  EXPECT_EQ(submit(), 2U);
  EXPECT_EQ(submit(), 3U);
  EXPECT_EQ(submit(), 4U);
  EXPECT_TRUE(session.window_full());
  EXPECT_EQ(submit(), 0U);
  come(Command::submit_sm_resp, 4, named("c"));
  come(Command::submit_sm_resp, 2, named(""), Status::throttled);
  come(Command::generic_nack, 3, {}, Status::bad_command);
  come(Command::submit_sm_resp, 3, named("late"));
  come(Command::submit_sm_resp, 99, named("never asked"));
  EXPECT_EQ(events(), "submitted 4 0 c submitted 2 88  submitted 3 3  ");
  EXPECT_FALSE(session.window_full());
}

TEST_F(SmppSession, AnAnswerOfAnotherKindIsNone) {
  bind();
  EXPECT_EQ(submit(), 2U);
  come(Command::enquire_link_resp, 2);
  EXPECT_EQ(events(), "");
}

TEST_F(SmppSession, NoAnswerIsNotKnown) {
  bind();
  EXPECT_EQ(submit(), 2U);
  now += 19s;
  session.tick(now);
  EXPECT_EQ(events(), "");
  now += 1s;
  session.tick(now);
  EXPECT_EQ(events(), "submitted 2 ? ");
  EXPECT_TRUE(session.bound());
  session.end();
  EXPECT_EQ(events(), closed(Errc::closed));
}

TEST_F(SmppSession, WhatWaitsWhenTheLineBreaksIsNotKnown) {
  bind();
  EXPECT_EQ(submit(), 2U);
  session.end();
  EXPECT_EQ(events(), "submitted 2 ? " + closed(Errc::closed));
  EXPECT_EQ(submit(), 0U);
}

TEST_F(SmppSession, AsksWhetherTheLinkStands) {
  bind();
  EXPECT_EQ(session.due(), now + 30s);
  now += 30s;
  session.tick(now);
  EXPECT_EQ(sent(), "15/2/0 ");
  now += 10s;
  come(Command::enquire_link_resp, 2);
  EXPECT_EQ(session.due(), now + 20s);
  now += 20s;
  session.tick(now);
  EXPECT_EQ(sent(), "15/3/0 ");
  now += 20s;
  session.tick(now);
  EXPECT_EQ(events(), closed(Errc::timed_out));
}

TEST_F(SmppSession, AnAnswerToUsShowsThatOursWereRead) {
  bind();
  come(Command::deliver_sm, 7, message_of("hola"));
  EXPECT_EQ(submit(), 2U);
  session.answer(1, Status::ok, now);
  EXPECT_EQ(submit(), 3U);
  come(Command::submit_sm_resp, 2, named("a"));
  EXPECT_EQ(events(), "delivered 1 submitted 2 0 a ") << "it was sent before our answer";
  come(Command::submit_sm_resp, 3, named("b"));
  EXPECT_EQ(events(), "read 1 submitted 3 0 b ");
}

TEST_F(SmppSession, EitherSideEndsIt) {
  bind();
  come(Command::unbind, 9);
  EXPECT_EQ(sent(), "80000006/9/0 ");
  EXPECT_EQ(events(), closed(Errc::closed));
}

TEST_F(SmppSession, WeEndIt) {
  bind();
  come(Command::deliver_sm, 7, message_of("hola"));
  EXPECT_EQ(events(), "delivered 1 ");
  session.unbind(now);
  come(Command::deliver_sm, 8, message_of("late"));
  session.answer(1, Status::ok, now);
  EXPECT_EQ(sent(), "6/2/0 80000005/8/64 80000005/7/0 ");
  come(Command::unbind_resp, 2);
  EXPECT_EQ(events(), closed(Errc::closed)) << "the unbind left before our answer: it may not have been read";
}

TEST_F(SmppSession, AnUnbindIsNotWaitedForLong) {
  bind();
  session.unbind(now);
  now += 3s;
  session.tick(now);
  EXPECT_EQ(events(), closed(Errc::timed_out));
}

TEST_F(SmppSession, WhatIsNoPduEndsIt) {
  bind();
  come(from_hex("0000000f 00000015 00000000 00000001"));
  EXPECT_EQ(sent(), "80000000/0/2 ");
  EXPECT_EQ(events(), closed(Errc::malformed));
}

TEST_F(SmppSession, WhatIsTooLongEndsIt) {
  bind();
  come(from_hex("00010001 00000015 00000000 00000001"));
  EXPECT_EQ(sent(), "80000000/0/2 ");
  EXPECT_EQ(events(), closed(Errc::too_large));
}

TEST_F(SmppSession, WhatWeDoNotKnowIsRefused) {
  bind();
  come(framed(from_hex("00000003 00000000 00000009")));
  come(framed(from_hex("00000009 00000000 0000000a 00")));
  come(framed(from_hex("80000077 00000000 0000000b")));
  come(framed(from_hex("00000015 00000000 0000000c 00")));
  EXPECT_EQ(sent(), "80000000/9/3 80000009/a/4 80000015/c/0 ") << "an enquiry with more in it is one";
  EXPECT_TRUE(session.bound());
}

TEST_F(SmppSession, AnOperatorWhoDoesNotReadIsLeft) {
  bind();
  std::string many;
  for (std::uint32_t i = 0; i < 4000; ++i) many += bytes_of(Command::enquire_link, i);
  for (int i = 0; i < 20 && !session.closed(); ++i) come(many);
  EXPECT_EQ(events(), closed(Errc::busy));
}

}  // namespace
