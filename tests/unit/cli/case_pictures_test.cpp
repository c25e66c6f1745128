#include "server/cli/case_pictures.hpp"

#include "server/cli/case_view.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hotline::cli {
namespace {

namespace json = boost::json;
using ::testing::HasSubstr;
using ::testing::Not;

class CasePictures : public ::testing::Test {
 protected:
  OpenedReport& add(json::object content, storage::Channel channel = storage::Channel::sms) {
    OpenedReport report;
    report.row.number = static_cast<std::int64_t>(thread.reports.size()) + 1;
    report.row.channel = channel;
    report.row.priority = 3;
    report.row.received_hour = 490'000;
    report.row.id.bytes.fill(static_cast<Byte>(report.row.number));
    report.content = std::move(content);
    thread.reports.push_back(std::move(report));
    return thread.reports.back();
  }
  void text(std::string_view words, json::array media) {
    add({{"v", 1}, {"type", "sms"}, {"text", words}, {"media", std::move(media)}, {"flags", json::array()}, {"sms", {{"gateway", "demo"}, {"from", "+5016000000"}}}});
  }
  static json::object told(std::string_view reference) { return {{"url", "https://a.org/secret"}, {"type", "image/jpeg"}, {"reference", reference}}; }
  static json::object brought(std::string_view reference) {
    return {{"v", 1}, {"type", "media"}, {"reference", reference},
            {"attachments", {{{"id", "2f2e2d2c2b2a29282726252423222120"}, {"name", "picture.png"}, {"media_type", "image/png"}, {"bytes", 77}, {"sha256", "ab"}}}}};
  }
  static json::object failed(std::string_view reference, std::string_view problem) {
    return {{"v", 1}, {"type", "media"}, {"reference", reference}, {"problem", problem}, {"attachments", json::array()}};
  }
  json::array pictures(std::size_t message = 0) { return pictures_of(thread, messages_of(thread.reports).at(message)); }

  Thread thread;
};

TEST_F(CasePictures, EachStandsWithTheMessageThatNamesIt) {
  text("first", {told("aa"), told("bb")});
  text("second", {told("cc")});
  add(brought("bb"));
  add(brought("cc"));
  const auto messages = messages_of(thread.reports);
  ASSERT_EQ(messages.size(), 2U);
  EXPECT_EQ(messages[0].pictures, std::vector<std::size_t>{2});
  EXPECT_EQ(messages[1].pictures, std::vector<std::size_t>{3});
  EXPECT_EQ(pictures(0).at(0).at("state"), "waiting");
  EXPECT_EQ(pictures(0).at(1).at("state"), "here");
  EXPECT_EQ(pictures(0).at(1).at("file").at("bytes"), 77);
  EXPECT_EQ(pictures(0).at(1).at("type"), "image/png");
  EXPECT_EQ(pictures(1).at(0).at("state"), "here");
  const std::string shown = page(thread);
  EXPECT_THAT(shown, HasSubstr("still to be fetched"));
  EXPECT_THAT(shown, HasSubstr("file: picture.png, 77 bytes"));
  EXPECT_THAT(shown, Not(HasSubstr("secret"))) << "the address is a key to the picture: not for whoever looks over a shoulder";
  EXPECT_EQ(summary(thread).at("messages"), 2);
}

TEST_F(CasePictures, WhatCouldNotBeFetchedIsSaid) {
  text("look", {told("aa")});
  add(failed("aa", "refused"));
  EXPECT_EQ(pictures().at(0).at("state"), "failed");
  EXPECT_EQ(pictures().at(0).at("problem"), "refused");
  EXPECT_THAT(page(thread), HasSubstr("could not be fetched: the gateway did not give it out"));
}

TEST_F(CasePictures, OneThatIsNotFetchedIsSaidToBeWithTheGateway) {
  text("look", {{{"url", "https://a.org/secret"}, {"type", "image/jpeg"}}});
  EXPECT_EQ(pictures().at(0).at("state"), "not-fetched");
  EXPECT_THAT(page(thread), HasSubstr("kept by the gateway"));
}

TEST_F(CasePictures, OnlyTheServerBringsPictures) {
  text("look", {told("aa")});
  add(brought("aa"), storage::Channel::sealed_by_browser);
  EXPECT_EQ(pictures().at(0).at("state"), "waiting");
  EXPECT_EQ(messages_of(thread.reports).size(), 2U);
  add({{"v", 1}, {"type", "sms"}, {"text", "x"}, {"media", {told("dd")}}, {"flags", json::array()}}, storage::Channel::web);
  add(brought("dd"));
  EXPECT_EQ(messages_of(thread.reports).size(), 4U) << "a stranger's text names no picture of the server's";
}

TEST_F(CasePictures, OneThatNamesPicturesItselfIsShownAllTheSame) {
  const auto both = [](std::string_view brings, std::string_view names) {
    json::object content = brought(brings);
    content["media"] = json::array{told(names)};
    return content;
  };
  add(both("aa", "aa"));
  add(both("bb", "cc"));
  add(both("cc", "bb"));
  EXPECT_EQ(messages_of(thread.reports).size(), 3U);
  text("look", {told("dd")});
  for (int number = 1; number <= 2; ++number) {
    json::object content = brought("dd");
    content["part"] = {{"reference", "7"}, {"number", number}, {"count", 2}};
    content["sms"] = {{"gateway", "demo"}, {"from", "+5016000000"}};
    add(std::move(content));
  }
  std::size_t shown = 0;
  for (const ThreadMessage& message : messages_of(thread.reports)) shown += message.reports.size() + message.pictures.size();
  EXPECT_EQ(shown, thread.reports.size());
}

TEST_F(CasePictures, OneWhoseTextIsGoneStandsAlone) {
  add(brought("aa"));
  ASSERT_EQ(messages_of(thread.reports).size(), 1U);
  EXPECT_THAT(page(thread), HasSubstr("file: picture.png, 77 bytes"));
  for (const json::value& nonsense : {json::value(7), json::value("x"), json::value(json::object{{"a", 1}})}) {
    add({{"v", 1}, {"type", "sms"}, {"text", "x"}, {"media", nonsense}, {"flags", json::array()}});
    add({{"v", 1}, {"type", "media"}, {"reference", nonsense}, {"attachments", nonsense}});
  }
  page(thread);
  whole(thread);
}

}  // namespace
}  // namespace hotline::cli
