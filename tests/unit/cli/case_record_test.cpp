#include "server/cli/case_record.hpp"

#include "tests/unit/cli/casework_fixture.hpp"

namespace hotline::cli {
namespace {

/// A case whose columns say what no event says that counts.
class CaseRecord : public CaseworkTest {
 protected:
  CaseRecord() { open_case_about({tell(Reporter(), "words")}); }

  json::object set_by(const std::string& kind, const EventBody& body) {
    auto connection = connect();
    const Casebook book = load(connection);
    const auto stored = store_change(connection, book, book.threads()[0], {{kind, body}}, 1'700'000'000);
    EXPECT_TRUE(stored && stored->done);
    const json::object& change = kept_.changes.back();
    json::object said = change.contains("set") ? change.at("set").as_object() : json::object();
    said.erase("summary");
    if (change.contains("if") && change.at("if").as_object().contains("assignee")) said["if"] = change.at("if").at("assignee");
    return said;
  }
};

TEST_F(CaseRecord, WhatTheColumnsSayOtherwiseIsSetToo) {
  kept_.cases[0].state = storage::CaseState::closed;
  const auto ben = kept_.cases[0].assignee = crypto::random_id<MemberId>();
  kept_.cases[0].due_hour = 7;
  EXPECT_EQ(set_by("note", [](crypto::SecretJson& body) { body.string("text", "decides nothing"); }), json::object());
  EXPECT_EQ(set_by("reopen", [](crypto::SecretJson& body) { body.string("reason", "there is more"); }), (json::object{{"state", "open"}, {"due_hour", nullptr}}));
  const std::string me = to_text(member_.id);
  EXPECT_EQ(set_by("assign", [&](crypto::SecretJson& body) { body.string("to", me); }), (json::object{{"assignee", me}, {"if", to_text(*ben)}}));
  EXPECT_EQ(set_by("assign", [&](crypto::SecretJson& body) { body.key("to").null(); }), (json::object{{"assignee", nullptr}, {"if", to_text(*ben)}}));
}

TEST_F(CaseRecord, WhatIsMoreUrgentIsSoForAllAndNobodyLowersItBesides) {
  const auto look = [](crypto::SecretJson& body) { body.string("what", "case"); };
  kept_.cases[0].urgency = 0;   // by somebody whose word counts no more
  EXPECT_EQ(set_by("view", look), json::object());
  const auto set = [](crypto::SecretJson& body) { body.number("to", 3).string("reason", "as it was read").string("by", "person").number("seen", 1); };
  EXPECT_EQ(set_by("urgency", set), (json::object{{"urgency", 3}}));
  kept_.cases[0].urgency = 4;
  EXPECT_EQ(set_by("view", look), (json::object{{"urgency", 3}}));
}

TEST_F(CaseRecord, WhatTheColumnsSayAlreadyIsNotSetAgain) {
  kept_.cases[0].state = storage::CaseState::close_asked;
  EXPECT_EQ(set_by("close_ask", [](crypto::SecretJson& body) { body.string("type", "resolved").string("reason", "x"); }), json::object());
}

}  // namespace
}  // namespace hotline::cli
