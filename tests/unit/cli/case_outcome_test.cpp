#include "server/cli/case_outcome.hpp"

#include "crypto/age.hpp"
#include "crypto/answer_format.hpp"
#include "crypto/encoding.hpp"
#include "crypto/mailbox.hpp"
#include "crypto/random.hpp"
#include "server/cli/case_mailbox.hpp"
#include "server/cli/case_people.hpp"
#include "server/cli/case_record.hpp"
#include "server/cli/case_reply.hpp"
#include "server/cli/case_summary.hpp"
#include "server/cli/case_wishes.hpp"
#include "server/cli/trust.hpp"
#include "server/console/json.hpp"
#include "server/console/records.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace hotline::cli {
namespace {

namespace json = boost::json;

/// What a console keeps, in memory. `fails_at` names a call that fails once, before it does anything.
struct Kept {
  std::vector<storage::ReportRow> reports;
  std::vector<storage::Case> cases;
  std::vector<storage::Grant> grants;
  std::vector<storage::Event> events;
  std::map<std::string, std::string> answers;   ///< sealed by tag, both as written
  std::vector<json::object> deletions;
  std::string fails_at;
};

class MemoryConsole final : public Transport {
 public:
  MemoryConsole(Kept& kept, DeskId desk, MemberId member) : kept_(kept), desk_(desk), member_(member) {}

  Outcome<Reply> send(std::string_view method, const std::string& target, const std::string& body, const Sink&) override {
    if (!kept_.fails_at.empty() && target.ends_with(kept_.fails_at) && method == "POST") {
      kept_.fails_at.clear();
      return Problem{"the line went dead"};
    }
    if (target == "/api/v1/reports?after=0") return list("reports", kept_.reports, [](const auto&) { return true; });
    if (target.starts_with("/api/v1/reports")) return list("reports", kept_.reports, [](const auto&) { return false; });
    if (method == "GET" && target == "/api/v1/cases") return list("cases", kept_.cases, [](const auto&) { return true; });
    const json::object sent = body.empty() ? json::object() : json::parse(body).as_object();
    if (target == "/api/v1/cases") {
      kept_.cases.push_back(console::case_from(sent.at("case").as_object(), desk_).value());
      for (const auto& entry : sent.at("grants").as_array()) kept_.grants.push_back(console::grant_from(entry.as_object()).value());
      return keep_events(sent);
    }
    if (target.ends_with("/events")) {
      const auto id = parse_id<CaseId>(target.substr(target.size() - 39, 32)).value();
      const auto own = [&](const storage::Event& event) { return event.case_id == id; };
      if (method == "GET") return list("events", kept_.events, own);
      if (sent.contains("after") && std::ranges::any_of(kept_.events, [&](const auto& event) {
            return own(event) && event.number > sent.at("after").as_int64();
          })) {
        return Reply{.status = 409, .body = R"({"detail":"a colleague was quicker"})", .session = {}};
      }
      return keep_events(sent);
    }
    if (target == "/api/v1/answers") {
      const auto [at, is_new] = kept_.answers.try_emplace(std::string(sent.at("tag").as_string()), std::string(sent.at("sealed").as_string()));
      const bool same = at->second == sent.at("sealed").as_string();
      return Reply{.status = is_new || same ? 201 : 409, .body = "{}", .session = {}};
    }
    if (target == "/api/v1/deletions") {
      kept_.deletions.push_back(sent);
      return Reply{.status = 200, .body = R"({"cases":1,"reports":1,"files":0})", .session = {}};
    }
    return Problem{"no such call: " + target};
  }

 private:
  template <class Rows, class Fits>
  static Reply list(const char* name, const Rows& rows, Fits fits) {
    json::array entries;
    for (const auto& row : rows) {
      if (fits(row)) entries.push_back(console::to_json(row));
    }
    return {.status = 200, .body = json::serialize(json::object{{name, std::move(entries)}}), .session = {}};
  }
  Reply keep_events(const json::object& sent) {
    for (const auto& entry : sent.at("events").as_array()) {
      auto event = console::event_from(entry.as_object()).value();
      event.number = static_cast<std::int64_t>(kept_.events.size()) + 1;
      event.author = member_;
      kept_.events.push_back(std::move(event));
    }
    return {.status = 201, .body = "{}", .session = {}};
  }

  Kept& kept_;
  DeskId desk_;
  MemberId member_;
};

/// A desk with one epoch and one member, who is vouched for.
class CaseOutcome : public ::testing::Test {
 protected:
  struct Reporter {
    ByteVector key = ByteVector(32);
    crypto::age::Identity identity = crypto::age::Identity::generate();
    Reporter() { crypto::random_bytes(key); }
    std::string mailbox() const {
      return R"("mailbox":{"key":")" + crypto::to_base64(key, crypto::Base64::url_unpadded) + R"(","recipient":")" + identity.recipient().to_text() + "\"}";
    }
  };

  CaseOutcome() {
    crypto::initialise();
    desk_.desk = {.id = crypto::random_id<DeskId>(), .name = "Desk", .desk_key = desk_key_.public_key(), .demo = false};
    member_.id = crypto::random_id<MemberId>();
    member_.name = "ana";
    member_.desk = desk_.desk.id;
    const auto recipient = crypto::age::Identity::from_seed(member_seed_.duplicate()).recipient();
    member_.recipient.assign(recipient.bytes().begin(), recipient.bytes().end());
    member_.sign_key = crypto::SigningKey::from_seed(sign_seed_).public_key();
    const auto voucher = vouch_for(member_, desk_key_).value();
    member_.voucher.assign(voucher.begin(), voucher.end());
    desk_.members.push_back(member_);
    desk_.vouched.push_back(member_.id);
    kept_.grants.push_back(make_grant(storage::ScopeKind::epoch, epoch_.bytes, epoch_identity_.reveal_seed(), member_).value());
  }

  ReportId say(const std::string& content, storage::Channel channel = storage::Channel::web) {
    const auto recipient = epoch_identity_.recipient();
    storage::ReportRow row;
    row.number = static_cast<std::int64_t>(kept_.reports.size()) + 1;
    row.epoch = epoch_;
    row.channel = channel;
    row.sealed = crypto::age::seal(std::span(&recipient, 1), as_bytes(content)).value();
    row.id = storage::report_id(row.sealed);
    kept_.reports.push_back(row);
    return row.id;
  }
  ReportId tell(const Reporter& who, const std::string& text, const std::string& language = "en") {
    return say(R"({"v":1,"type":"report","language":")" + language + R"(","answers":{"q_story":")" + text + "\"}," + who.mailbox() + "}");
  }
  void ask_to_delete(const Reporter& who) { say(R"({"v":1,"type":"followup","text":"","wish":"delete",)" + who.mailbox() + "}"); }

  Connection connect() {
    return Connection{ConsoleClient(std::make_unique<MemoryConsole>(kept_, desk_.desk.id, member_.id)),
                      MemberKeys{member_, crypto::age::Identity::from_seed(member_seed_.duplicate()), crypto::SigningKey::from_seed(sign_seed_)}};
  }
  Casebook load(Connection& connection) {
    return Casebook::load(connection.client, Workplace{desk_, Keyring::open(connection.member, kept_.grants)}, [](std::size_t) {}).value();
  }
  /// A case about several reports, as another program may open it.
  void open_case_about(const std::vector<ReportId>& ids) {
    const auto identity = crypto::age::Identity::generate();
    const CaseKey key{crypto::random_id<CaseId>(), identity.recipient()};
    storage::Case opened;
    opened.id = key.id;
    opened.recipient.assign(key.recipient.bytes().begin(), key.recipient.bytes().end());
    kept_.cases.push_back(opened);
    kept_.grants.push_back(make_grant(storage::ScopeKind::case_, key.id.bytes, identity.reveal_seed(), member_).value());
    auto connection = connect();
    const auto body = [&](crypto::SecretJson& json) {
      json.key("reports").begin_array();
      for (const ReportId& id : ids) json.string(to_text(id));
      json.end_array();
    };
    ASSERT_TRUE(connection.client.append_events(key.id, {make_event(connection.member, key, "link", body, 1).value()}));
  }
  /// What a reporter reads: every answer in their mailbox.
  std::vector<crypto::JoinedAnswer> read(const Reporter& who) {
    std::vector<crypto::AnswerPart> parts;
    for (std::uint32_t i = 0; i < 64; ++i) {
      const auto found = kept_.answers.find(crypto::to_base64(crypto::mailbox_tag(who.key, i), crypto::Base64::url_unpadded));
      if (found == kept_.answers.end()) continue;
      parts.push_back(crypto::open_answer(who.identity, crypto::from_base64(found->second, crypto::Base64::url_unpadded).value()).value());
    }
    return crypto::join_answers(std::move(parts));
  }
  Outcome<void> keep_it(std::string_view why, std::size_t thread = 0) {
    auto connection = connect();
    const Casebook book = load(connection);
    return keep(connection, book, book.threads()[thread], why);
  }
  Outcome<storage::Removed> delete_it(std::string_view text = {}, std::size_t thread = 0) {
    auto connection = connect();
    const Casebook book = load(connection);
    return delete_for_good(connection, book, deletion_of(book, book.threads()[thread]), text);
  }

  crypto::SigningKey desk_key_ = crypto::SigningKey::from_seed(crypto::random_secret<32>());
  crypto::Secret<32> member_seed_ = crypto::random_secret<32>();
  crypto::Secret<32> sign_seed_ = crypto::random_secret<32>();
  crypto::age::Identity epoch_identity_ = crypto::age::Identity::generate();
  EpochId epoch_ = crypto::random_id<EpochId>();
  storage::Member member_;
  DeskView desk_;
  Kept kept_;
};

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

TEST_F(CaseOutcome, NothingIsSealedToACaseKeyThatTheServerMade) {
  const Reporter who;
  const ReportId id = tell(who, "words");
  open_case_about({id});
  ask_to_delete(who);
  // Another key takes the held one's place, with an event in the name of somebody who is at the desk no more.
  const auto foisted = crypto::age::Identity::generate();
  const CaseKey key{kept_.cases[0].id, foisted.recipient()};
  kept_.grants.back() = make_grant(storage::ScopeKind::case_, key.id.bytes, foisted.reveal_seed(), member_).value();
  MemberKeys left{member_, crypto::age::Identity::generate(), crypto::SigningKey::from_seed(crypto::random_secret<32>())};
  left.member.id = crypto::random_id<MemberId>();
  const auto body = [&](crypto::SecretJson& json) { json.key("reports").begin_array().string(to_text(id)).end_array(); };
  storage::Event forged = make_event(left, key, "link", body, 1).value();
  forged.number = 2;
  forged.author = left.member.id;
  kept_.events.push_back(forged);

  EXPECT_NE(keep_it("why").error().line.find("opened nothing that a colleague signed"), std::string::npos);
  EXPECT_NE(delete_it().error().line.find("opened nothing that a colleague signed"), std::string::npos);
  EXPECT_EQ(kept_.events.size(), 2U);
  EXPECT_TRUE(read(who).empty());
}

TEST_F(CaseOutcome, ACaseWhoseAuthorsHaveAllLeftGoesOn) {
  const Reporter who;
  open_case_about({tell(who, "words")});
  ask_to_delete(who);
  kept_.events[0].author = crypto::random_id<MemberId>();
  EXPECT_TRUE(keep_it("why"));
}

TEST_F(CaseOutcome, AWishThatWasAnsweredBySomebodyWhoHasLeftStaysAnswered) {
  const Reporter who;
  tell(who, "words");
  ask_to_delete(who);
  ASSERT_TRUE(keep_it("why"));
  for (auto& event : kept_.events) event.author = crypto::random_id<MemberId>();
  EXPECT_NE(keep_it("other").error().line.find("answered before"), std::string::npos);
  auto connection = connect();
  const Casebook book = load(connection);
  EXPECT_EQ(first_free_tag(book.threads()[0], book.threads()[0]), 1U);
}

TEST_F(CaseOutcome, ACaseAboutSeveralPeopleCountsThemAll) {
  const Reporter one;
  const Reporter two;
  const auto first = tell(one, "words");
  const auto second = say(R"({"v":1,"type":"report","language":"en","never":["Police unit"],"answers":{"q_child":"yes"},)" + two.mailbox() + "}");
  kept_.reports.back().priority = 0;
  open_case_about({first, second});
  auto connection = connect();
  const Casebook book = load(connection);
  const Thread& home = book.threads()[0];
  EXPECT_EQ(&home_of(book.threads()[1]), &home);
  const CaseFacts facts = home.facts();
  EXPECT_TRUE(facts.child);
  EXPECT_EQ(facts.urgency, 0);
  EXPECT_EQ(last_seen_report(home), 2);
  crypto::SecretJson body;
  body.begin_object();
  write_summary(body, home, facts, 1);
  body.end_object();
  const json::object summary = json::parse(std::move(body).finish().reveal_text()).as_object();
  EXPECT_EQ(summary.at("reports").as_array(), (json::array{to_text(first), to_text(second)}));
  EXPECT_EQ(summary.at("never").as_array(), json::array{"Police unit"});
  EXPECT_EQ(summary.at("ways").as_array().size(), 2U);
  EXPECT_TRUE(summary.at("child").as_bool());
}

TEST_F(CaseOutcome, WhatIsDoneByTheIdOfAnotherPersonOfTheCaseIsDoneInTheCase) {
  const Reporter one;
  const Reporter two;
  open_case_about({tell(one, "words"), tell(two, "other words")});
  ask_to_delete(two);
  EXPECT_NE(keep_it("why", 1).error().line.find("one of several"), std::string::npos);
  ASSERT_TRUE(delete_it({}, 1));
  EXPECT_EQ(kept_.cases.size(), 1U);
  EXPECT_EQ(kept_.deletions[0].at("cases").as_array(), json::array{to_text(kept_.cases[0].id)});
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
  EXPECT_EQ(first_free_tag(later.threads()[0], later.threads()[0]), 0U);
  EXPECT_EQ(first_free_tag(later.threads()[0], later.threads()[1]), 1U);
  const auto alone = people_of(later.threads(), later.threads()[2]);
  EXPECT_EQ(addressee(alone, "").value(), &later.threads()[2]) << "nobody else to choose";
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
