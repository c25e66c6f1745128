// Who sits at a session is asked again before anything that opens the account is changed; sessions that nobody uses end; who tries what
// their role does not include is written down.
#include "tests/unit/console/accounts_fixture.hpp"

namespace hotline::test {
namespace {

class ProofTest : public AccountsTest {
 protected:
  Answer begin(const std::string& cookie, Byte fill) {
    return call(Method::post, "/api/v1/session/proof", {{"auth", console::encoded(filled<32>(fill))}}, cookie);
  }
  Answer finish(const std::string& cookie, const std::string& ticket, json::object more = {}) {
    more["ticket"] = ticket;
    return call(Method::put, "/api/v1/session/proof", more, cookie);
  }
  int asks_for_a_secret(const std::string& cookie) { return call(Method::post, "/api/v1/second-factors/totp", {}, cookie).status; }
  int count(storage::Act act) {
    int found = 0;
    for (const auto& row : run_awaitable(stores->log().list({.desk = desk})).value()) found += row.activity.act == act ? 1 : 0;
    return found;
  }
  /// Adds a passkey to whoever has that cookie; gives its id.
  std::string add_passkey(const std::string& cookie) {
    const auto options = call(Method::post, "/api/v1/second-factors/passkey/options", {}, cookie);
    const auto challenge = crypto::from_base64(std::string(options.body.at("challenge").as_string()), crypto::Base64::url_unpadded).value();
    const Authenticator authenticator;
    const auto added = call(Method::post, "/api/v1/second-factors/passkey",
                            {{"name", "my key"}, {"attestation_object", console::encoded(authenticator.attestation_object())},
                             {"client_data", console::encoded(authenticator.client_data("webauthn.create", challenge))}},
                            cookie);
    EXPECT_EQ(added.status, 201);
    return std::string(added.body.at("id").as_string());
  }
  /// Nothing so long that the session ends for being idle.
  void work_for(std::int64_t seconds, const std::string& cookie) {
    for (; seconds > 0; seconds -= 600) {
      later(std::min<std::int64_t>(seconds, 600));
      EXPECT_TRUE(is_in(cookie));
    }
  }
};

TEST_F(ProofTest, AnOldSessionChangesNoSecondFactor) {
  const auto olga = sign_in("olga", 5).cookie;
  const auto of_olga = add_totp(olga);
  const auto ana = sign_in("ana", 4).cookie;
  const auto secret = add_totp(ana);
  const std::string factor(call(Method::get, "/api/v1/second-factors", {}, ana).body.at("totp").at("id").as_string());
  later(599);
  EXPECT_EQ(asks_for_a_secret(ana), 201) << "ten minutes after signing in";
  later(1);
  for (const auto& [method, path] : std::initializer_list<std::pair<Method, std::string>>{
           {Method::post, "/api/v1/second-factors/totp"}, {Method::post, "/api/v1/second-factors/totp/confirm"},
           {Method::post, "/api/v1/second-factors/passkey/options"}, {Method::post, "/api/v1/second-factors/passkey"},
           {Method::del, "/api/v1/second-factors/" + factor}}) {
    const auto refused = call(method, path, {{"code", "123456"}}, ana);
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_EQ(refused.body.at("type").as_string(), "proof-needed") << path;
  }
  const std::string of_ana = "/api/v1/members/" + to_text(id_of<MemberId>(4)) + "/second-factors";
  EXPECT_EQ(call(Method::del, of_ana, {}, olga).body.at("type").as_string(), "proof-needed") << "an admin's open session";
  EXPECT_EQ(call(Method::get, "/api/v1/second-factors", {}, ana).status, 200) << "looking needs none";

  EXPECT_EQ(begin(ana, 77).status, 403) << "a wrong passphrase";
  const auto begun = begin(ana, 4);
  ASSERT_EQ(begun.status, 200);
  EXPECT_TRUE(begun.body.at("second").at("totp").as_bool());
  EXPECT_EQ(finish(ana, ticket_of(begun)).status, 422) << "without the second factor";
  const auto wrong = finish(ana, ticket_of(begun), {{"totp", "000000"}});
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(wrong.body.at("type").as_string(), "about:blank") << "to be typed again";
  const auto ended = finish(olga, ticket_of(begun), {{"totp", code_of(secret)}});
  EXPECT_EQ(ended.status, 403) << "with a colleague's session";
  EXPECT_EQ(ended.body.at("type").as_string(), "proof-ended") << "to be begun again";
  EXPECT_EQ(asks_for_a_secret(ana), 403) << "nothing of this was a proof";
  EXPECT_EQ(finish(ana, ticket_of(begun), {{"totp", code_of(secret)}}).status, 204);
  EXPECT_EQ(asks_for_a_secret(ana), 201);
  work_for(600, ana);
  EXPECT_EQ(asks_for_a_secret(ana), 403) << "and ten minutes later again";

  EXPECT_EQ(finish(olga, ticket_of(begin(olga, 5)), {{"totp", code_of(of_olga)}}).status, 204);
  EXPECT_EQ(call(Method::del, of_ana, {}, olga).status, 204);
}

TEST_F(ProofTest, WhoHasNoSecondFactorYetProvesByThePassphrase) {
  const auto ana = sign_in("ana", 4).cookie;
  later(601);
  EXPECT_EQ(asks_for_a_secret(ana), 403);
  const auto begun = begin(ana, 4);
  EXPECT_FALSE(begun.body.at("second").at("totp").as_bool());
  EXPECT_EQ(finish(ana, ticket_of(begun)).status, 204);
  add_totp(ana);
}

TEST_F(ProofTest, AClockThatWasSetBackProvesNothing) {
  const auto ana = sign_in("ana", 4).cookie;
  later(-60);
  EXPECT_EQ(asks_for_a_secret(ana), 403);
}

TEST_F(ProofTest, AChangedSecondFactorEndsTheOtherSessionsAndIsWrittenDown) {
  const auto one = sign_in("ana", 4).cookie;
  const auto two = sign_in("ana", 4).cookie;
  const auto secret = add_totp(one);
  EXPECT_EQ(count(storage::Act::second_factor_added), 1);
  EXPECT_TRUE(is_in(one));
  EXPECT_EQ(call(Method::get, "/api/v1/session", {}, two).status, 401) << "one of before";
  later(30);
  const auto again = second(sign_in("ana", 4), code_of(secret)).cookie;
  EXPECT_TRUE(is_in(again));
  later(30);
  add_totp(one);
  EXPECT_EQ(count(storage::Act::second_factor_added), 2);
  EXPECT_FALSE(is_in(again));
}

TEST_F(ProofTest, WhateverIsChangedEndsWhatWasBegunWithoutIt) {
  const auto secret = add_totp(sign_in("ana", 4).cookie);
  const auto anew = [&] {
    later(30);
    return second(sign_in("ana", 4), code_of(secret)).cookie;
  };
  const auto one = anew();
  auto two = anew();
  auto begun = sign_in("ana", 4);
  const std::string passkey = add_passkey(one);
  EXPECT_TRUE(is_in(one));
  EXPECT_FALSE(is_in(two)) << "a passkey more";
  later(30);
  EXPECT_EQ(second(begun, code_of(secret)).status, 403) << "a sign-in half done";
  two = anew();
  EXPECT_TRUE(is_in(two));
  EXPECT_EQ(call(Method::del, "/api/v1/second-factors/" + passkey, {}, one).status, 204);
  EXPECT_TRUE(is_in(one));
  EXPECT_FALSE(is_in(two)) << "a passkey less";

  two = anew();
  begun = sign_in("ana", 4);
  const auto olga = sign_in("olga", 5).cookie;
  add_totp(olga);
  EXPECT_EQ(call(Method::del, "/api/v1/members/" + to_text(id_of<MemberId>(4)) + "/sessions", {}, olga).status, 204);
  EXPECT_FALSE(is_in(one)) << "ended by an admin";
  EXPECT_FALSE(is_in(two));
  later(30);
  EXPECT_EQ(second(begun, code_of(secret)).status, 403);
}

TEST_F(ProofTest, AnOldSessionLetsNobodyInOrOut) {
  const auto olga = sign_in("olga", 5).cookie;
  add_totp(olga);
  later(600);
  const std::string member = "/api/v1/members/" + to_text(id_of<MemberId>(4));
  for (const auto& [method, path] : std::initializer_list<std::pair<Method, std::string>>{
           {Method::post, "/api/v1/invitations"}, {Method::del, member}, {Method::put, member + "/voucher"}, {Method::post, "/api/v1/grants"}}) {
    EXPECT_EQ(call(method, path, {{"code", "x"}}, olga).body.at("type").as_string(), "proof-needed") << path;
  }
}

TEST_F(ProofTest, SomebodyWithWhomNobodyComparedWordsOnlyWaits) {
  join(6, "mallory", storage::Role::caseworker, false);
  const auto mallory = sign_in("mallory", 6).cookie;
  add_totp(mallory);
  const std::string report = "/api/v1/reports/" + to_text(id_of<ReportId>(9));
  const std::string file = "/api/v1/cases/" + to_text(id_of<CaseId>(9));
  for (const auto& [method, path] : std::initializer_list<std::pair<Method, std::string>>{
           {Method::get, "/api/v1/queue"}, {Method::get, "/api/v1/queue/counts"}, {Method::get, "/api/v1/reports"}, {Method::post, report + "/views"},
           {Method::get, "/api/v1/cases"}, {Method::post, "/api/v1/cases"}, {Method::post, file + "/events"}, {Method::post, file + "/texts"},
           {Method::post, "/api/v1/answers"}, {Method::get, "/api/v1/gateways"}}) {
    const auto answer = call(method, path, {}, mallory);
    EXPECT_EQ(answer.status, 403) << path;
    EXPECT_EQ(answer.body.at("title").as_string(), "Not let in yet") << path;
  }
  EXPECT_EQ(call(Method::get, "/api/v1/desk", {}, mallory).status, 200) << "to see whether somebody has";
  ASSERT_TRUE(run_awaitable(stores->members().vouch(id_of<MemberId>(6), filled<64>(1))));
  EXPECT_EQ(call(Method::get, "/api/v1/reports", {}, mallory).status, 200);
}

TEST_F(ProofTest, AnAdminWithWhomNobodyComparedWordsRunsNothing) {
  join(6, "mallory", storage::Role::admin, false);
  const auto mallory = sign_in("mallory", 6).cookie;
  add_totp(mallory);
  EXPECT_EQ(call(Method::get, "/api/v1/desk", {}, mallory).status, 200);
  EXPECT_EQ(call(Method::del, "/api/v1/members/" + to_text(id_of<MemberId>(4)), {}, mallory).status, 403);
  EXPECT_EQ(call(Method::get, "/api/v1/invitations", {}, mallory).status, 403);
  const json::object deletion{{"cases", json::array()}, {"reports", json::array{to_text(id_of<ReportId>(9))}}};
  EXPECT_EQ(call(Method::post, "/api/v1/deletions", deletion, mallory).status, 403);
  ASSERT_TRUE(run_awaitable(stores->members().vouch(id_of<MemberId>(6), filled<64>(1))));
  EXPECT_EQ(call(Method::get, "/api/v1/invitations", {}, mallory).status, 200);
  EXPECT_EQ(call(Method::post, "/api/v1/deletions", deletion, mallory).status, 404);
}

TEST_F(ProofTest, WhoIsRemovedWhileTheirRequestComesInDoesNothingWithIt) {
  const auto olga = sign_in("olga", 5).cookie;
  add_totp(olga);
  join(6, "ines", storage::Role::admin);
  const auto ines = sign_in("ines", 6).cookie;
  add_totp(ines);
  while_it_comes_ = [&] { EXPECT_EQ(call(Method::del, "/api/v1/members/" + to_text(id_of<MemberId>(6)), {}, olga).status, 204); };
  const json::object invitation{{"code_hash", console::encoded(filled<32>(33))}, {"name", "eve"}, {"role", "admin"}};
  EXPECT_EQ(call(Method::post, "/api/v1/invitations", invitation, ines).status, 401);
  EXPECT_TRUE(call(Method::get, "/api/v1/invitations", {}, olga).body.at("invitations").as_array().empty());
}

TEST_F(ProofTest, ASessionThatNobodyUsesEnds) {
  limits.session_idle_minutes = 60;
  const auto ana = sign_in("ana", 4).cookie;
  add_totp(ana);
  later(3599);
  EXPECT_TRUE(is_in(ana));
  later(3599);
  EXPECT_TRUE(is_in(ana)) << "it was used";
  later(3600);
  EXPECT_FALSE(is_in(ana));
}

TEST_F(ProofTest, WhoTriesMoreThanTheRoleIncludesIsWrittenDownOnceAnHour) {
  const auto ana = sign_in("ana", 4).cookie;
  add_totp(ana);
  EXPECT_EQ(count(storage::Act::role_refused), 0);
  EXPECT_EQ(call(Method::get, "/api/v1/invitations", {}, ana).status, 403);
  EXPECT_EQ(call(Method::get, "/api/v1/figures", {}, ana).status, 403);
  EXPECT_EQ(count(storage::Act::role_refused), 1);
  later(1800);
  EXPECT_TRUE(is_in(ana));
  later(1800);
  EXPECT_EQ(call(Method::get, "/api/v1/activity", {}, ana).status, 403) << "found by the handler";
  EXPECT_EQ(count(storage::Act::role_refused), 2);
}

}  // namespace
}  // namespace hotline::test
