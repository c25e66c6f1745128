#include "server/cli/case_search.hpp"

#include "server/cli/case_facts_view.hpp"
#include "server/cli/case_rights.hpp"
#include "server/cli/trust.hpp"
#include "crypto/random.hpp"

#include <gtest/gtest.h>
#include <gmock/gmock.h>

namespace hotline::cli {
namespace {

namespace json = boost::json;
using ::testing::ElementsAre;

Thread thread_of(json::object content) {
  Thread thread;
  OpenedReport report;
  report.row.number = 1;
  report.row.due_hour = 100;
  report.content = std::move(content);
  thread.reports.push_back(std::move(report));
  return thread;
}

void happens(Thread& thread, std::string_view kind, json::object body) {
  OpenedEvent event;
  event.author = "ana";
  event.author_role = storage::Role::supervisor;
  event.content = {{"kind", kind}, {"body", std::move(body)}};
  thread.events.push_back(std::move(event));
}

TEST(CaseSearch, TakesBeginningsOfWordsWithoutAccentsOrCapitals) {
  Thread thread = thread_of({{"text", "Trabajan en la CA\u00d1A de az\u00facar"}, {"answers", {{"q_place", "Orange Walk"}}}});
  happens(thread, "note", {{"text", "ring the Ma\u0301rquez family"}});
  happens(thread, "labels", {{"add", json::array{"ilo:debt_bondage"}}});
  for (const char* words : {"cana", "CA\u00d1", "azucar trabajan", "orange", "marquez", "debt bond", "servidumbre", "", "  "}) EXPECT_TRUE(holds_words(thread, words)) << words;
  for (const char* words : {"ana", "zucar", "orange xyz", "rotten"}) EXPECT_FALSE(holds_words(thread, words)) << words;
}

TEST(CaseSearch, ViewsAreSieved) {
  Thread thread = thread_of({{"text", "x"}});
  const MemberId me = crypto::random_id<MemberId>();
  const auto in = [&](const char* view, std::int64_t hour = 100) { return fits(thread, {.view = view, .label = {}, .words = {}, .me = me}, hour); };
  EXPECT_TRUE(in("") && in("unread") && in("unassigned"));
  EXPECT_FALSE(in("mine") || in("closed") || in("overdue"));
  EXPECT_TRUE(in("overdue", 101));   // nobody opened it in time
  thread.reports.front().row.state = storage::ReportState::filed;
  thread.case_ = storage::Case();
  EXPECT_FALSE(in("overdue", 101));
  happens(thread, "assign", {{"to", to_text(me)}});
  happens(thread, "task", {{"task", "t"}, {"text", "call"}, {"due_hour", 99}});
  EXPECT_TRUE(in("mine") && in("overdue"));
  EXPECT_FALSE(in("unassigned") || in("unread"));
  happens(thread, "close", {{"type", "resolved"}, {"reason", "done"}});
  EXPECT_TRUE(in("closed"));
  EXPECT_FALSE(in("mine") || in("overdue"));
}

TEST(CaseRights, KeysGoToWhoWorksOnReportsAndWasVouchedFor) {
  crypto::initialise();
  const auto desk_key = crypto::SigningKey::from_seed(crypto::random_secret<32>());
  DeskView desk;
  desk.desk = {.id = crypto::random_id<DeskId>(), .name = "Desk", .desk_key = desk_key.public_key(), .demo = false};
  const auto join = [&](const char* name, storage::Role role, bool vouched = true) {
    storage::Member member;
    member.id = crypto::random_id<MemberId>();
    member.name = name;
    member.desk = desk.desk.id;
    member.role = role;
    const auto recipient = crypto::age::Identity::generate().recipient();
    member.recipient.assign(recipient.bytes().begin(), recipient.bytes().end());
    if (vouched) {
      const auto voucher = vouch_for(member, desk_key).value();
      member.voucher.assign(voucher.begin(), voucher.end());
    }
    desk.members.push_back(member);
    return member.id;
  };
  const MemberId ana = join("ana", storage::Role::caseworker);
  join("bea", storage::Role::caseworker);
  join("luis", storage::Role::supervisor);
  join("rosa", storage::Role::admin);
  join("audra", storage::Role::auditor);
  join("anil", storage::Role::analyst);
  join("pat", storage::Role::partner);
  join("new", storage::Role::admin, false);
  const auto names = [](const std::vector<storage::Member>& members) {
    std::vector<std::string> list;
    for (const auto& member : members) list.push_back(member.name);
    return list;
  };
  EXPECT_THAT(names(key_holders(desk)), ElementsAre("ana", "bea", "luis", "rosa"));
  EXPECT_THAT(names(case_readers(desk, std::nullopt)), ElementsAre("ana", "bea", "luis", "rosa"));
  EXPECT_THAT(names(case_readers(desk, ana)), ElementsAre("ana", "luis", "rosa"));
}

}  // namespace
}  // namespace hotline::cli
