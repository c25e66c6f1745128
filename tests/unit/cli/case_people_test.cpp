#include "tests/unit/cli/casework_fixture.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

class CasePeople : public CaseworkTest {};

TEST_F(CasePeople, NothingIsSealedToACaseKeyThatTheServerMade) {
  const Reporter who;
  const ReportId id = tell(who, "words");
  open_case_about({id});
  ask_to_delete(who);
  // Another key takes the held one's place, with an event in the name of somebody of whom nobody knows.
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

  // What that key opens counts for nothing: the report is in no case as far as can be known, and gets another.
  ASSERT_TRUE(keep_it("why"));
  EXPECT_EQ(kept_.cases.size(), 2U);
  EXPECT_EQ(std::ranges::count(kept_.events, key.id, &storage::Event::case_id), 2);
}

TEST_F(CasePeople, ACaseWhoseAuthorsHaveAllLeftGoesOn) {
  const Reporter who;
  open_case_about({tell(who, "words")});
  ask_to_delete(who);
  // The one who opened it leaves; another, who holds the keys, goes on.
  const storage::Member left = member_;
  member_leaves();
  EXPECT_TRUE(keep_it("why"));
  EXPECT_EQ(name_of(desk_, left.id), "ana (has left)");
}

TEST_F(CasePeople, WhatNobodyWhomTheDeskKeyVouchesForHasSignedDoesNotCount) {
  const Reporter who;
  open_case_about({tell(who, "words")});
  member_leaves();
  auto connection = connect();
  EXPECT_TRUE(load(connection).threads().front().events.front().counts());
  desk_.vouched.pop_back();
  EXPECT_FALSE(load(connection).threads().front().case_) << "a link that counts for nothing links nothing";
}

TEST_F(CasePeople, ACaseAboutSeveralPeopleCountsThemAll) {
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

TEST_F(CasePeople, WhatIsDoneByTheIdOfAnotherPersonOfTheCaseIsDoneInTheCase) {
  const Reporter one;
  const Reporter two;
  open_case_about({tell(one, "words"), tell(two, "other words")});
  ask_to_delete(two);
  EXPECT_NE(keep_it("why", 1).error().line.find("one of several"), std::string::npos);
  ASSERT_TRUE(delete_it({}, 1));
  EXPECT_EQ(kept_.cases.size(), 1U);
  EXPECT_EQ(kept_.deletions[0].at("cases").as_array(), json::array{to_text(kept_.cases[0].id)});
}

}  // namespace
}  // namespace hotline::cli
