#include "storage/outbox.hpp"

#include "tests/unit/storage/store_fixture.hpp"

#include <fstream>
#include <iterator>

namespace hotline::test {
namespace {

using storage::TextReason;
using storage::TextRow;
using storage::TextState;

class OutboxTest : public StoreTest {
 protected:
  const CaseId file = id_of<CaseId>(0xc1);
  const MemberId ana = id_of<MemberId>(4);
  const TextId text = id_of<TextId>(0x71);

  void SetUp() override {
    limits.outbox_max = 3;
    StoreTest::SetUp();
    ASSERT_TRUE(run_awaitable(stores->members().add(member_of(4, "ana"))));
    ASSERT_TRUE(run_awaitable(stores->cases().open({file, desk, ByteVector(1216, 5), storage::CaseState::open, 2, hour},
                                                   {{storage::ScopeKind::case_, file.bytes, ana, ByteVector(9, 1)}}, {})));
  }
  TextRow row_of(TextId id) const {
    TextRow row;
    row.id = id;
    row.case_id = file;
    row.author = ana;
    row.gateway = "main";
    row.queued_hour = hour;
    return row;
  }
  storage::Outbox& outbox() { return stores->outbox(); }
  Result<void> add(TextId id, ByteVector sealed = ByteVector(500, 9)) { return run_awaitable(outbox().add(row_of(id), std::move(sealed))); }
  Result<void> settle(TextId id, TextState state, TextReason reason = TextReason::none, std::vector<storage::ReportKey> keys = {}) {
    return run_awaitable(outbox().settle(id, state, reason, "21610", std::move(keys), hour + 1));
  }
  Result<void> report(Byte key, TextState state, TextReason reason = TextReason::none) {
    return run_awaitable(outbox().report(filled<32>(key), state, reason, "", hour + 2));
  }
  TextRow row() {
    const auto rows = run_awaitable(outbox().of_case(file)).value();
    return rows.empty() ? TextRow() : rows.back();
  }
};

TEST_F(OutboxTest, AWaitingTextIsThereOnceHoweverOftenItIsAdded) {
  ASSERT_TRUE(add(text));
  ASSERT_TRUE(add(text));
  const auto rows = run_awaitable(outbox().of_case(file)).value();
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].id, text);
  EXPECT_EQ(rows[0].case_id, file);
  EXPECT_EQ(rows[0].author, ana);
  EXPECT_EQ(rows[0].gateway, "main");
  EXPECT_EQ(rows[0].state, TextState::waiting);
  EXPECT_EQ(rows[0].queued_hour, hour);
}

TEST_F(OutboxTest, AnIdBelongsToOneCaseAndOneGateway) {
  ASSERT_TRUE(add(text));
  TextRow other = row_of(text);
  other.gateway = "other";
  EXPECT_EQ(run_awaitable(outbox().add(other, ByteVector(9, 1))).error(), Errc::duplicate) << "or two gateways would send the same text";
}

TEST_F(OutboxTest, NeedsACaseAndHasABound) {
  TextRow strange = row_of(text);
  strange.case_id = id_of<CaseId>(1);
  EXPECT_EQ(run_awaitable(outbox().add(strange, ByteVector(9, 1))).error(), Errc::not_found);
  for (int i = 1; i <= 3; ++i) ASSERT_TRUE(add(id_of<TextId>(static_cast<Byte>(i))));
  EXPECT_EQ(add(text).error(), Errc::busy);
  ASSERT_TRUE(settle(id_of<TextId>(1), TextState::sent));
  EXPECT_TRUE(add(text));
}

TEST_F(OutboxTest, AnAttemptGivesTheSealedWordsUntilItIsSettled) {
  ASSERT_TRUE(add(text, ByteVector(321, 0x5a)));
  EXPECT_EQ(run_awaitable(outbox().attempt(text)).value(), ByteVector(321, 0x5a));
  ASSERT_TRUE(settle(text, TextState::refused, TextReason::opted_out));
  EXPECT_EQ(run_awaitable(outbox().attempt(text)).error(), Errc::not_found);
  EXPECT_EQ(run_awaitable(outbox().retry(text)).error(), Errc::not_found);
  EXPECT_EQ(settle(text, TextState::sent).error(), Errc::not_found) << "settled once";
  EXPECT_EQ(row().state, TextState::refused);
  EXPECT_EQ(row().reason, TextReason::opted_out);
  EXPECT_EQ(row().code, "21610");
  EXPECT_EQ(row().state_hour, hour + 1);
}

TEST_F(OutboxTest, DeliveredWhenAllPartsAre) {
  ASSERT_TRUE(add(text));
  EXPECT_EQ(report(1, TextState::delivered).error(), Errc::not_found) << "nobody knows the key yet";
  ASSERT_TRUE(settle(text, TextState::sent, TextReason::none, {filled<32>(1), filled<32>(2)}));
  ASSERT_TRUE(report(1, TextState::delivered));
  ASSERT_TRUE(report(1, TextState::delivered)) << "the same news twice";
  EXPECT_EQ(row().state, TextState::sent);
  ASSERT_TRUE(report(2, TextState::delivered));
  EXPECT_EQ(row().state, TextState::delivered);
  ASSERT_TRUE(report(2, TextState::refused, TextReason::undelivered));
  EXPECT_EQ(row().state, TextState::delivered) << "what is delivered stays so";
}

TEST_F(OutboxTest, AReportEndsADoubtAndNothingElse) {
  ASSERT_TRUE(add(text));
  ASSERT_TRUE(settle(text, TextState::not_sent, TextReason::perhaps_sent, {filled<32>(1)}));
  ASSERT_TRUE(report(1, TextState::delivered));
  EXPECT_EQ(row().state, TextState::delivered);
  const TextId expired = id_of<TextId>(0x72);
  ASSERT_TRUE(add(expired));
  ASSERT_TRUE(settle(expired, TextState::not_sent, TextReason::expired, {filled<32>(2)}));
  ASSERT_TRUE(report(2, TextState::delivered));
  EXPECT_EQ(row().state, TextState::not_sent);
}

TEST_F(OutboxTest, RefusedWhenOnePartIs) {
  ASSERT_TRUE(add(text));
  ASSERT_TRUE(settle(text, TextState::sent, TextReason::none, {filled<32>(1), filled<32>(2)}));
  ASSERT_TRUE(report(2, TextState::refused, TextReason::undelivered));
  ASSERT_TRUE(report(1, TextState::delivered));
  EXPECT_EQ(row().state, TextState::refused);
  EXPECT_EQ(row().reason, TextReason::undelivered);
}

TEST_F(OutboxTest, AnIdThatAnOperatorUsesAgainIsTheLastOnes) {
  const TextId later = id_of<TextId>(0x72);
  ASSERT_TRUE(add(text));
  ASSERT_TRUE(settle(text, TextState::sent, TextReason::none, {filled<32>(1)}));
  ASSERT_TRUE(report(1, TextState::delivered));
  ASSERT_TRUE(add(later));
  ASSERT_TRUE(settle(later, TextState::sent, TextReason::none, {filled<32>(1), filled<32>(2)}));
  ASSERT_TRUE(report(2, TextState::delivered));
  EXPECT_EQ(row().state, TextState::sent) << "that the earlier one was delivered says nothing of this one";
  ASSERT_TRUE(report(1, TextState::refused, TextReason::undelivered));
  const auto rows = run_awaitable(outbox().of_case(file)).value();
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_EQ(rows[0].state, TextState::delivered);
  EXPECT_EQ(rows[1].state, TextState::refused);
}

TEST_F(OutboxTest, AfterARestartNothingWaitsAndWhatWasInTheAirIsToldApart) {
  const TextId in_the_air = id_of<TextId>(2);
  const TextId tried = id_of<TextId>(3);
  ASSERT_TRUE(add(text));
  ASSERT_TRUE(add(in_the_air));
  ASSERT_TRUE(add(tried));
  ASSERT_TRUE(run_awaitable(outbox().attempt(in_the_air)));
  ASSERT_TRUE(run_awaitable(outbox().attempt(tried)));
  ASSERT_TRUE(run_awaitable(outbox().retry(tried)));
  reopen();
  EXPECT_EQ(run_awaitable(outbox().give_up_all(hour + 5)).value(), 3u);
  EXPECT_EQ(run_awaitable(outbox().give_up_all(hour + 6)).value(), 0u);
  const auto rows = run_awaitable(outbox().of_case(file)).value();
  ASSERT_EQ(rows.size(), 3u);
  for (const TextRow& one : rows) {
    EXPECT_EQ(one.state, TextState::not_sent);
    EXPECT_EQ(one.reason, one.id == in_the_air ? TextReason::perhaps_sent : TextReason::restarted);
    EXPECT_EQ(one.state_hour, hour + 5);
  }
}

TEST_F(OutboxTest, ReportKeysExpireAndADeletedCaseTakesItsTextsAlong) {
  ASSERT_TRUE(add(text));
  ASSERT_TRUE(settle(text, TextState::sent, TextReason::none, {filled<32>(1)}));
  ASSERT_TRUE(run_awaitable(stores->expire(hour + limits.delivery_report_hours)));
  ASSERT_TRUE(report(1, TextState::delivered));
  ASSERT_TRUE(run_awaitable(stores->expire(hour + 1 + limits.delivery_report_hours)));
  EXPECT_EQ(report(1, TextState::delivered).error(), Errc::not_found);

  const TextId other = id_of<TextId>(9);
  ASSERT_TRUE(add(other));
  ASSERT_TRUE(run_awaitable(stores->cases().remove({desk, ana, {file}, {}})));
  EXPECT_TRUE(run_awaitable(outbox().of_case(file))->empty());
  EXPECT_EQ(run_awaitable(outbox().attempt(other)).error(), Errc::not_found);
}

}  // namespace
}  // namespace hotline::test
