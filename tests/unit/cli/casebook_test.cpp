#include "server/cli/casebook.hpp"

#include "crypto/age.hpp"
#include "crypto/random.hpp"
#include "server/console/records.hpp"

#include <gtest/gtest.h>

#include <algorithm>

namespace hotline::cli {
namespace {

namespace json = boost::json;

/// A console that has these reports and no cases.
class Reports final : public Transport {
 public:
  /// `spoilt`: the member of the first row that is not what it should be.
  explicit Reports(std::vector<storage::ReportRow> rows, const char* spoilt = nullptr) : rows_(std::move(rows)), spoilt_(spoilt) {}
  Outcome<Reply> send(std::string_view, const std::string& target, const std::string&, const Sink&) override {
    if (target == "/api/v1/cases") return answer("cases", {});
    json::array list;
    if (target == "/api/v1/reports?after=0") {
      for (const storage::ReportRow& row : rows_) list.push_back(console::to_json(row));
      if (spoilt_) list.front().as_object()[spoilt_] = json::object();
    }
    return answer("reports", std::move(list));
  }

 private:
  static Reply answer(const char* name, json::array list) {
    return {.status = 200, .body = json::serialize(json::object{{name, std::move(list)}}), .session = {}};
  }
  std::vector<storage::ReportRow> rows_;
  const char* spoilt_;
};

/// A desk with one epoch and a member who holds its key.
class CasebookTest : public ::testing::Test {
 protected:
  CasebookTest() : epoch_identity_(crypto::age::Identity::generate()), epoch_(crypto::random_id<EpochId>()) {}

  storage::ReportRow row(std::string_view content, storage::Channel channel = storage::Channel::web) {
    const auto recipient = epoch_identity_.recipient();
    storage::ReportRow made;
    made.number = ++number_;
    made.epoch = epoch_;
    made.channel = channel;
    made.sealed = crypto::age::seal(std::span(&recipient, 1), as_bytes(content)).value();
    made.id = storage::report_id(made.sealed);
    return made;
  }

  Casebook load(std::vector<storage::ReportRow> rows) { return try_to_load(std::move(rows), nullptr).value(); }

  Outcome<Casebook> try_to_load(std::vector<storage::ReportRow> rows, const char* spoilt) {
    auto identity = crypto::age::Identity::generate();
    const auto recipient = identity.recipient();
    storage::Member member;
    member.id = crypto::random_id<MemberId>();
    member.name = "ana";
    member.recipient.assign(recipient.bytes().begin(), recipient.bytes().end());
    std::vector<storage::Grant> grants;
    grants.push_back(make_grant(storage::ScopeKind::epoch, epoch_.bytes, epoch_identity_.reveal_seed(), member).value());
    const MemberKeys keys{member, std::move(identity), crypto::SigningKey::from_seed(crypto::random_secret<32>())};
    ConsoleClient client(std::make_unique<Reports>(std::move(rows), spoilt));
    return Casebook::load(client, Workplace{DeskView(), Keyring::open(keys, grants)}, [](std::size_t) {});
  }

 private:
  crypto::age::Identity epoch_identity_;
  EpochId epoch_;
  std::int64_t number_ = 0;
};

const OpenedReport& only(const Casebook& book) { return book.threads().front().reports.front(); }

TEST_F(CasebookTest, OpensAReport) {
  const Casebook book = load({row(R"({"v":1,"type":"report","answers":{"q_story":"words"}})")});
  ASSERT_EQ(book.threads().size(), 1U);
  EXPECT_EQ(only(book).problem, "");
  EXPECT_EQ(text_of(only(book).content), "words");
}

TEST_F(CasebookTest, NoticesARowWithAnotherContent) {
  auto one = row(R"({"v":1,"text":"one"})");
  one.id = row(R"({"v":1,"text":"two"})").id;
  const Casebook book = load({one});
  EXPECT_NE(only(book).problem, "");
  EXPECT_TRUE(only(book).content.empty());
}

TEST_F(CasebookTest, ARowThatCannotBeReadIsAnEntryAndNotTheEnd) {
  for (const char* spoilt : {"sealed", "priority", "epoch", "attachments"}) {
    const auto book = try_to_load({row(R"({"v":1,"text":"one"})"), row(R"({"v":1,"text":"two"})")}, spoilt);
    ASSERT_TRUE(book) << spoilt;
    ASSERT_EQ(book->threads().size(), 2U) << spoilt;
    EXPECT_NE(only(*book).problem, "") << spoilt;
    EXPECT_EQ(text_of(book->threads().back().reports.front().content), "two") << spoilt;
  }
  EXPECT_FALSE(try_to_load({row(R"({"v":1,"text":"one"})")}, "id"));
}

TEST_F(CasebookTest, DoesNotGuessAtAnotherVersion) {
  for (const char* content : {R"({"v":2,"type":"report","text":"words"})", R"({"v":"1","text":"words"})", R"({"v":1.5,"text":"words"})"}) {
    const Casebook book = load({row(content)});
    EXPECT_NE(only(book).problem, "") << content;
    EXPECT_TRUE(only(book).content.empty()) << content;
  }
  EXPECT_EQ(only(load({row(R"({"text":"words"})")})).problem, "");
}

TEST_F(CasebookTest, ReadsWhatABrowserReads) {
  const std::string deep = std::string(100, '[') + std::string(100, ']');
  for (const std::string& more : {std::string(R"("v":1.0)"), std::string(R"("v":1,"x":"\ud800")"), R"("v":1,"x":)" + deep}) {
    const Casebook book = load({row("{" + more + R"(,"text":"words"})")});
    EXPECT_EQ(only(book).problem, "") << more;
    EXPECT_EQ(text_of(only(book).content), "words") << more;
  }
}

TEST_F(CasebookTest, PutsTogetherWhatCarriesTheSameWayBack) {
  const char* mailbox = R"({"v":1,"text":"a","mailbox":{"key":"AAEC","recipient":"age1pq1"}})";
  const char* text = R"({"v":1,"type":"sms","text":"b","sms":{"gateway":"demo","from":"+5016000000","to":"+1"}})";
  const Casebook book = load({row(mailbox), row(text, storage::Channel::sms), row(mailbox), row(text, storage::Channel::sms)});
  ASSERT_EQ(book.threads().size(), 2U);
  EXPECT_EQ(book.threads()[0].reports.size(), 2U);
  EXPECT_EQ(book.threads()[1].reports.size(), 2U);
}

TEST_F(CasebookTest, LeavesOutWhatACaseOfAColleagueIsAbout) {
  const char* mailbox = R"({"v":1,"text":"a","mailbox":{"key":"AAEC","recipient":"age1pq1"}})";
  auto away = row(R"({"v":1,"text":"in a case that does not open here"})");
  auto before = row(mailbox);
  const auto since = row(mailbox);
  away.state = before.state = storage::ReportState::filed;
  const Casebook book = load({away, before, since});
  ASSERT_EQ(book.threads().size(), 1U);
  ASSERT_EQ(only(book).row.id, since.id);   // what was written since is everybody's
  EXPECT_EQ(book.threads().front().reports.size(), 1U);
  EXPECT_EQ(book.elsewhere().size(), 2U);
  EXPECT_NE(book.find(to_text(away.id)).error().line.find("a colleague has"), std::string::npos);
}

TEST_F(CasebookTest, ANumberCountsOnlyWhenAGatewaySaidIt) {
  const char* text = R"({"v":1,"type":"sms","text":"b","sms":{"gateway":"demo","from":"+5016000000","to":"+1"}})";
  const Casebook book = load({row(text, storage::Channel::sms), row(text, storage::Channel::sealed_by_browser)});
  EXPECT_EQ(book.threads().size(), 2U);
}

}  // namespace
}  // namespace hotline::cli
