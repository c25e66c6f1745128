#include "tests/unit/console/accounts_fixture.hpp"

#include <algorithm>

namespace hotline::test {
namespace {

namespace json = boost::json;

TEST_F(AccountsTest, WhoHasNoSecondFactorMayOnlyAddOne) {
  const auto first = sign_in("ana", 4);
  ASSERT_EQ(first.status, 200);
  EXPECT_TRUE(first.body.at("must_enrol").as_bool());
  ASSERT_FALSE(first.cookie.empty());
  for (const char* path : {"/api/v1/desk", "/api/v1/grants", "/api/v1/reports", "/api/v1/cases", "/api/v1/sessions"}) {
    const auto refused = call(Method::get, path, {}, first.cookie);
    EXPECT_EQ(refused.status, 403) << path;
    EXPECT_EQ(refused.body.at("type").as_string(), "second-factor-needed");
  }
  EXPECT_EQ(call(Method::put, "/api/v1/passphrase", {{"auth", ""}}, first.cookie).status, 403);
  EXPECT_EQ(call(Method::get, "/api/v1/second-factors", {}, first.cookie).status, 200);
  EXPECT_TRUE(call(Method::get, "/api/v1/session", {}, first.cookie).body.at("must_enrol").as_bool());
  add_totp(first.cookie);
  EXPECT_TRUE(is_in(first.cookie)) << "with one, the session is as any";
  const auto who = call(Method::get, "/api/v1/session", {}, first.cookie);
  EXPECT_FALSE(who.body.at("must_enrol").as_bool());
  EXPECT_EQ(who.body.at("second_factors").as_int64(), 1);
}

TEST_F(AccountsTest, ACodeIsAskedForAndGoodOnce) {
  const auto secret = add_totp(sign_in("ana", 4).cookie);
  const auto first = sign_in("ana", 4);
  EXPECT_TRUE(first.cookie.empty()) << "the passphrase alone is not enough";
  EXPECT_FALSE(first.body.contains("wrapped_secret"));
  EXPECT_EQ(second(first, code_of(secret)).status, 403) << "the code that confirmed it is used";
  later(30);
  const std::string code = code_of(secret);
  const auto in = second(first, code);
  ASSERT_EQ(in.status, 200);
  EXPECT_TRUE(is_in(in.cookie));
  EXPECT_EQ(second(first, console::totp_code(secret, clock.now() / 30 + 1)).status, 403) << "the ticket is used";
  EXPECT_EQ(second(sign_in("ana", 4), code).status, 403) << "the code is used";
  later(30);
  EXPECT_EQ(second(sign_in("ana", 4), code_of(secret)).status, 200);
}

TEST_F(AccountsTest, ATicketEnds) {
  const auto secret = add_totp(sign_in("ana", 4).cookie);
  later(60);
  auto first = sign_in("ana", 4);
  later(119);
  EXPECT_EQ(second(first, code_of(secret)).status, 200);
  later(60);
  first = sign_in("ana", 4);
  later(120);
  EXPECT_EQ(second(first, code_of(secret)).status, 403);
  first = sign_in("ana", 4);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(second(first, "abcdef").status, 403);
  EXPECT_EQ(second(first, code_of(secret)).status, 403) << "after five tries";
  EXPECT_EQ(second(sign_in("ana", 4), code_of(secret)).status, 200);
  EXPECT_EQ(call(Method::post, "/api/v1/session/second", {{"ticket", "unknown"}, {"totp", "123456"}}).status, 403);
}

TEST_F(AccountsTest, WhoKnowsOnePassphraseEndsNobodyElsesSecondStep) {
  const auto ana = add_totp(sign_in("ana", 4).cookie);
  const auto olga = add_totp(sign_in("olga", 5).cookie);
  later(30);
  const auto first = sign_in("olga", 5);
  later(1);
  const auto oldest = sign_in("ana", 4);
  std::vector<Answer> others;
  for (int i = 0; i < 1024; ++i) others.push_back(sign_in("ana", 4));
  EXPECT_EQ(second(first, code_of(olga)).status, 200) << "somebody else's stays";
  EXPECT_EQ(second(oldest, code_of(ana)).status, 403) << "their own oldest made room";
  EXPECT_EQ(second(others[1024 - 9], code_of(ana)).status, 403);
  EXPECT_EQ(second(others[1024 - 8], code_of(ana)).status, 200) << "of their own eight are there";
}

TEST_F(AccountsTest, WhoKnowsThePassphraseDoesNotEndARecovery) {
  add_totp(sign_in("ana", 4).cookie);
  const auto begun = call(Method::post, "/api/v1/recovery", {{"name", "ana"}, {"recovery_auth", console::encoded(filled<32>(4))}});
  ASSERT_EQ(begun.status, 200);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(sign_in("ana", 4).body.contains("second"));
  EXPECT_EQ(call(Method::post, "/api/v1/recovery/finish",
                 {{"ticket", begun.body.at("ticket")},
                  {"salt", console::encoded(filled<16>(1))},
                  {"auth_hash", console::encoded(crypto::blake2b({filled<32>(8)}))},
                  {"wrapped_secret", console::encoded(ByteVector(72, 8))},
                  {"recovery_wrapped", console::encoded(ByteVector(72, 9))},
                  {"recovery_auth_hash", console::encoded(crypto::blake2b({filled<32>(9)}))}}).status,
            204);
}

TEST_F(AccountsTest, AMembersOwnOldestSessionMakesRoom) {
  limits.console_sessions_max = 32;
  const auto olga = sign_in("olga", 5).cookie;
  std::vector<std::string> of_ana;
  for (int i = 0; i < 40; ++i) {
    later(1);
    of_ana.push_back(sign_in("ana", 4).cookie);
  }
  const auto is_there = [&](const std::string& cookie) { return call(Method::get, "/api/v1/session", {}, cookie).status == 200; };
  EXPECT_TRUE(is_there(olga)) << "whoever knows one passphrase ends nobody else's session";
  EXPECT_TRUE(is_there(of_ana.back()));
  EXPECT_FALSE(is_there(of_ana.front()));
}

TEST_F(AccountsTest, CodesAreNotTriedOutByWhoKnowsThePassphrase) {
  const auto secret = add_totp(sign_in("ana", 4).cookie);
  later(60);
  for (int tickets = 0; tickets < 4; ++tickets) {
    const auto first = sign_in("ana", 4);
    for (int tries = 0; tries < 5; ++tries) EXPECT_EQ(second(first, "abcdef").status, 403);
  }
  const auto held = second(sign_in("ana", 4), code_of(secret));
  EXPECT_EQ(held.status, 403);
  EXPECT_NE(held.body.at("detail").as_string().find("somebody may know"), std::string::npos);
}

TEST_F(AccountsTest, APasskeyIsAddedAndShown) {
  Authenticator authenticator;
  const auto cookie = sign_in("ana", 4).cookie;
  const auto options = call(Method::post, "/api/v1/second-factors/passkey/options", {}, cookie);
  ASSERT_EQ(options.status, 201);
  EXPECT_EQ(options.body.at("rp_id").as_string(), "console.example.org");
  const auto challenge = crypto::from_base64(std::string(options.body.at("challenge").as_string()), crypto::Base64::url_unpadded).value();
  const json::object made{{"name", "my key"},
                          {"attestation_object", console::encoded(authenticator.attestation_object())},
                          {"client_data", console::encoded(authenticator.client_data("webauthn.create", challenge))}};
  EXPECT_EQ(call(Method::post, "/api/v1/second-factors/passkey", made, cookie).status, 201);
  EXPECT_EQ(call(Method::post, "/api/v1/second-factors/passkey", made, cookie).status, 409) << "the challenge is used";
  EXPECT_TRUE(is_in(cookie));

  const auto show = [&] {
    const auto first = sign_in("ana", 4);
    const auto& asked = first.body.at("second").at("passkey").as_object();
    const auto to_sign = crypto::from_base64(std::string(asked.at("challenge").as_string()), crypto::Base64::url_unpadded).value();
    const auto data = authenticator.assertion_data();
    const auto client_data = authenticator.client_data("webauthn.get", to_sign);
    const json::object body{{"ticket", ticket_of(first)},
                            {"passkey", json::object{{"credential", asked.at("credentials").as_array().at(0)},
                                                     {"authenticator_data", console::encoded(data)},
                                                     {"client_data", console::encoded(client_data)},
                                                     {"signature", console::encoded(authenticator.sign(data, client_data))}}}};
    const int status = call(Method::post, "/api/v1/session/second", body).status;
    EXPECT_EQ(call(Method::post, "/api/v1/session/second", body).status, 403) << "an assertion is good once";
    return status;
  };
  authenticator.counter = 2;
  EXPECT_EQ(show(), 200);
  EXPECT_EQ(show(), 403) << "a counter that stands still: a copy of the key";
  authenticator.counter = 9;
  EXPECT_EQ(show(), 200);
}

TEST_F(AccountsTest, AnUnknownNameAndAWrongPassphraseAreAlike) {
  const auto wrong = sign_in("ana", 9);
  const auto unknown = sign_in("nobody", 9);
  EXPECT_EQ(wrong.status, 403);
  EXPECT_EQ(unknown.status, 403);
  EXPECT_EQ(wrong.body, unknown.body);
  const auto recover = [&](const char* name) { return call(Method::post, "/api/v1/recovery", {{"name", name}, {"recovery_auth", console::encoded(filled<32>(9))}}); };
  EXPECT_EQ(recover("ana").status, 403);
  EXPECT_EQ(recover("ana").body, recover("nobody").body);
}

TEST_F(AccountsTest, ACookieFromBeforeIsNeverTakenOver) {
  const std::string planted = "session=" + std::string(43, 'A');
  const auto in = sign_in("ana", 4, planted);
  EXPECT_NE(in.cookie, planted);
  EXPECT_EQ(call(Method::get, "/api/v1/session", {}, planted).status, 401);
  const auto again = sign_in("ana", 4, in.cookie);
  EXPECT_EQ(call(Method::get, "/api/v1/session", {}, in.cookie).status, 401) << "the browser's earlier session ends";
  EXPECT_EQ(call(Method::get, "/api/v1/session", {}, again.cookie).status, 200);
}

TEST_F(AccountsTest, TheLastSecondFactorStaysAndAnAdminTakesAll) {
  const auto ana = sign_in("ana", 4).cookie;
  add_totp(ana);
  const auto mine = call(Method::get, "/api/v1/second-factors", {}, ana);
  const std::string id(mine.body.at("totp").at("id").as_string());
  EXPECT_EQ(call(Method::del, "/api/v1/second-factors/" + id, {}, ana).status, 409);
  const auto olga = sign_in("olga", 5).cookie;
  add_totp(olga);
  EXPECT_EQ(call(Method::del, "/api/v1/second-factors/" + id, {}, olga).status, 404) << "only one's own";
  EXPECT_EQ(call(Method::del, "/api/v1/members/" + to_text(id_of<MemberId>(5)) + "/second-factors", {}, ana).status, 403);
  EXPECT_EQ(call(Method::del, "/api/v1/members/" + to_text(id_of<MemberId>(4)) + "/second-factors", {}, olga).status, 204);
  EXPECT_EQ(call(Method::get, "/api/v1/session", {}, ana).status, 401);
  EXPECT_TRUE(sign_in("ana", 4).body.at("must_enrol").as_bool());
}

TEST_F(AccountsTest, SessionsAreSeenAndEnded) {
  const auto one = sign_in("ana", 4).cookie;
  const auto secret = add_totp(one);
  later(1800);
  EXPECT_TRUE(is_in(one));
  later(1800);
  const auto first = sign_in("ana", 4);
  const auto two = call(Method::post, "/api/v1/session/second", {{"ticket", ticket_of(first)}, {"totp", code_of(secret)}}, {}, {{"sec-fetch-mode", "cors"}}).cookie;
  const auto listed = call(Method::get, "/api/v1/sessions", {}, one).body.at("sessions").as_array();
  ASSERT_EQ(listed.size(), 2u);
  EXPECT_TRUE(listed[0].at("current").as_bool());
  EXPECT_EQ(listed[0].at("client").as_string(), "command");
  EXPECT_EQ(listed[1].at("client").as_string(), "browser");
  EXPECT_EQ(listed[1].at("begun_hour").as_int64(), hour + 1);
  const std::string other(listed[1].at("id").as_string());
  EXPECT_EQ(call(Method::del, "/api/v1/sessions/" + other, {}, one).status, 204);
  EXPECT_FALSE(is_in(two));
  EXPECT_EQ(call(Method::del, "/api/v1/sessions/" + other, {}, one).status, 404);
}

TEST_F(AccountsTest, ANewPassphraseEndsTheOtherSessions) {
  const auto one = sign_in("ana", 4).cookie;
  const auto secret = add_totp(one);
  later(30);
  const auto two = second(sign_in("ana", 4), code_of(secret)).cookie;
  const auto waiting = sign_in("ana", 4);
  const auto change = [&](Byte old) {
    return call(Method::put, "/api/v1/passphrase",
                {{"auth", console::encoded(filled<32>(old))}, {"salt", console::encoded(filled<16>(1))},
                 {"auth_hash", console::encoded(crypto::blake2b({filled<32>(8)}))}, {"wrapped_secret", console::encoded(ByteVector(72, 8))}},
                one);
  };
  EXPECT_EQ(change(7).status, 403);
  EXPECT_TRUE(is_in(two));
  EXPECT_EQ(change(4).status, 204);
  EXPECT_TRUE(is_in(one));
  EXPECT_FALSE(is_in(two));
  later(30);
  EXPECT_EQ(second(waiting, code_of(secret)).status, 403) << "tickets of the old passphrase end too";
  EXPECT_EQ(sign_in("ana", 4).status, 403);
  EXPECT_EQ(second(sign_in("ana", 8), code_of(secret)).status, 200);
}

TEST_F(AccountsTest, ASessionEndsWithWhatTheDatabaseSaysOfItsMember) {
  const auto set = [&](Byte fill) {
    const auto now = run_awaitable(stores->members().get(id_of<MemberId>(4))).value();
    ASSERT_TRUE(run_awaitable(stores->members().change_passphrase(now.id, now.auth_hash, {filled<16>(1), crypto::blake2b({filled<32>(fill)}), ByteVector(72, 8)})));
  };
  const auto one = sign_in("ana", 4).cookie;
  set(8);
  EXPECT_FALSE(is_in(one)) << "by nobody who asked this server";
  set(4);
  EXPECT_FALSE(is_in(one)) << "what has ended does not begin again";
  const auto own = sign_in("ana", 4).cookie;
  add_totp(own);
  EXPECT_EQ(call(Method::put, "/api/v1/passphrase",
                 {{"auth", console::encoded(filled<32>(4))}, {"salt", console::encoded(filled<16>(1))},
                  {"auth_hash", console::encoded(crypto::blake2b({filled<32>(8)}))}, {"wrapped_secret", console::encoded(ByteVector(72, 8))}}, own).status, 204);
  EXPECT_TRUE(is_in(own)) << "set in this very session";
  ASSERT_TRUE(run_awaitable(stores->members().remove(id_of<MemberId>(4))));
  EXPECT_FALSE(is_in(own));
}

TEST_F(AccountsTest, ThePaperCodeSetsANewPassphraseOnce) {
  const auto before = sign_in("ana", 4).cookie;
  add_totp(before);
  const auto begun = call(Method::post, "/api/v1/recovery", {{"name", "ana"}, {"recovery_auth", console::encoded(filled<32>(4))}});
  ASSERT_EQ(begun.status, 200);
  EXPECT_TRUE(is_in(before)) << "nothing has happened yet";
  const auto lines = run_awaitable(stores->log().list({.desk = desk})).value();
  EXPECT_TRUE(std::ranges::any_of(lines, [](const auto& line) { return line.activity.act == storage::Act::recovery_begun; })) << "but that the keys went out is kept";
  const json::object finish{{"ticket", begun.body.at("ticket")}, {"salt", console::encoded(filled<16>(1))},
                            {"auth_hash", console::encoded(crypto::blake2b({filled<32>(8)}))}, {"wrapped_secret", console::encoded(ByteVector(72, 8))},
                            {"recovery_wrapped", console::encoded(ByteVector(72, 9))}, {"recovery_auth_hash", console::encoded(crypto::blake2b({filled<32>(9)}))}};
  EXPECT_EQ(call(Method::post, "/api/v1/session/second", {{"ticket", begun.body.at("ticket")}, {"totp", "123456"}}).status, 403) << "another kind of ticket";
  EXPECT_EQ(call(Method::post, "/api/v1/recovery/finish", finish).status, 204);
  EXPECT_EQ(call(Method::post, "/api/v1/recovery/finish", finish).status, 403);
  EXPECT_EQ(call(Method::get, "/api/v1/session", {}, before).status, 401);
  EXPECT_TRUE(sign_in("ana", 8).body.at("must_enrol").as_bool()) << "second factors are gone";
  EXPECT_EQ(call(Method::post, "/api/v1/recovery", {{"name", "ana"}, {"recovery_auth", console::encoded(filled<32>(4))}}).status, 403) << "the old code too";
  EXPECT_EQ(call(Method::post, "/api/v1/recovery", {{"name", "ana"}, {"recovery_auth", console::encoded(filled<32>(9))}}).status, 200);
}

TEST_F(AccountsTest, AnAccountThatIsChangedWhileItsMemberSignsInGetsNoSession) {
  const auto olga = sign_in("olga", 5).cookie;
  add_totp(olga);
  const std::string member = "/api/v1/members/" + to_text(id_of<MemberId>(4));
  const auto is_refused = [](const Answer& answer) {
    return answer.status == 403 && answer.cookie.empty() && answer.body.at("detail").as_string().find("changed while you signed in") != std::string::npos;
  };
  // The line of the sign-in is written; what comes now ends all sessions of ana that there are.
  log().meanwhile = [&] {
    EXPECT_TRUE(run_awaitable(stores->members().change_passphrase(id_of<MemberId>(4), crypto::blake2b({filled<32>(4)}),
                                                                  {filled<16>(1), crypto::blake2b({filled<32>(8)}), ByteVector(72, 8)})));
  };
  EXPECT_TRUE(is_refused(sign_in("ana", 4))) << "another passphrase";
  const auto secret = add_totp(sign_in("ana", 8).cookie);
  later(30);
  const auto first = sign_in("ana", 8);
  log().meanwhile = [&] { EXPECT_EQ(call(Method::del, member + "/second-factors", {}, olga).status, 204); };
  EXPECT_TRUE(is_refused(second(first, code_of(secret)))) << "the second factor that was shown is taken away";
  log().meanwhile = [&] { EXPECT_EQ(call(Method::del, member, {}, olga).status, 204); };
  EXPECT_TRUE(is_refused(sign_in("ana", 8))) << "removed";
}

TEST_F(AccountsTest, WhatTheServerCannotDoNowIsNotToldAsAChangeOfTheAccount) {
  log().meanwhile = [&] { members().failure = Errc::busy; };
  const auto not_now = sign_in("ana", 4);
  EXPECT_EQ(not_now.status, 503);
  EXPECT_TRUE(not_now.cookie.empty());
  members().failure.reset();
  const auto in = sign_in("ana", 4);
  EXPECT_EQ(in.status, 200);
  EXPECT_EQ(call(Method::get, "/api/v1/session", {}, in.cookie).status, 200);
}

TEST_F(AccountsTest, ASecondStepThatFailedByOurFaultGoesOnWhenItIsSentAgain) {
  const auto secret = add_totp(sign_in("ana", 4).cookie);
  later(30);
  const auto first = sign_in("ana", 4);
  const std::string code = code_of(secret);
  log().failure = Errc::busy;
  for (int i = 0; i < 2; ++i) EXPECT_EQ(second(first, code).status, 503);
  log().failure.reset();
  EXPECT_EQ(second(sign_in("ana", 4), code).status, 403) << "the code is used, for everybody else";
  const auto in = second(first, code);
  ASSERT_EQ(in.status, 200) << "the very same again, as a program does after 503";
  EXPECT_TRUE(is_in(in.cookie));
  EXPECT_EQ(second(first, code).status, 403) << "once";
}

TEST_F(AccountsTest, ASecondStepThatFailedStillNeedsTheCodeThatWasRight) {
  const auto secret = add_totp(sign_in("ana", 4).cookie);
  later(30);
  const auto first = sign_in("ana", 4);
  log().failure = Errc::busy;
  EXPECT_EQ(second(first, code_of(secret)).status, 503);
  log().failure.reset();
  EXPECT_EQ(second(first, "abcdef").status, 403);
  EXPECT_EQ(second(first, code_of(secret)).status, 200);
}

TEST_F(AccountsTest, ARecoveryThatFailedByOurFaultGoesOnWhenItIsSentAgain) {
  const auto begun = call(Method::post, "/api/v1/recovery", {{"name", "ana"}, {"recovery_auth", console::encoded(filled<32>(4))}});
  ASSERT_EQ(begun.status, 200);
  const json::object finish{{"ticket", begun.body.at("ticket")}, {"salt", console::encoded(filled<16>(1))},
                            {"auth_hash", console::encoded(crypto::blake2b({filled<32>(8)}))}, {"wrapped_secret", console::encoded(ByteVector(72, 8))},
                            {"recovery_wrapped", console::encoded(ByteVector(72, 9))}, {"recovery_auth_hash", console::encoded(crypto::blake2b({filled<32>(9)}))}};
  members().failure = Errc::busy;
  EXPECT_EQ(call(Method::post, "/api/v1/recovery/finish", finish).status, 503);
  members().failure.reset();
  members().failure_of_recover = Errc::busy;
  EXPECT_EQ(call(Method::post, "/api/v1/recovery/finish", finish).status, 503);
  members().failure_of_recover.reset();
  EXPECT_EQ(sign_in("ana", 4).status, 200) << "nothing was changed";
  EXPECT_EQ(call(Method::post, "/api/v1/recovery/finish", finish).status, 204);
  EXPECT_EQ(call(Method::post, "/api/v1/recovery/finish", finish).status, 403) << "once";
  EXPECT_EQ(sign_in("ana", 8).status, 200);
}

TEST_F(AccountsTest, WithoutALineOfItNoKeysGoOut) {
  log().failure = Errc::storage_full;
  const auto begun = call(Method::post, "/api/v1/recovery", {{"name", "ana"}, {"recovery_auth", console::encoded(filled<32>(4))}});
  EXPECT_EQ(begun.status, 503);
  EXPECT_FALSE(begun.body.contains("recovery_wrapped"));
  const auto in = sign_in("ana", 4);
  EXPECT_EQ(in.status, 503);
  EXPECT_TRUE(in.cookie.empty());
  EXPECT_FALSE(in.body.contains("wrapped_secret"));
}

TEST_F(AccountsTest, OtherSitesPagesAreRefusedBeforeSignInToo) {
  for (const char* path : {"/api/v1/session", "/api/v1/session/second", "/api/v1/recovery", "/api/v1/recovery/finish"}) {
    EXPECT_EQ(call(Method::post, path, {{"name", "ana"}}, {}, {{"sec-fetch-site", "cross-site"}}).status, 403) << path;
    EXPECT_EQ(call(Method::post, path, {{"name", 1}}, {}, {{"sec-fetch-site", "same-origin"}}).status, 422) << path;
    EXPECT_EQ(call(Method::post, path, {{"name", "ana"}}, {}, {{"content-type", "application/x-www-form-urlencoded"}}).status, 422) << path;
  }
}

}  // namespace
}  // namespace hotline::test
