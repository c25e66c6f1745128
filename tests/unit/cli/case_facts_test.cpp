// The known answers of docs/formats.md section 9: events, and what the case is after each of them.
#include "server/cli/case_facts.hpp"

#include "crypto/random.hpp"
#include "server/cli/case_summary.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace hotline::cli {
namespace {

namespace json = boost::json;

json::object known() {
  std::ifstream file(HOTLINE_SOURCE_DIR "/tests/vectors/formats/casework.json");
  std::stringstream text;
  text << file.rdbuf();
  return json::parse(text.str()).as_object();
}

OpenedReport report_of(const json::object& entry) {
  OpenedReport report;
  report.row.id = parse_id<ReportId>(entry.at("id").as_string()).value();
  report.row.number = entry.at("number").as_int64();
  report.row.received_hour = entry.at("received_hour").as_int64();
  report.row.priority = static_cast<std::uint8_t>(entry.at("urgency").as_int64());
  if (entry.contains("channel")) report.row.channel = storage::Channel::sms;
  report.content = entry.at("content").as_object();
  return report;
}

OpenedEvent event_of(const json::object& entry) {
  OpenedEvent event;
  event.row.number = entry.at("number").as_int64();
  event.row.author = parse_id<MemberId>(entry.at("author").as_string()).value();
  event.row.recorded_hour = entry.at("hour").as_int64();
  event.author = entry.at("author").as_string();
  event.author_role = storage::Role::supervisor;
  event.content = {{"kind", entry.at("kind")}, {"body", entry.at("body")}};
  return event;
}

/// The case after its first `count` events: about the reports that these link.
Thread thread_after(const json::object& all, std::size_t count) {
  Thread thread;
  std::string linked;
  for (std::size_t i = 0; i < count; ++i) {
    const json::object& entry = all.at("events").as_array().at(i).as_object();
    if (entry.at("kind") == "link") linked += json::serialize(entry.at("body"));
    thread.events.push_back(event_of(entry));
  }
  for (const json::value& entry : all.at("reports").as_array()) {
    if (linked.find(std::string(entry.at("id").as_string())) != std::string::npos) thread.reports.push_back(report_of(entry.as_object()));
  }
  return thread;
}

json::value id_or_null(const std::optional<MemberId>& id) { return id ? json::value(to_text(*id)) : json::value(); }

/// The facts as the known answers write them.
json::object written(const Thread& thread, std::int64_t number, std::int64_t now_hour) {
  const CaseFacts facts = thread.facts();
  json::array tasks;
  for (const CaseTask& task : facts.tasks) {
    tasks.push_back({{"task", task.task}, {"text", task.text}, {"due_hour", task.due_hour}, {"for", id_or_null(task.for_)}, {"done", task.done},
                     {"overdue", is_overdue(task, now_hour)}});
  }
  json::value closing;
  if (facts.closing) {
    json::object object{{"type", facts.closing->type}, {"reason", facts.closing->reason}, {"author", facts.closing->author}, {"hour", facts.closing->hour}};
    json::object police;
    for (const auto& [key, text] : facts.closing->police) police[key] = text;
    if (!police.empty()) object["police"] = std::move(police);
    closing = std::move(object);
  }
  json::array reports;
  for (const OpenedReport& report : thread.reports) reports.emplace_back(to_text(report.row.id));
  json::value status;
  if (!facts.status.empty()) status = json::object{{"status", facts.status}, {"decided_by", facts.decided_by}};
  return {{"number", number},
          {"state", state_name(facts.state)},
          {"urgency", facts.urgency},
          {"labels", json::array(facts.labels.begin(), facts.labels.end())},
          {"child", facts.child},
          {"assignee", id_or_null(facts.assignee)},
          {"tasks", std::move(tasks)},
          {"closing", std::move(closing)},
          {"status", std::move(status)},
          {"due_hour", facts.due_hour() ? json::value(*facts.due_hour()) : json::value()},
          {"reports", std::move(reports)}};
}

TEST(CaseFacts, AreTheKnownOnesAfterEachEvent) {
  const json::object all = known();
  const json::array& after = all.at("after").as_array();
  ASSERT_EQ(after.size(), all.at("events").as_array().size());
  for (std::size_t i = 0; i < after.size(); ++i) {
    const json::value found = written(thread_after(all, i + 1), after[i].at("number").as_int64(), all.at("now_hour").as_int64());
    EXPECT_EQ(found, after[i]) << "after " << json::serialize(all.at("events").as_array().at(i)) << "\n" << json::serialize(found) << "\n" << json::serialize(after[i]);
  }
}

TEST(CaseFacts, SummaryIsTheKnownOne) {
  const json::object all = known();
  std::size_t compared = 0;
  for (const json::value& summary : all.at("summaries").as_array()) {
    const auto count = static_cast<std::size_t>(summary.at("event").as_int64() - 99);
    const Thread thread = thread_after(all, count);
    crypto::SecretJson body;
    body.begin_object();
    write_summary(body, thread, thread.facts(), summary.at("event").as_int64());
    body.end_object();
    const auto text = std::move(body).finish();
    EXPECT_EQ(json::parse(text.reveal_text()), summary) << text.reveal_text();
    ++compared;
  }
  EXPECT_EQ(compared, 4U);
}

/// Two reports, of urgency 2 and then 3.
class OneCase : public ::testing::Test {
 protected:
  OneCase() {
    say(1, 100, 2);
    say(2, 110, 3);
  }
  void say(std::int64_t number, std::int64_t hour, std::uint8_t urgency, json::object content = {{"text", "words"}}) {
    OpenedReport report;
    report.row.number = number;
    report.row.received_hour = hour;
    report.row.priority = urgency;
    report.content = std::move(content);
    thread_.reports.push_back(std::move(report));
  }
  OpenedEvent& happens(std::string_view kind, json::object body, std::int64_t hour = 120) {
    OpenedEvent event;
    event.row.number = static_cast<std::int64_t>(thread_.events.size()) + 1;
    event.row.recorded_hour = hour;
    event.author = "ana";
    event.author_role = storage::Role::supervisor;
    event.content = {{"kind", kind}, {"body", std::move(body)}};
    return thread_.events.emplace_back(std::move(event));
  }
  CaseFacts facts() const { return facts_of(thread_); }

  Thread thread_;
};

TEST_F(OneCase, WhoLowersItIsOverruledByANewMessageOnly) {
  happens("urgency", {{"from", 2}, {"to", 4}, {"reason", "out of there"}, {"by", "person"}, {"seen", 2}});
  EXPECT_EQ(facts().urgency, 4);
  say(3, 130, 1);
  EXPECT_EQ(facts().urgency, 1);
  ASSERT_EQ(facts().reasons.size(), 2U);
  EXPECT_TRUE(facts().reasons[0].by_machine);
  EXPECT_EQ(facts().reasons[1].author, "ana");
}

TEST_F(OneCase, WithoutSeenALowerUrgencyHoldsForWhatHadComeByThen) {
  happens("urgency", {{"from", 2}, {"to", 4}, {"reason", "out of there"}, {"by", "person"}}, 105);
  EXPECT_EQ(facts().urgency, 3);   // the second message came later
}

TEST_F(OneCase, NonsenseFromAColleaguesProgramChangesNothing) {
  const CaseFacts before = facts();
  happens("urgency", {{"to", -1}, {"by", "person"}});
  happens("urgency", {{"to", 5}, {"by", "person"}});
  happens("urgency", {{"to", "0"}, {"by", "person"}});
  happens("urgency", {{"to", 0}, {"by", "nobody"}});
  happens("labels", {{"add", json::array{1}}});
  happens("assign", {{"to", "me"}});
  happens("assign", {});
  happens("task", {{"task", "t"}});
  happens("task_done", {{"task", "other"}});
  thread_.events.back().content = {{"kind", "close"}, {"body", 7}};
  const CaseFacts after = facts();
  EXPECT_EQ(after.urgency, before.urgency);
  EXPECT_TRUE(after.labels.empty());
  EXPECT_FALSE(after.assignee);
  EXPECT_TRUE(after.tasks.empty());
  EXPECT_FALSE(after.state_told);
}

TEST_F(OneCase, WhatIsNotSignedDoesNotCount) {
  OpenedEvent& forged = happens("close", {{"type", "resolved"}, {"reason", "x"}});
  forged.problem = "its signature does not hold";
  EXPECT_EQ(facts().state, CaseFacts::State::open);
}

TEST_F(OneCase, WhoDoesNotLeadClosesAndOpensNothing) {
  happens("close", {{"type", "resolved"}, {"reason", "x"}}).author_role = storage::Role::caseworker;
  EXPECT_EQ(facts().state, CaseFacts::State::close_asked);
  happens("reopen", {{"reason", "not yet"}}).author_role = storage::Role::caseworker;
  EXPECT_EQ(facts().state, CaseFacts::State::open);   // what was only asked is taken back
  happens("close", {{"type", "resolved"}, {"reason", "x"}}).author_role = storage::Role::supervisor;
  EXPECT_EQ(facts().state, CaseFacts::State::closed);
  happens("reopen", {{"reason", "y"}}).author_role = storage::Role::caseworker;
  EXPECT_EQ(facts().state, CaseFacts::State::closed);
  happens("reopen", {{"reason", "y"}});
  EXPECT_EQ(facts().state, CaseFacts::State::open);
}

TEST_F(OneCase, OfWhoHasLeftTheServerSaysWhoHasTheCaseNow) {
  const auto ben = crypto::random_id<MemberId>();
  const auto ana = crypto::random_id<MemberId>();
  happens("assign", {{"to", to_text(ben)}});
  thread_.case_.emplace();
  EXPECT_EQ(facts().assignee, ben);   // of whom nobody said that they have left
  thread_.members = std::make_shared<const std::vector<MemberId>>(1, ana);
  EXPECT_EQ(facts().assignee, std::nullopt);
  thread_.case_->assignee = ana;
  EXPECT_EQ(facts().assignee, ana);
  thread_.members = std::make_shared<const std::vector<MemberId>>(1, ben);
  EXPECT_EQ(facts().assignee, ben);   // whoever is here is where the events say
}

TEST_F(OneCase, AChildIsKnownByTheAnswerToo) {
  EXPECT_FALSE(facts().child);
  say(3, 130, 1, {{"answers", {{"q_child", "yes"}}}});
  EXPECT_TRUE(facts().child);
}

TEST_F(OneCase, ASecondWishToCloseDoesNotChangeTheFirst) {
  happens("close_ask", {{"type", "resolved"}, {"reason", "one"}});
  happens("close_ask", {{"type", "silent"}, {"reason", "two"}});
  ASSERT_TRUE(facts().closing);
  EXPECT_EQ(facts().closing->reason, "one");
  happens("close", {{"type", "referred"}, {"reason", "three"}});
  happens("close_ask", {{"type", "silent"}, {"reason", "four"}});
  EXPECT_EQ(facts().closing->reason, "three");
  EXPECT_EQ(facts().state, CaseFacts::State::closed);
}

TEST(ShortText, IsCutBetweenCharacters) {
  EXPECT_EQ(short_text(" a\r\n\tb\u00A0\u2003c\x7F ", 100), "a b c");
  EXPECT_EQ(short_text("ááá", 5), "áá…");
  EXPECT_EQ(short_text("ááá", 6), "ááá");
  EXPECT_EQ(short_text("\xFF", 6), "\uFFFD");
  EXPECT_EQ(short_text("", 6), "");
}

}  // namespace
}  // namespace hotline::cli
