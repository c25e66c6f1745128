#include "server/smpp/redelivery.hpp"

#include "tests/unit/smpp/support.hpp"

#include <gtest/gtest.h>

namespace {

using namespace hotline;
using namespace hotline::smpp;
using namespace std::chrono_literals;

struct FixedClock final : Clock {
  std::int64_t now() const override { return seconds; }
  std::int64_t seconds = 1'800'000'000;
};

/// One process with its links.
struct Process {
  explicit Process(const Clock& clock) : redelivery(clock) { bind(); }

  void bind() {
    redelivery.on_bound(now);
    last = 0;
  }
  /// Delivered, answered at once, and the answer read, unless said otherwise.
  std::string deliver(std::string_view text, bool read = true, std::chrono::seconds answered_after = 0s, bool stored = true) {
    return deliver(message_of(text), read, answered_after, stored);
  }
  std::string deliver(const ShortMessage& message, bool read = true, std::chrono::seconds answered_after = 0s, bool stored = true) {
    const auto key = redelivery.key_of(&message, {}, ++last, now);
    now += answered_after;
    redelivery.on_answered(last, stored, now);
    if (read) redelivery.on_read(last);
    return std::string(key.reveal_text());
  }

  Redelivery redelivery;
  Redelivery::Time now{1000h};
  std::uint64_t last = 0;
};

TEST(SmppRedelivery, WhatAPersonWritesAgainIsAnother) {
  const FixedClock clock;
  Process process(clock);
  const std::string first = process.deliver("1");
  process.now += 2s;
  const std::string second = process.deliver("1");
  const std::string third = process.deliver("1", false);
  const std::string fourth = process.deliver("1", false);
  EXPECT_NE(first, second);
  EXPECT_NE(second, third);
  EXPECT_NE(third, fourth) << "the link stood: the operator got our answer";
  EXPECT_NE(first, process.deliver("2"));
}

TEST(SmppRedelivery, AfterALostAnswerItIsTheSame) {
  const FixedClock clock;
  Process process(clock);
  process.deliver("1");
  const std::string unread = process.deliver("1", false);
  process.bind();
  process.now += 5min;
  EXPECT_EQ(process.deliver("1"), unread);
  EXPECT_NE(process.deliver("1"), unread) << "once";
}

TEST(SmppRedelivery, AfterAnAnswerThatWasReadItIsAnother) {
  const FixedClock clock;
  Process process(clock);
  const std::string read = process.deliver("1");
  process.bind();
  EXPECT_NE(process.deliver("1"), read);
}

TEST(SmppRedelivery, LongAfterTheLinkCameBackItIsAnother) {
  const FixedClock clock;
  Process process(clock);
  const std::string unread = process.deliver("1", false);
  process.now += 30min;
  process.bind();
  process.now += 9min;
  const std::string again = process.deliver("1", false);
  EXPECT_EQ(again, unread) << "however long it was down";
  process.bind();
  process.now += 10min;
  EXPECT_NE(process.deliver("1"), unread);
}

TEST(SmppRedelivery, SlowAnswersAreWaitedForInVain) {
  const FixedClock clock;
  Process process(clock);
  const std::string slow = process.deliver("1", true, 6s);
  EXPECT_EQ(process.deliver("1"), slow);
  const ShortMessage two = message_of("2");
  const auto waiting = process.redelivery.key_of(&two, {}, ++process.last, process.now);
  process.now += 6s;
  EXPECT_EQ(process.deliver("2"), waiting.reveal_text()) << "the first has no answer yet";
  const std::string late = process.deliver("3", true, 6s);
  process.now += 3min;
  EXPECT_NE(process.deliver("3"), late);
}

TEST(SmppRedelivery, WhatWeAskedForAgainIsTheSame) {
  const FixedClock clock;
  Process process(clock);
  const std::string refused = process.deliver("1", true, 0s, false);
  process.now += 1min;
  EXPECT_EQ(process.deliver("1"), refused);
  EXPECT_NE(process.deliver("1"), refused);
}

TEST(SmppRedelivery, AcrossARestart) {
  FixedClock clock;
  Process before(clock);
  const std::string first = before.deliver("1");
  const std::string second = before.deliver("1", false);
  Process after(clock);
  EXPECT_EQ(after.deliver("1"), first) << "the database knows it";
  const std::string next = after.deliver("1");
  EXPECT_NE(next, first);
  EXPECT_NE(next, second);

  Process late(clock);
  late.now += 11min;
  EXPECT_NE(late.deliver("1"), first) << "nobody delivers again so late; somebody may write again";
  clock.seconds += 3600;
  EXPECT_NE(late.deliver("1"), first);
}

TEST(SmppRedelivery, AClockThatIsSetBackMakesNoOneOfTwo) {
  FixedClock clock;
  Process process(clock);
  process.now += 20min;
  clock.seconds += 3600;
  const std::string ten = process.deliver("1");
  clock.seconds += 3600;
  const std::string eleven = process.deliver("1");
  EXPECT_NE(eleven, ten);
  clock.seconds -= 3600;
  EXPECT_NE(process.deliver("1"), ten) << "the database would take it for the first one of that hour";
  EXPECT_EQ(process.deliver("2").size(), ten.size());
  clock.seconds += 3600;
  EXPECT_NE(process.deliver("1"), eleven);
}

TEST(SmppRedelivery, AnIdSettlesIt) {
  const FixedClock clock;
  Process process(clock);
  const auto with_id = [](std::string_view text, std::string_view id) {
    ShortMessage message = message_of(text);
    message.tlvs.receipted_id = crypto::SecretBuffer(id);
    return message;
  };
  const std::string first = process.deliver(with_id("1", "a7"));
  EXPECT_EQ(process.deliver(with_id("1", "a7")), first);
  EXPECT_NE(process.deliver(with_id("1", "a8")), first);
  EXPECT_NE(process.deliver(with_id("2", "a7")), first);
  EXPECT_NE(process.deliver(with_id("1", "000")), process.deliver(with_id("1", "000"))) << "an id that all have";
}

TEST(SmppRedelivery, AllThatTellsThemApart) {
  const FixedClock clock;
  const auto key = [&clock](auto change) {
    Process process(clock);
    ShortMessage message = message_of("1");
    change(message);
    return process.deliver(message);
  };
  const std::string plain = key([](ShortMessage&) {});
  EXPECT_NE(plain, key([](ShortMessage& m) { m.source.value = crypto::SecretBuffer("5016200002"); }));
  EXPECT_NE(plain, key([](ShortMessage& m) { m.destination.value = crypto::SecretBuffer("556"); }));
  EXPECT_NE(plain, key([](ShortMessage& m) { m.data_coding = 8; }));
  EXPECT_NE(plain, key([](ShortMessage& m) { m.esm_class = 0x40; }));
  EXPECT_NE(plain, key([](ShortMessage& m) { m.tlvs.sar_reference = 1; }));
  EXPECT_NE(plain, key([](ShortMessage& m) { m.tlvs.user_reference = 1; }));
  EXPECT_NE(plain, key([](ShortMessage& m) { m.tlvs.payload = crypto::SecretBuffer("1"); }));
  EXPECT_EQ(plain, key([](ShortMessage& m) { m.tlvs.others.push_back({0x1501, crypto::SecretBuffer("1")}); })) << "of which nobody knows what it is";

  Process process(clock);
  const auto broken = [&](std::string_view pdu) {
    return std::string(process.redelivery.key_of(nullptr, as_bytes(pdu), ++process.last, process.now).reveal_text());
  };
  const std::string first = broken("lengcommstatseq1body");
  process.bind();
  EXPECT_EQ(first, broken("lengcommstatseq2body")) << "the header is the link's";
  EXPECT_NE(first, broken("lengcommstatseq2bodi"));
}

TEST(SmppRedelivery, ForgettingNeverMakesOneOfTwo) {
  const FixedClock clock;
  Process process(clock);
  const std::string first = process.deliver("1");
  for (std::size_t i = 0; i < Redelivery::remembered_max + 1; ++i) {
    process.now += 1ms;
    process.deliver("x" + std::to_string(i));
  }
  EXPECT_NE(process.deliver("1"), first);
}

}  // namespace
