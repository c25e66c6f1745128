#include "server/cli/text_parts.hpp"

#include "server/cli/case_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <numeric>

namespace hotline::cli {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

/// Which part, as a gateway says it. The members are JSON values so that they can be nonsense.
struct Place {
  json::value reference = "77";
  json::value number = 1;
  json::value count = 3;
};

class TextPartsTest : public ::testing::Test {
 protected:
  /// Puts a report at the end of the thread, of the hour `hour`.
  OpenedReport& say(std::string_view text, std::optional<Place> place, std::string_view from = "+5016000000", std::string_view to = "+15005550006") {
    OpenedReport report;
    report.row.number = static_cast<std::int64_t>(thread.reports.size()) + 1;
    report.row.channel = storage::Channel::sms;
    report.row.priority = 3;
    report.row.received_hour = hour;
    report.row.id.bytes.fill(static_cast<Byte>(report.row.number));
    report.content = {{"v", 1}, {"type", "sms"}, {"text", text}, {"flags", json::array()}, {"sms", {{"gateway", "demo"}, {"from", from}, {"to", to}}}};
    if (place) report.content["part"] = {{"reference", place->reference}, {"number", place->number}, {"count", place->count}};
    thread.reports.push_back(std::move(report));
    return thread.reports.back();
  }
  OpenedReport& part(int number, int count, std::string_view text) { return say(text, Place{.number = number, .count = count}); }

  std::vector<ThreadMessage> messages() const { return messages_of(thread.reports); }
  std::vector<std::string> texts() const {
    std::vector<std::string> found;
    for (const ThreadMessage& message : messages()) found.push_back(message.text);
    return found;
  }

  Thread thread;
  std::int64_t hour = 490'000;
};

TEST_F(TextPartsTest, AllOrdersOfThreePartsAreOneText) {
  const std::array<const char*, 3> words{"uno ", "dos ", "tres"};
  std::array<int, 3> order{1, 2, 3};
  do {
    thread = {};
    for (const int number : order) part(number, 3, words[static_cast<std::size_t>(number - 1)]);
    ASSERT_THAT(texts(), ElementsAre("uno dos tres"));
    const ThreadMessage message = messages().front();
    EXPECT_THAT(message.reports, ElementsAre(0, 1, 2));
    EXPECT_EQ(message.parts, 3);
    EXPECT_THAT(message.missing, IsEmpty());
    EXPECT_THAT(message.flags, IsEmpty());
  } while (std::ranges::next_permutation(order).found);
}

TEST_F(TextPartsTest, WhatIsMissingIsSaidAtOnceAndInItsPlace) {
  part(2, 3, "dos");
  EXPECT_THAT(texts(), ElementsAre("[part 1 of 3 has not come]\ndos\n[part 3 of 3 has not come]"));
  EXPECT_THAT(messages().front().missing, ElementsAre(1, 3));
  EXPECT_THAT(messages().front().flags, ElementsAre("incomplete"));
  part(3, 3, "tres");
  EXPECT_THAT(texts(), ElementsAre("[part 1 of 3 has not come]\ndostres"));
  part(1, 3, "uno");
  EXPECT_THAT(texts(), ElementsAre("unodostres"));
  EXPECT_THAT(messages().front().flags, IsEmpty());
}

TEST_F(TextPartsTest, MissingPartsAreToldShortly) {
  EXPECT_EQ(missing_text(std::vector{2}, 3), "[part 2 of 3 has not come]");
  EXPECT_EQ(missing_text(std::vector{1, 4, 5, 6}, 7), "[parts 1, 4 to 6 of 7 have not come]");
  EXPECT_EQ(missing_text(std::vector{1, 2, 5}, 5), "[parts 1, 2, 5 of 5 have not come]");
}

TEST_F(TextPartsTest, CopiesCountOnce) {
  part(2, 2, "dos");
  part(2, 2, "dos");
  part(1, 2, "uno ");
  part(1, 2, "uno ");
  part(2, 2, "dos");
  EXPECT_THAT(texts(), ElementsAre("uno dos"));
  EXPECT_THAT(messages().front().reports, ElementsAre(0, 1, 2, 3, 4)) << "what is deleted and exported names all";
}

TEST_F(TextPartsTest, OtherWordsUnderAReferenceBeginAnotherText) {
  part(1, 2, "uno ");
  part(2, 2, "dos");
  part(2, 2, "cuatro");
  part(1, 2, "tres ");
  EXPECT_THAT(texts(), ElementsAre("uno dos", "tres cuatro"));
  EXPECT_THAT(messages()[1].reports, ElementsAre(2, 3));
}

TEST_F(TextPartsTest, OtherWordsBeginAnotherTextBeforeTheFirstIsWholeToo) {
  part(1, 2, "uno ");
  part(1, 2, "tres ");
  part(2, 2, "cuatro");
  EXPECT_THAT(texts(), ElementsAre("uno \n[part 2 of 2 has not come]", "tres cuatro"));
}

TEST_F(TextPartsTest, ATextSentAgainWithOneWordChangedIsAnotherText) {
  for (const auto& [number, words] : {std::pair{1, "I am at "}, {2, "the farm"}, {1, "I am at "}, {2, "the harbour"}}) part(number, 2, words);
  EXPECT_THAT(texts(), ElementsAre("I am at the farm", "I am at the harbour"));
  EXPECT_THAT(messages()[0].reports, ElementsAre(0, 1));
  EXPECT_THAT(messages()[1].reports, ElementsAre(2, 3));
}

TEST_F(TextPartsTest, ALateCopyDoesNotGetIntoTheNextText) {
  for (const auto& [number, words] : {std::pair{1, "uno "}, {2, "dos "}, {3, "tres"}, {1, "uno "}, {2, "cinco "}, {1, "cuatro "}, {3, "seis"}}) part(number, 3, words);
  EXPECT_THAT(texts(), ElementsAre("uno dos tres", "cuatro cinco seis"));
  EXPECT_THAT(messages()[0].reports, ElementsAre(0, 1, 2, 3));
}

TEST_F(TextPartsTest, AReferenceIsGoodForADay) {
  part(1, 2, "uno ");
  hour += 24;
  part(2, 2, "dos");
  EXPECT_THAT(texts(), ElementsAre("uno dos"));
  thread = {};
  part(1, 2, "uno ");
  hour += 25;
  part(2, 2, "dos");
  EXPECT_THAT(texts(), ElementsAre("uno \n[part 2 of 2 has not come]", "[part 1 of 2 has not come]\ndos"));
  thread = {};
  part(1, 2, "the same");
  hour += 25;
  part(1, 2, "the same");
  EXPECT_THAT(texts(), SizeIs(2)) << "not a copy after so long";
}

TEST_F(TextPartsTest, SendersReceiversReferencesAndCountsAreKeptApart) {
  const auto two = [](int number) { return Place{.number = number, .count = 2}; };
  say("a1 ", two(1), "+501600");
  say("b2", two(2), "+501611");
  say("c1 ", two(1), "+501600", "+2");
  say("d1 ", Place{.reference = "78", .number = 1, .count = 2}, "+501600");
  say("e3", Place{.number = 3, .count = 3}, "+501600");
  say("b1 ", two(1), "+501611");
  say("a2", two(2), "+501600");
  say("d2", Place{.reference = "78", .number = 2, .count = 2}, "+501600");
  say("c2", two(2), "+501600", "+2");
  EXPECT_THAT(texts(), ElementsAre("a1 a2", "b1 b2", "c1 c2", "d1 d2", "[parts 1, 2 of 3 have not come]\ne3"));
}

TEST_F(TextPartsTest, WhatStandsBetweenStaysBetween) {
  part(1, 2, "uno ");
  say("by itself", std::nullopt);
  part(2, 2, "dos");
  EXPECT_THAT(texts(), ElementsAre("uno dos", "by itself"));
}

TEST_F(TextPartsTest, ADangerWordThatWasCutCounts) {
  for (const auto& [head, tail] : {std::pair{"we are in DAN", "GER here"}, {"PELI", "GRO"}, {"much peligr", "o"}}) {
    thread = {};
    part(2, 2, tail);
    EXPECT_EQ(thread.urgency(), 3);
    part(1, 2, head);
    EXPECT_EQ(thread.urgency(), 0) << head << tail;
    EXPECT_EQ(summary(thread).at("urgency").as_int64(), 0);
    EXPECT_EQ(whole(thread).at("timeline").at(0).at("urgency").as_int64(), 0);
  }
}

TEST_F(TextPartsTest, NoDangerIsReadAcrossAGapOrIntoTheNextText) {
  part(1, 3, "DAN");
  part(3, 3, "GER");
  say("DAN", std::nullopt);
  say("GER", std::nullopt);
  EXPECT_EQ(thread.urgency(), 3);
  part(2, 3, "ger ");
  EXPECT_EQ(thread.urgency(), 0);
}

TEST_F(TextPartsTest, TheMostUrgentPartDecides) {
  part(1, 2, "a");
  part(2, 2, "b").row.priority = 1;
  EXPECT_EQ(thread.urgency(), 1);
}

TEST_F(TextPartsTest, FlagsOfAllPartsOnce) {
  part(1, 3, "a").content["flags"] = {"late", "text-repaired"};
  part(3, 3, "b").content["flags"] = {"late", 5, "opt-out"};
  EXPECT_THAT(messages().front().flags, ElementsAre("late", "text-repaired", "opt-out", "incomplete"));
  EXPECT_EQ(summary(thread).at("flags"), json::value({"incomplete", "late", "opt-out", "text-repaired"}));
}

TEST_F(TextPartsTest, NonsenseIsNoPart) {
  const std::vector<Place> nonsense{
      {.number = 0, .count = 3},    {.number = 4, .count = 3},           {.number = -1, .count = 3},      {.number = 1, .count = 1},
      {.number = 1, .count = 0},    {.number = 1, .count = 256},         {.number = 1, .count = -2},      {.number = 1, .count = INT64_MAX},
      {.number = 1, .count = 2.0},  {.number = "1", .count = 2},         {.number = UINT64_MAX, .count = 2}, {.number = 1, .count = UINT64_MAX},
      {.reference = 7, .count = 2}, {.reference = nullptr, .count = 2}, {.number = 4'294'967'297, .count = 2}};
  for (const Place& place : nonsense) {
    thread = {};
    say("words", place);
    ASSERT_THAT(texts(), ElementsAre("words")) << json::serialize(thread.reports.front().content);
    EXPECT_EQ(messages().front().parts, 0) << json::serialize(thread.reports.front().content);
  }
  thread = {};
  say("words", std::nullopt).content["part"] = "1 of 2";
  say("words", std::nullopt).content["part"] = nullptr;
  say("words", Place{}).content["sms"] = 3;
  say("words", Place{}).content.erase("sms");
  say("words", Place{}, "");
  EXPECT_THAT(texts(), ElementsAre("words", "words", "words", "words", "words"));
}

TEST_F(TextPartsTest, APartCountsOnlyWhenAGatewaySaidIt) {
  part(1, 2, "uno ");
  part(2, 2, "forged").row.channel = storage::Channel::sealed_by_browser;
  EXPECT_THAT(texts(), ElementsAre("uno \n[part 2 of 2 has not come]", "forged"));
  thread.reports.back().content["flags"] = json::array{"opt-out"};
  EXPECT_THAT(messages().back().flags, IsEmpty());
}

TEST_F(TextPartsTest, AsManyPartsAsThereCanBe) {
  std::string whole_text;
  for (int number = 1; number <= 255; ++number) whole_text += "part" + std::to_string(number) + " ";
  for (int number = 255; number >= 1; --number) {
    part(number, 255, "part" + std::to_string(number) + " ");
    if (number == 255) {
      EXPECT_THAT(texts(), ElementsAre("[parts 1 to 254 of 255 have not come]\npart255 "));
    }
  }
  EXPECT_THAT(texts(), ElementsAre(whole_text));
  EXPECT_THAT(messages().front().reports, SizeIs(255));
}

TEST_F(TextPartsTest, ShowAndListHaveOneMessage) {
  part(2, 2, "al sur.");
  hour += 2;
  part(1, 2, "Estoy en la finca ");
  say("gracias", std::nullopt);
  const json::object shown = whole(thread);
  EXPECT_EQ(shown.at("text"), "Estoy en la finca al sur.");
  EXPECT_EQ(shown.at("messages"), 2);
  EXPECT_EQ(shown.at("reports"), 3);
  const json::array& timeline = shown.at("timeline").as_array();
  ASSERT_EQ(timeline.size(), 2U);
  EXPECT_EQ(timeline[0].at("id"), json::value(to_text(thread.reports[0].row.id)));
  EXPECT_EQ(timeline[0].at("received"), shown.at("received"));
  ASSERT_EQ(timeline[0].at("parts").as_array().size(), 2U);
  EXPECT_EQ(timeline[0].at("parts").at(1).at("id"), json::value(to_text(thread.reports[1].row.id)));
  EXPECT_EQ(timeline[0].at("parts").at(1).at("content"), json::value(thread.reports[1].content)) << "as it was sealed";
  EXPECT_EQ(timeline[1].at("content").at("text"), "gracias");
  EXPECT_THAT(page(thread), HasSubstr("  Estoy en la finca al sur.\n"));
  EXPECT_THAT(summary_line(thread), HasSubstr("Estoy en la finca al sur."));
}

TEST_F(TextPartsTest, FlagsAreSaidInWords) {
  part(2, 3, "words").content["flags"] = {"opt-out", "late", "text-repaired", "unreadable", "cut", "repeated-field", "something new"};
  const std::string shown = page(thread);
  for (const char* words : {"! asked for no more texts (STOP)", "! came late", "! some letters arrived damaged", "! could not be read as a text",
                            "! was too long to be kept whole", "! the gateway said one thing twice",
                            "! incomplete: parts 1, 3 of 3 have not come (", "! the gateway's message is marked: something new"}) {
    EXPECT_THAT(shown, HasSubstr(words));
  }
  thread = {};
  say("whole", std::nullopt);
  EXPECT_THAT(page(thread), Not(HasSubstr("\n  !")));
}

}  // namespace
}  // namespace hotline::cli
