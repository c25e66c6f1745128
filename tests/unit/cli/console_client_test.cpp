#include "server/cli/console_client.hpp"

#include "config/limits.hpp"
#include "crypto/random.hpp"

#include <gtest/gtest.h>

namespace hotline::cli {
namespace {

namespace json = boost::json;

/// Answers every call alike, and keeps what was sent.
class OneAnswer final : public Transport {
 public:
  OneAnswer(std::vector<std::string>& sent, int status, std::string body) : sent_(sent), status_(status), body_(std::move(body)) {}
  Outcome<Reply> send(std::string_view, const std::string&, const std::string& body, const Sink&) override {
    sent_.push_back(body);
    return Reply{.status = status_, .body = body_, .session = {}};
  }

 private:
  std::vector<std::string>& sent_;
  int status_;
  std::string body_;
};

class ConsoleClientTest : public ::testing::Test {
 protected:
  ConsoleClient answering(int status, std::string body) { return ConsoleClient(std::make_unique<OneAnswer>(sent, status, std::move(body))); }
  static std::string invited(std::string_view name, std::string_view desk) {
    return json::serialize(json::object{{"name", name},
                                        {"role", "caseworker"},
                                        {"desk", json::object{{"id", to_text(crypto::random_id<DeskId>())}, {"name", desk}, {"desk_key", std::string(43, 'A')}}}});
  }

  std::vector<std::string> sent;
};

TEST_F(ConsoleClientTest, GivesAsManyKeysAtOnceAsTheServerReads) {
  for (const std::size_t count : {std::size_t{0}, std::size_t{1}, std::size_t{100}, std::size_t{101}, std::size_t{1050}}) {
    sent.clear();
    std::vector<storage::Grant> grants(count);
    for (storage::Grant& grant : grants) grant.sealed.resize(2000);
    ASSERT_TRUE(answering(201, "{}").add_grants(grants));
    std::size_t given = 0;
    for (const std::string& body : sent) {
      EXPECT_LT(body.size(), Limits{}.api_body_bytes_max / 2);
      given += json::parse(body).at("grants").as_array().size();
    }
    EXPECT_EQ(given, count);
    EXPECT_EQ(sent.size(), (count + 99) / 100);
  }
  sent.clear();
  EXPECT_FALSE(answering(403, R"({"detail":"not you"})").add_grants(std::vector<storage::Grant>(300)));
  EXPECT_EQ(sent.size(), 1U) << "the first refusal is the end";
}

TEST_F(ConsoleClientTest, SaysOfAnInvitationWhatIsWrongWithIt) {
  const auto line = [&](int status, const std::string& body) { return answering(status, body).invitation({}).error().line; };
  EXPECT_EQ(line(404, R"({"detail":"gone"})"), "this invitation is unknown, used or too old: ask for a new one");
  EXPECT_EQ(line(503, R"({"detail":"The disk is full."})"), "The disk is full.");
  EXPECT_NE(line(200, "<html>").find("makes no sense"), std::string::npos);
}

TEST_F(ConsoleClientTest, TakesNoNameThatCouldMoveWhatStandsAfterIt) {
  EXPECT_TRUE(answering(200, invited("Ñusta", "Shelter 🙂")).invitation({}));
  for (const char* bad : {"ana\x1b[2J", "ana\x7f", "ana\r", "ana\xC2\x9B", "ana\xE2\x80\xAE"}) {
    EXPECT_NE(answering(200, invited(bad, "Shelter")).invitation({}).error().line.find("control characters"), std::string::npos);
    EXPECT_NE(answering(200, invited("ana", bad)).invitation({}).error().line.find("control characters"), std::string::npos);
  }
}

}  // namespace
}  // namespace hotline::cli
