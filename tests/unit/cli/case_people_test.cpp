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

/// Somebody opens a case and is removed by a version that kept nothing of them; the one who goes on wrote there too, when `proved`.
class UnknownLink : public CaseworkTest {
 protected:
  void opened_by_who_is_forgotten(const std::vector<ReportId>& ids, bool proved) {
    open_case_about(ids);
    for (auto& report : kept_.reports) {
      if (std::ranges::find(ids, report.id) != ids.end()) report.state = storage::ReportState::filed;
    }
    member_leaves();
    desk_.former.clear();
    desk_.vouched = vouched_authors(desk_);
    if (!proved) return;
    auto connection = connect();
    const auto key = Keyring::open(connection.member, kept_.grants).case_(kept_.cases[0].id)->recipient();
    const auto body = [](crypto::SecretJson& json) { json.string("text", "a note"); };
    ASSERT_TRUE(connection.client.append_events(kept_.cases[0].id, {make_event(connection.member, {kept_.cases[0].id, key}, "note", body, 1).value()}));
  }
};

TEST_F(UnknownLink, IsNoLeftoverAndIsLinkedAgainByHand) {
  const Reporter one;
  const auto first = tell(one, "words");
  const auto second = tell(Reporter(), "of somebody else in the same case");
  opened_by_who_is_forgotten({first, second}, true);
  ask_to_delete(one);
  auto connection = connect();
  const Casebook book = load(connection);
  EXPECT_TRUE(book.leftovers().empty());
  EXPECT_TRUE(book.elsewhere().empty());
  const auto found = book.find(to_text(first));
  ASSERT_TRUE(found);
  const Thread& thread = **found;
  EXPECT_TRUE(thread.case_ && thread.link_unknown);
  EXPECT_EQ(thread.others.size(), 1U);
  // Nothing is decided there before, and nobody deletes it.
  EXPECT_NE(keep_it("why").error().line.find("hotline case link " + to_text(first).substr(0, 8)), std::string::npos);
  EXPECT_FALSE(case_of(connection, book, thread, 1));
  EXPECT_FALSE(check_link(thread));
  // But that somebody looks is recorded; and what they say belongs together does from then on.
  const auto view = [](crypto::SecretJson& json) { json.string("what", "case"); };
  EXPECT_TRUE(store_change(connection, book, thread, {{"view", view}}, 1).value().done);
  const Casebook seen = load(connection);
  ASSERT_TRUE(store_change(connection, seen, *seen.find(to_text(first)).value(), {}, 1, true).value().done);
  EXPECT_EQ(kept_.changes.back().at("files").as_array(), json::array{to_text(kept_.reports[2].id)}) << "the server has the others as filed";
  const Casebook after = load(connection);
  EXPECT_FALSE(after.threads()[0].link_unknown);
  EXPECT_EQ(after.threads()[0].linked.size(), 3U);
  EXPECT_EQ(after.threads()[0].others.size(), 1U);
  EXPECT_TRUE(keep_it("why"));
}

TEST_F(UnknownLink, OfACaseWhoseKeyNothingProvesLeavesTheReportsToBeTakenAnew) {
  const auto id = tell(Reporter(), "words");
  opened_by_who_is_forgotten({id}, false);
  auto connection = connect();
  const Casebook book = load(connection);
  EXPECT_TRUE(book.leftovers().empty());
  EXPECT_EQ(book.unplaced(), std::vector{kept_.cases[0].id});
  EXPECT_TRUE(book.elsewhere().empty());
  ASSERT_TRUE(book.find(to_text(id)));
  EXPECT_FALSE((*book.find(to_text(id)))->case_);
  EXPECT_NE(book.find(to_text(kept_.cases[0].id)).error().line.find("cannot be checked"), std::string::npos);
  ASSERT_TRUE(case_of(connection, book, book.threads()[0], 1));
  const Casebook taken = load(connection);
  EXPECT_EQ(taken.threads()[0].case_->id, kept_.cases[1].id);
  EXPECT_EQ(taken.unplaced().size(), 1U) << "nor is it a leftover then";
}

TEST_F(UnknownLink, TakesNothingFromACaseThatIsKnownAndNothingThatIsNew) {
  const auto known = tell(Reporter(), "in a case that is known");
  const auto fresh = tell(Reporter(), "new");
  opened_by_who_is_forgotten({known, fresh}, true);
  kept_.reports[1].state = storage::ReportState::new_;
  open_case_about({known});
  auto connection = connect();
  const Casebook book = load(connection);
  EXPECT_EQ(book.find(to_text(known)).value()->case_->id, kept_.cases[1].id);
  EXPECT_FALSE(book.find(to_text(known)).value()->link_unknown);
  EXPECT_FALSE(book.find(to_text(fresh)).value()->case_);
  EXPECT_EQ(book.unplaced().size(), 1U);
  EXPECT_TRUE(book.leftovers().empty());
}

TEST_F(UnknownLink, InACaseThatSomebodyKnownHasLinkedTooIsAskedAbout) {
  const auto doubtful = tell(Reporter(), "put there by who is forgotten");
  const auto sure = tell(Reporter(), "put there by who is known");
  opened_by_who_is_forgotten({doubtful}, true);
  kept_.reports[1].state = storage::ReportState::filed;
  auto connection = connect();
  const CaseKey key{kept_.cases[0].id, Keyring::open(connection.member, kept_.grants).case_(kept_.cases[0].id)->recipient()};
  const auto body = [&](crypto::SecretJson& json) { json.key("reports").begin_array().string(to_text(sure)).end_array().number("seen", 2); };
  ASSERT_TRUE(connection.client.append_events(key.id, {make_event(connection.member, key, "link", body, 1).value()}));

  const Casebook book = load(connection);
  EXPECT_TRUE(book.elsewhere().empty()) << "nobody else has it";
  ASSERT_TRUE(book.find(to_text(doubtful)));
  const Thread& home = home_of(*book.find(to_text(doubtful)).value());
  EXPECT_EQ(home.id(), to_text(sure));
  EXPECT_TRUE(home.link_unknown);
  EXPECT_FALSE(check_link(home)) << "deleted, the other message would be in no case";
  ASSERT_TRUE(store_change(connection, book, home, {}, 1, true).value().done);
  const Casebook after = load(connection);
  const Thread& known = home_of(*after.find(to_text(sure)).value());
  EXPECT_FALSE(known.link_unknown);
  EXPECT_EQ(known.others.size(), 1U);
}

TEST_F(UnknownLink, OrALinkThatDoesNotOpenMakesNoLeftover) {
  open_case_about({crypto::random_id<ReportId>()});
  kept_.events[0].sealed.back() ^= 1;
  auto connection = connect();
  const Casebook book = load(connection);
  EXPECT_TRUE(book.leftovers().empty());
  EXPECT_EQ(book.unplaced().size(), 1U);
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
