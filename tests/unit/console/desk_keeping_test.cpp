// Invitations that wait, new paper codes, figures: what the API gives and refuses.
#include "tests/unit/console/accounts_fixture.hpp"

namespace hotline::test {
namespace {

namespace json = boost::json;

class DeskKeepingTest : public AccountsTest {
 protected:
  std::string in(const std::string& name, Byte fill) {
    const auto first = sign_in(name, fill);
    if (!factors_.contains(name)) {
      factors_[name] = add_totp(first.cookie);
      return first.cookie;
    }
    later(30);
    return second(first, code_of(factors_[name])).cookie;
  }
  Answer renew(const std::string& cookie, const std::string& ticket, json::object more = {}) {
    more["ticket"] = ticket;
    more["recovery_wrapped"] = console::encoded(ByteVector(72, 9));
    more["recovery_auth_hash"] = console::encoded(filled<32>(9));
    return call(Method::put, "/api/v1/recovery-code", more, cookie);
  }
  Answer begin_renewal(const std::string& cookie, Byte fill) {
    return call(Method::post, "/api/v1/recovery-code", {{"auth", console::encoded(filled<32>(fill))}}, cookie);
  }
  std::vector<storage::Act> acts() {
    std::vector<storage::Act> found;
    for (const auto& row : run_awaitable(stores->log().list({.desk = desk})).value()) found.push_back(row.activity.act);
    return found;
  }
  bool done(storage::Act act) { return std::ranges::count(acts(), act) > 0; }
  Answer figures(const std::string& cookie, const std::string& query) {
    query_ = query;
    auto answer = call(Method::get, "/api/v1/figures", {}, cookie);
    query_.clear();
    return answer;
  }

  std::map<std::string, ByteVector> factors_;
};

TEST_F(DeskKeepingTest, InvitationsAreSeenAndWithdrawnByAdmins) {
  const std::string olga = in("olga", 5);
  const auto hash = filled<32>(33);
  const auto invited = call(Method::post, "/api/v1/invitations", {{"code_hash", console::encoded(hash)}, {"name", "luis"}, {"role", "auditor"}}, olga);
  ASSERT_EQ(invited.status, 201);
  const auto listed = call(Method::get, "/api/v1/invitations", {}, olga);
  ASSERT_EQ(listed.status, 200);
  const std::string text = json::serialize(listed.body);
  EXPECT_EQ(text.find(id_to_hex(hash)), std::string::npos) << "whoever has the hash could enrol";
  EXPECT_EQ(text.find(console::encoded(hash)), std::string::npos);
  const json::object& entry = listed.body.at("invitations").as_array().at(0).as_object();
  EXPECT_EQ(entry.at("name").as_string(), "luis");
  EXPECT_EQ(entry.at("role").as_string(), "auditor");
  EXPECT_EQ(entry.at("invited_by").as_string(), to_text(id_of<MemberId>(5)));
  EXPECT_EQ(entry.at("made_hour").as_int64(), clock.hour());
  EXPECT_EQ(entry.at("expiry_hour").as_int64(), clock.hour() + 72);
  const std::string at = "/api/v1/invitations/" + std::string(entry.at("id").as_string());
  EXPECT_EQ(call(Method::get, "/api/v1/invitations/" + id_to_hex(hash)).status, 200);

  const std::string ana = in("ana", 4);
  EXPECT_EQ(call(Method::get, "/api/v1/invitations", {}, ana).status, 403);
  EXPECT_EQ(call(Method::del, at, {}, ana).status, 403);
  EXPECT_EQ(call(Method::del, at).status, 401);
  EXPECT_EQ(call(Method::del, at, {}, olga).status, 204);
  EXPECT_EQ(call(Method::del, at, {}, olga).status, 404);
  EXPECT_EQ(call(Method::get, "/api/v1/invitations/" + id_to_hex(hash)).status, 404) << "the code is of no use any more";
  EXPECT_TRUE(done(storage::Act::invitation_withdrawn));
}

TEST_F(DeskKeepingTest, ANewPaperCodeAsksForBothAgain) {
  const std::string ana = in("ana", 4);
  EXPECT_EQ(begin_renewal(ana, 77).status, 403) << "a wrong passphrase";
  const auto begun = begin_renewal(ana, 4);
  ASSERT_EQ(begun.status, 200);
  EXPECT_TRUE(begun.body.at("second").at("totp").as_bool());
  const std::string ticket = ticket_of(begun);
  EXPECT_EQ(renew(ana, ticket).status, 422) << "without the second factor";
  later(30);
  const std::string code = code_of(factors_["ana"]);
  EXPECT_EQ(renew(ana, ticket, {{"totp", "000000"}}).status, 403);
  EXPECT_EQ(renew(in("olga", 5), ticket, {{"totp", code}}).status, 403) << "with a colleague's session";
  EXPECT_EQ(renew("", ticket, {{"totp", code}}).status, 401);
  EXPECT_EQ(renew(ana, std::string(43, 'A'), {{"totp", code}}).status, 403);
  EXPECT_NE(run_awaitable(stores->members().get(id_of<MemberId>(4)))->recovery_wrapped, ByteVector(72, 9)) << "nothing of this changed it";
  EXPECT_FALSE(done(storage::Act::recovery_code_renewed));
  EXPECT_EQ(renew(ana, ticket, {{"totp", code}}).status, 204);
  EXPECT_EQ(run_awaitable(stores->members().get(id_of<MemberId>(4)))->recovery_wrapped, ByteVector(72, 9));
  EXPECT_TRUE(done(storage::Act::recovery_code_renewed));
  later(30);
  EXPECT_EQ(renew(ana, ticket, {{"totp", code_of(factors_["ana"])}}).status, 403) << "a ticket is good once";
  EXPECT_TRUE(is_in(ana)) << "the session stays";
}

TEST_F(DeskKeepingTest, ATicketIsForOneThing) {
  const std::string ana = in("ana", 4);
  later(30);
  const std::string to_sign_in = ticket_of(sign_in("ana", 4));
  EXPECT_EQ(renew(ana, to_sign_in, {{"totp", code_of(factors_["ana"])}}).status, 403);
  const std::string to_renew = ticket_of(begin_renewal(ana, 4));
  EXPECT_EQ(call(Method::post, "/api/v1/session/second", {{"ticket", to_renew}, {"totp", code_of(factors_["ana"])}}).status, 403);
  clock.set(clock.now() + 121);
  EXPECT_EQ(renew(ana, to_renew, {{"totp", code_of(factors_["ana"])}}).status, 403) << "two minutes";
}

TEST_F(DeskKeepingTest, FiguresHoldSmallNumbersBackFromThoseWhoPassThemOn) {
  join(6, "anil", storage::Role::analyst);
  for (int i = 0; i < 9; ++i) {
    auto report = new_report();
    report.priority = i < 2 ? 0 : 3;
    ASSERT_TRUE(add(std::move(report)));
  }
  const std::string anil = in("anil", 6);
  const auto this_month = figures(anil, "from=2025-11&to=2025-11");
  ASSERT_EQ(this_month.status, 200);
  EXPECT_TRUE(this_month.body.at("months").as_array().empty()) << "a month that still runs";
  EXPECT_EQ(figures(anil, "from=2025-11&to=2025-11&exact=true").status, 403);

  later(20 * 86400);
  const std::string again = in("anil", 6);
  const auto held = figures(again, "from=2025-11&to=2025-11");
  ASSERT_EQ(held.status, 200);
  EXPECT_FALSE(held.body.at("exact").as_bool());
  const json::value& reports = held.body.at("months").as_array().at(0).at("reports");
  EXPECT_EQ(reports.at("all").as_int64(), 9);
  EXPECT_TRUE(reports.at("urgency").at("0").is_null());
  EXPECT_TRUE(reports.at("urgency").at("3").is_null()) << "the sum would tell";
  EXPECT_TRUE(held.body.at("months").as_array().at(0).at("cases").at("all").is_null());
  const auto exact = figures(in("olga", 5), "exact=true&to=2025-11");
  ASSERT_EQ(exact.status, 200);
  ASSERT_EQ(exact.body.at("months").as_array().size(), 12u);
  const json::value& all = exact.body.at("months").as_array().at(11);
  EXPECT_EQ(all.at("month").as_string(), "2025-11");
  EXPECT_EQ(all.at("reports").at("urgency").at("0").as_int64(), 2);
  EXPECT_EQ(all.at("reports").at("state").at("waiting").as_int64(), 9);
  EXPECT_EQ(all.at("reports").at("first_read").at("never").as_int64(), 9);
  EXPECT_EQ(all.at("cases").at("all").as_int64(), 0);
  EXPECT_TRUE(done(storage::Act::figures_read));
}

TEST_F(DeskKeepingTest, FiguresAreForSomeRolesAndForMonths) {
  const std::string olga = in("olga", 5);
  for (const char* query : {"from=2025", "from=2025-13", "to=2025-1", "exact=yes", "from=2015-01&to=2025-01", "from=1969-12"}) {
    EXPECT_EQ(figures(olga, query).status, 422) << query;
  }
  EXPECT_EQ(figures(olga, "from=2020-11&to=2025-10").body.at("months").as_array().size(), 60u);
  EXPECT_TRUE(figures(olga, "from=2026-01&to=2025-01").body.at("months").as_array().empty());
  EXPECT_EQ(figures(in("ana", 4), "").status, 403) << "a caseworker";
  join(7, "pat", storage::Role::partner);
  EXPECT_EQ(figures(in("pat", 7), "").status, 403);
  EXPECT_EQ(figures("", "").status, 401);
}

TEST_F(DeskKeepingTest, WhetherItIsForTryingOutIsSaidBeforeSigningIn) {
  const auto about = call(Method::get, "/api/v1/about");
  ASSERT_EQ(about.status, 200);
  EXPECT_FALSE(about.body.at("demo").as_bool());
  EXPECT_EQ(about.body.size(), 1u) << "and nothing else";
}

}  // namespace
}  // namespace hotline::test
