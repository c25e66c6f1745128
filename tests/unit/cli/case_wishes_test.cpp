#include "server/cli/case_wishes.hpp"

#include "server/cli/case_view.hpp"

#include <gtest/gtest.h>

namespace hotline::cli {
namespace {

namespace json = boost::json;

/// A thread as it is opened: messages numbered from 1, one an hour.
class WishesTest : public ::testing::Test {
 protected:
  void say(const char* content) {
    OpenedReport report;
    report.row.number = static_cast<std::int64_t>(thread.reports.size()) + 1;
    report.row.received_hour = 490'000 + report.row.number;
    report.row.id.bytes.fill(static_cast<Byte>(report.row.number));
    report.content = json::parse(content).as_object();
    thread.reports.push_back(std::move(report));
  }
  void record(const char* kind, std::int64_t seen, std::string problem = {}) {
    OpenedEvent event;
    event.row.number = static_cast<std::int64_t>(thread.events.size()) + 1;
    event.row.recorded_hour = 490'100;
    event.content = json::object{{"kind", kind}, {"body", {{"text", "why"}, {"seen", seen}, {"answers", json::array{"sealed"}}}}};
    event.author = "ana";
    event.problem = std::move(problem);
    thread.events.push_back(std::move(event));
  }
  static std::vector<std::string> names(const std::vector<Wishes::Withdrawn>& list) {
    std::vector<std::string> found;
    for (const auto& entry : list) found.push_back(entry.consent);
    return found;
  }
  using Names = std::vector<std::string>;
  Thread thread;
};

TEST_F(WishesTest, TheLastConsentsReplaceAllBefore) {
  say(R"({"type":"report","consents":["police","iom","write_back"]})");
  EXPECT_EQ(wishes_of(thread).consents, (Names{"police", "iom"}));
  EXPECT_TRUE(wishes_of(thread).write_back);
  EXPECT_TRUE(wishes_of(thread).withdrawn.empty());

  say(R"({"type":"followup","text":"says nothing of consents"})");
  EXPECT_EQ(wishes_of(thread).consents, (Names{"police", "iom"}));

  say(R"({"type":"followup","wish":"consents","consents":["iom","statistics","iom"]})");
  const Wishes then = wishes_of(thread);
  EXPECT_EQ(then.consents, (Names{"iom", "statistics"}));
  EXPECT_FALSE(then.write_back);
  EXPECT_EQ(names(then.withdrawn), (Names{"police", "write_back"}));
  EXPECT_EQ(then.withdrawn[0].hour, 490'003);

  say(R"({"type":"followup","wish":"consents","consents":[]})");
  const Wishes last = wishes_of(thread);
  EXPECT_TRUE(last.consents.empty());
  EXPECT_EQ(names(last.withdrawn), (Names{"police", "write_back", "iom", "statistics"}));
  EXPECT_EQ(last.withdrawn[0].hour, 490'003) << "since when, not when last said";
  EXPECT_EQ(last.withdrawn[3].hour, 490'004);

  say(R"({"type":"followup","wish":"consents","consents":["police"]})");
  EXPECT_EQ(wishes_of(thread).consents, (Names{"police"}));
  EXPECT_EQ(names(wishes_of(thread).withdrawn), (Names{"write_back", "iom", "statistics"})) << "given again is not withdrawn";
}

TEST_F(WishesTest, NonsenseIsNoConsent) {
  say(R"({"type":"report","consents":"police","never":{"a":1}})");
  say(R"({"type":"followup","consents":[1,null,["police"],"iom"],"never":[5,"Labour"],"wish":["delete"]})");
  const Wishes wishes = wishes_of(thread);
  EXPECT_EQ(wishes.consents, (Names{"iom"}));
  EXPECT_EQ(wishes.never, (Names{"Labour"}));
  EXPECT_FALSE(wishes.delete_asked);
}

TEST_F(WishesTest, WhoMustNeverBeToldIsNeverForgotten) {
  say(R"({"type":"report","never":["Labour"]})");
  say(R"({"type":"followup","text":"a"})");
  say(R"({"type":"followup","never":["Police","Labour"]})");
  EXPECT_EQ(wishes_of(thread).never, (Names{"Labour", "Police"}));
  EXPECT_NE(page(thread).find("MUST NEVER BE TOLD: Labour, Police."), std::string::npos) << page(thread);
}

TEST_F(WishesTest, AWishIsOpenUntilItIsAnswered) {
  say(R"({"type":"report"})");
  EXPECT_FALSE(wishes_of(thread).delete_asked);
  say(R"({"type":"followup","wish":"delete"})");
  EXPECT_TRUE(wishes_of(thread).delete_asked);
  EXPECT_EQ(wishes_of(thread).delete_asked_hour, 490'002);
  record("keep", 1);
  EXPECT_TRUE(wishes_of(thread).delete_asked) << "kept before it was asked";
  record("keep", 2, "its signature does not hold");
  EXPECT_TRUE(wishes_of(thread).delete_asked) << "anybody could say so";
  record("note", 2);
  EXPECT_TRUE(wishes_of(thread).delete_asked);
  record("keep", 2);
  EXPECT_FALSE(wishes_of(thread).delete_asked);
  ASSERT_NE(wishes_of(thread).kept, nullptr);
  say(R"({"type":"followup","text":"more"})");
  EXPECT_FALSE(wishes_of(thread).delete_asked);
  say(R"({"type":"followup","wish":"delete"})");
  EXPECT_TRUE(wishes_of(thread).delete_asked) << "asked again";
  EXPECT_EQ(wishes_of(thread).delete_asked_hour, 490'004);
  EXPECT_EQ(wishes_of(thread).kept, nullptr);
  EXPECT_EQ(wishes_of(thread).deletion, nullptr);
  record("delete", 4);
  ASSERT_NE(wishes_of(thread).deletion, nullptr);
  EXPECT_EQ(summary(thread).at("deletion").as_string(), "begun");
}

TEST_F(WishesTest, FollowUpsReadAlikeWhicheverWayTheyCame) {
  say(R"({"type":"report","answers":{"q_story":"words"},"consents":["police"]})");
  say(R"({"type":"followup","text":"","wish":"consents","consents":["labour_department"]})");
  say(R"({"type":"followup","text":"","wish":"delete"})");
  const std::string by_form = page(thread);
  for (std::size_t i = 1; i < thread.reports.size(); ++i) thread.reports[i].row.channel = storage::Channel::sealed_by_browser;
  EXPECT_EQ(page(thread), by_form);
  EXPECT_NE(by_form.find("from now on only these agreed to: labour department"), std::string::npos) << by_form;
}

TEST_F(WishesTest, SealedAnswersOfAnEventAreNotShown) {
  say(R"({"type":"report"})");
  record("keep", 1);
  EXPECT_EQ(json::serialize(whole(thread)).find("sealed\""), std::string::npos) << json::serialize(whole(thread));
}

TEST_F(WishesTest, TheLanguageIsThatOfTheReport) {
  EXPECT_EQ(language_of(thread), "");
  say(R"({"type":"report"})");
  say(R"({"type":"followup","language":"es"})");
  say(R"({"type":"followup","language":"en"})");
  EXPECT_EQ(language_of(thread), "es");
}

}  // namespace
}  // namespace hotline::cli
