#include "tests/unit/cli/casework_fixture.hpp"

namespace hotline::cli {
namespace {

class CaseOutcome : public CaseworkTest {};

TEST_F(CaseOutcome, KeepingTellsWhyOnce) {
  const Reporter who;
  tell(who, "words");
  EXPECT_NE(keep_it("why").error().line.find("nobody has asked"), std::string::npos);
  ask_to_delete(who);
  ASSERT_TRUE(keep_it("why"));
  ASSERT_EQ(read(who).size(), 1U);
  EXPECT_EQ(read(who)[0].text.reveal_text(), "why");
  EXPECT_EQ(read(who)[0].options.outcome, crypto::WishOutcome::kept);
  EXPECT_EQ(read(who)[0].options.desk, desk_.desk.id);
  EXPECT_TRUE(keep_it("why")) << "again the same";
  EXPECT_NE(keep_it("other").error().line.find("answered before, by ana"), std::string::npos);
  EXPECT_EQ(read(who).size(), 1U);
}

TEST_F(CaseOutcome, AKeepThatStoppedAfterItsRecordIsFinishedByTheSame) {
  const Reporter who;
  tell(who, "words");
  ask_to_delete(who);
  kept_.fails_at = "/answers";
  EXPECT_NE(keep_it("why").error().line.find("run the same command again"), std::string::npos);
  EXPECT_TRUE(read(who).empty());
  EXPECT_TRUE(keep_it("why"));
  EXPECT_EQ(read(who).size(), 1U);
}

TEST_F(CaseOutcome, AWishThatWasAnsweredBySomebodyWhoHasLeftStaysAnswered) {
  const Reporter who;
  tell(who, "words");
  ask_to_delete(who);
  ASSERT_TRUE(keep_it("why"));
  member_leaves();
  EXPECT_NE(keep_it("other").error().line.find("answered before"), std::string::npos);
  auto connection = connect();
  const Casebook book = load(connection);
  EXPECT_EQ(first_free_tag(book.threads()[0], book.threads()[0], 0), 1U);
}

TEST_F(CaseOutcome, DeletingTellsFirstInTheLanguageOfTheReport) {
  const Reporter who;
  const auto id = tell(who, "palabras", "es-BZ");
  ask_to_delete(who);
  ASSERT_TRUE(delete_it());
  ASSERT_EQ(read(who).size(), 1U);
  EXPECT_NE(read(who)[0].text.reveal_text().find("Borramos lo que nos envió"), std::string_view::npos);
  EXPECT_EQ(read(who)[0].options.outcome, crypto::WishOutcome::deleted);
  ASSERT_EQ(kept_.deletions.size(), 1U);
  ASSERT_EQ(kept_.deletions[0].at("reports").as_array().size(), 2U);
  EXPECT_EQ(kept_.deletions[0].at("reports").as_array()[0].as_string(), to_text(id));
  ASSERT_EQ(kept_.cases.size(), 1U) << "opened for the record";
  EXPECT_EQ(kept_.deletions[0].at("cases").as_array(), (json::array{to_text(kept_.cases[0].id)}));
}

TEST_F(CaseOutcome, WhereverADeletionStopsTheReporterIsToldOnce) {
  for (const char* step : {"/cases", "/answers", "/deletions"}) {
    kept_.reports.clear();
    kept_.cases.clear();
    kept_.events.clear();
    kept_.deletions.clear();
    const Reporter who;
    tell(who, "words");
    kept_.fails_at = step;
    const auto stopped = delete_it();
    ASSERT_FALSE(stopped) << step;
    EXPECT_NE(stopped.error().line.find("dead"), std::string::npos);
    EXPECT_TRUE(kept_.deletions.empty());
    ASSERT_TRUE(delete_it("another text, too late once it was recorded")) << step;
    EXPECT_EQ(read(who).size(), 1U) << step;
    EXPECT_EQ(kept_.deletions.size(), 1U);
  }
}

TEST_F(CaseOutcome, AColleaguesTagIsPassedOverAlsoTheSecondTime) {
  const Reporter who;
  tell(who, "words");
  kept_.answers[crypto::to_base64(crypto::mailbox_tag(who.key, 0), crypto::Base64::url_unpadded)] =
      crypto::to_base64(crypto::seal_answer("a colleague's", {}, who.identity.recipient()).value()[0], crypto::Base64::url_unpadded);
  kept_.fails_at = "/deletions";
  ASSERT_FALSE(delete_it());
  ASSERT_TRUE(delete_it());
  ASSERT_EQ(read(who).size(), 2U);
  EXPECT_EQ(read(who)[0].text.reveal_text(), "a colleague's");
  EXPECT_EQ(read(who)[1].options.outcome, crypto::WishOutcome::deleted);
}

TEST_F(CaseOutcome, DeletionThatWasBegunIsNotTakenBack) {
  const Reporter who;
  tell(who, "words");
  ask_to_delete(who);
  kept_.fails_at = "/deletions";
  ASSERT_FALSE(delete_it());
  EXPECT_NE(keep_it("after all").error().line.find("deletion was begun"), std::string::npos);
  EXPECT_EQ(read(who).size(), 1U);
}

TEST_F(CaseOutcome, WhoReadAnOlderStateIsRefused) {
  const Reporter who;
  tell(who, "words");
  open_case_about({kept_.reports[0].id});
  auto connection = connect();
  const Casebook book = load(connection);
  ASSERT_TRUE(delete_it());
  const auto late = delete_for_good(connection, book, deletion_of(book, book.threads()[0]), {});
  ASSERT_FALSE(late);
  EXPECT_NE(late.error().line.find("A colleague"), std::string::npos) << late.error().line;
  EXPECT_EQ(read(who).size(), 1U);
}

TEST_F(CaseOutcome, ACaseAboutSeveralReportersGoesWholeAndEachIsTold) {
  const Reporter one;
  const Reporter two;
  const Reporter apart;
  const auto first = tell(one, "first");
  const auto second = tell(two, "segundo", "es");
  tell(apart, "has nothing to do with it");
  open_case_about({first, second});
  auto connection = connect();
  const Casebook book = load(connection);
  for (const std::size_t named : {0U, 1U}) {
    const Deletion deletion = deletion_of(book, book.threads()[named]);
    EXPECT_EQ(deletion.threads.size(), 2U) << named;
    EXPECT_EQ(deletion.reports.size(), 2U);
    EXPECT_EQ(deletion.cases.size(), 1U);
    EXPECT_EQ(deletion.told, 2U);
  }
  EXPECT_EQ(deletion_of(book, book.threads()[2]).threads.size(), 1U);
  kept_.fails_at = "/deletions";
  ASSERT_FALSE(delete_it({}, 1));
  EXPECT_EQ(read(one).size() + read(two).size(), 2U) << "told before anything is deleted";
  ASSERT_TRUE(delete_it({}, 0)) << "finished by way of the other";
  ASSERT_EQ(read(one).size(), 1U);
  ASSERT_EQ(read(two).size(), 1U);
  EXPECT_NE(read(two)[0].text.reveal_text().find("Borramos"), std::string_view::npos) << "each in their own language";
  EXPECT_NE(read(one)[0].text.reveal_text().find("deleted"), std::string_view::npos);
  EXPECT_TRUE(read(apart).empty());
}

TEST_F(CaseOutcome, AnAnswerGoesToWhomItIsMeantFor) {
  const Reporter one;
  const Reporter two;
  const auto first = tell(one, "first");
  const auto second = tell(two, "second");
  const auto apart = tell(Reporter(), "has nothing to do with it");
  open_case_about({first, second});
  auto connection = connect();
  const Casebook book = load(connection);
  for (const std::size_t named : {0U, 1U}) {
    const auto people = people_of(book.threads(), book.threads()[named]);
    ASSERT_EQ(people.size(), 2U) << named;
    EXPECT_EQ(people[0], &book.threads()[0]) << "that has the case";
    const auto nobody = addressee(people, "");
    ASSERT_FALSE(nobody) << "is not guessed";
    EXPECT_NE(nobody.error().line.find("--to"), std::string::npos) << nobody.error().line;
    for (const ReportId& id : {first, second}) EXPECT_NE(nobody.error().line.find(to_text(id).substr(0, 8)), std::string::npos) << nobody.error().line;
    EXPECT_FALSE(addressee(people, to_text(apart)));
    EXPECT_FALSE(addressee(people, to_text(second).substr(0, 3)));
    EXPECT_EQ(addressee(people, to_text(second).substr(0, 8)).value(), &book.threads()[1]);
  }
  const auto people = people_of(book.threads(), book.threads()[1]);
  ASSERT_TRUE(reply_to(connection, book, *people[0], *addressee(people, to_text(second)).value(), "for the second only"));
  EXPECT_TRUE(read(one).empty());
  ASSERT_EQ(read(two).size(), 1U);
  EXPECT_EQ(read(two)[0].text.reveal_text(), "for the second only");
  EXPECT_EQ(kept_.cases.size(), 1U) << "recorded in the case that there is";

  // Tags that the second's answers took are not the first's.
  const Casebook later = load(connection);
  EXPECT_EQ(first_free_tag(later.threads()[0], later.threads()[0], 0), 0U);
  EXPECT_EQ(first_free_tag(later.threads()[0], later.threads()[1], 0), 1U);
  const auto alone = people_of(later.threads(), later.threads()[2]);
  EXPECT_EQ(addressee(alone, "").value(), &later.threads()[2]) << "nobody else to choose";
}

TEST_F(CaseOutcome, AnAnswerStandsWhereReadersLookWhenTheFirstTagsHaveExpired) {
  const Reporter who;
  open_case_about({tell(who, "words")});
  auto connection = connect();
  const Casebook before = load(connection);
  const Thread& file = before.threads()[0];
  const auto long_ago = [&](crypto::SecretJson& json) { json.string("text", "one of many").string("report", file.id()).number("tags_end", 40); };
  const auto key = case_of(connection, before, file, 1);
  ASSERT_TRUE(key);
  ASSERT_TRUE(record_done(connection, before, file, *key, {"reply", long_ago}, 1));
  const Casebook book = load(connection);
  EXPECT_EQ(first_free_tag(book.threads()[0], book.threads()[0], 0), 40U) << "two of the same day are told apart by their tags";
  ASSERT_TRUE(reply_to(connection, book, book.threads()[0], book.threads()[0], "the newest"));
  ASSERT_EQ(kept_.answers.size(), 1U) << "all others have expired";
  EXPECT_EQ(kept_.answers.begin()->first, crypto::to_base64(crypto::mailbox_tag(who.key, 0), crypto::Base64::url_unpadded));
}

TEST_F(CaseOutcome, WithoutAMailboxItIsDeletedAtOnce) {
  say(R"({"v":1,"type":"sms","text":"b","sms":{"gateway":"demo","from":"+5016000000","to":"+1"}})", storage::Channel::sms);
  say(R"({"v":1,"type":"report","answers":{"q_story":"no way back"}})");
  for (const std::size_t thread : {0U, 1U}) ASSERT_TRUE(delete_it({}, thread));
  EXPECT_TRUE(kept_.answers.empty());
  EXPECT_TRUE(kept_.cases.empty()) << "nothing to record";
  EXPECT_EQ(kept_.deletions.size(), 2U);
}

TEST_F(CaseOutcome, ATextThatCannotBeSentDeletesNothing) {
  const Reporter who;
  tell(who, "words");
  EXPECT_NE(delete_it(std::string(outcome_text_bytes_max + 1, 'a')).error().line.find("8 KiB"), std::string::npos);
  EXPECT_NE(delete_it("\xff").error().line.find("UTF-8"), std::string::npos);
  EXPECT_TRUE(kept_.deletions.empty() && kept_.cases.empty() && kept_.answers.empty());
  ASSERT_TRUE(delete_it(std::string(outcome_text_bytes_max, 'a')));
  EXPECT_EQ(read(who)[0].text.size(), outcome_text_bytes_max);
  EXPECT_FALSE(read(who)[0].part_missing);
}

TEST_F(CaseOutcome, ACaseWhoseReportsAreGoneIsNamed) {
  open_case_about({crypto::random_id<ReportId>()});
  auto connection = connect();
  const Casebook book = load(connection);
  EXPECT_TRUE(book.threads().empty());
  ASSERT_EQ(book.leftovers().size(), 1U);
  EXPECT_EQ(book.leftovers()[0], kept_.cases[0].id);
}

}  // namespace
}  // namespace hotline::cli
