#include "server/sms/gateways.hpp"

#include "tests/unit/sms/twilio.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>

namespace {

using namespace hotline;
using namespace hotline::sms;
using test::a_text;
using test::Pairs;
using test::Sent;

Gateway twilio() { return Gateway::create(built_in_descriptor("twilio").value(), test::twilio_settings()).value(); }

Result<Verdict> judge(const Sent& sent, std::optional<std::string_view> path_token = std::nullopt) {
  return twilio().judge(sent.request, as_bytes(sent.body), path_token, test::now);
}

Pairs changed(Pairs pairs, const std::string& name, std::optional<std::string> value) {
  std::erase_if(pairs, [&](const auto& pair) { return pair.first == name; });
  if (value) pairs.emplace_back(name, *value);
  return pairs;
}

std::string text(const crypto::SecretBuffer& buffer) { return std::string(buffer.reveal_text()); }

TEST(Gateway, NameAndPasswordDoNotEndTheirPlaceInTheAddressForReports) {
  SmsSettings settings;
  settings.name = "k";
  settings.public_url = "https://h.example/sms/k";
  settings.token = SettingSecret("a@b:c/d:e?#é");
  const auto gateway = Gateway::create(built_in_descriptor("kannel").value(), settings);
  ASSERT_TRUE(gateway) << gateway.error().line;
  EXPECT_EQ(gateway->callback_url().reveal_text(), "https://a%40b:c%2Fd%3Ae%3F%23%C3%A9@h.example/sms/k");
}

TEST(Gateway, ReadsATextFromAFormAndFromAQuery) {
  for (const Sent& sent : {test::signed_post(a_text("Ayúdame 🙏\r\nestoy en…")), test::signed_get(a_text("Ayúdame 🙏\r\nestoy en…"))}) {
    const auto verdict = judge(sent);
    ASSERT_TRUE(verdict) << verdict.error();
    EXPECT_EQ(verdict->meaning, Meaning::message);
    EXPECT_EQ(text(verdict->messages.front().from), "+5016001234");
    EXPECT_EQ(text(verdict->messages.front().to), "+5018005551");
    EXPECT_EQ(text(verdict->messages.front().id), "SM0123456789abcdef0123456789abcdef");
    EXPECT_EQ(text(verdict->messages.front().text), "Ayúdame 🙏\nestoy en…");
    EXPECT_TRUE(verdict->messages.front().flags.empty());
    EXPECT_TRUE(verdict->messages.front().media.empty());
  }
}

TEST(Gateway, ReadsATextFromJsonThatTheQueryBinds) {
  const std::string body = R"({"MessageSid":"SM1","From":"+5016001234","To":"+5018005551","Body":"hola"})";
  const auto hash = [](const std::string& of) {
    unsigned char bytes[32];
    unsigned int size = 0;
    EVP_Digest(of.data(), of.size(), bytes, &size, EVP_sha256(), nullptr);
    std::string hex;
    for (const unsigned char byte : bytes) hex += {"0123456789abcdef"[byte >> 4], "0123456789abcdef"[byte & 15]};
    return hex;
  };
  const auto send = [](const std::string& what, const std::string& query) {
    return test::post(what, test::twilio_signature(test::twilio_token, test::twilio_url + "?" + query, {}), "application/json", query);
  };
  const std::string query = "a=1&bodySHA256=" + hash(body);
  const auto verdict = judge(send(body, query));
  ASSERT_TRUE(verdict) << verdict.error();
  EXPECT_EQ(text(verdict->messages.front().text), "hola");
  EXPECT_EQ(judge(send(body + " ", query)).error(), Errc::authentication_failed);
  EXPECT_EQ(judge(send(body, "a=1")).error(), Errc::authentication_failed);
  EXPECT_EQ(judge(send(body, "bodySHA256=")).error(), Errc::authentication_failed);
  EXPECT_EQ(judge(send("{}", "bodySHA256=" + hash("{}")))->messages.front().flags, std::vector<std::string>{"unreadable"});
}

TEST(Gateway, TamperingIsRefused) {
  const Sent good = test::signed_post(a_text());
  const std::string signature = test::twilio_signature(test::twilio_token, test::twilio_url, a_text());
  EXPECT_TRUE(judge(good));
  EXPECT_EQ(judge(test::post(test::form(a_text("They took my pass")), signature)).error(), Errc::authentication_failed);
  EXPECT_EQ(judge(test::post(good.body + "&x=y", signature)).error(), Errc::authentication_failed);
  EXPECT_EQ(judge(test::post(good.body, signature, "application/x-www-form-urlencoded", "x=y")).error(), Errc::authentication_failed);
  EXPECT_EQ(judge(test::post(good.body, "")).error(), Errc::authentication_failed);
  EXPECT_EQ(judge(test::post(good.body, "not base64!")).error(), Errc::authentication_failed);
  EXPECT_EQ(judge(test::post(good.body, signature.substr(0, 24))).error(), Errc::authentication_failed);
  Sent bare = test::signed_post(a_text());
  bare.request.headers.pop_back();
  EXPECT_EQ(judge(bare).error(), Errc::authentication_failed);
  // The signature of a GET is over its address: it must not carry a form, nor another query.
  Sent get = test::signed_get(a_text());
  get.request.raw_query += "&Body=other";
  EXPECT_EQ(judge(get).error(), Errc::authentication_failed);
  Sent other_method = test::signed_get(a_text());
  other_method.request.method = http::Method::post;
  other_method.request.headers[1].second = "application/x-www-form-urlencoded";
  other_method.body = test::form(a_text("forged"));
  EXPECT_EQ(judge(other_method).error(), Errc::authentication_failed);
}

TEST(Gateway, HostAndForwardedHeadersCountForNothing) {
  Sent sent = test::signed_post(a_text());
  sent.request.headers.emplace_back("x-forwarded-host", "evil.example");
  sent.request.headers.emplace_back("x-forwarded-proto", "http");
  EXPECT_TRUE(judge(sent));
}

TEST(Gateway, WhatProvedItselfButCannotBeReadIsKeptWhole) {
  for (const std::optional<std::string>& value : {std::optional<std::string>(), std::optional<std::string>("")}) {
    for (const char* name : {"From", "To", "MessageSid", "Body"}) {
      if (value && std::string(name) == "Body") continue;   // an empty text is one
      const Sent sent = test::signed_post(changed(a_text(), name, value));
      const auto verdict = judge(sent);
      ASSERT_TRUE(verdict) << name;
      ASSERT_EQ(verdict->messages.size(), 1U);
      const Message& message = verdict->messages.front();
      EXPECT_EQ(message.flags, std::vector<std::string>{"unreadable"}) << name;
      EXPECT_EQ(text(message.raw), sent.body);
      EXPECT_FALSE(message.dedupe.empty());
      // What can be told is told.
      EXPECT_EQ(text(message.from), std::string(name) == "From" ? "" : "+5016001234");
      EXPECT_EQ(text(message.text), std::string(name) == "Body" ? sent.body : "They took my passport");
      EXPECT_EQ(text(judge(sent)->messages.front().dedupe), text(message.dedupe)) << "a second delivery is known again";
    }
  }
  const auto other = judge(test::signed_post(changed(a_text("other"), "To", std::nullopt)));
  EXPECT_NE(text(other->messages.front().dedupe), text(judge(test::signed_post(changed(a_text(), "To", std::nullopt)))->messages.front().dedupe));
}

TEST(Gateway, MergedParametersKeepTheSignatureButAreNoMessageOfAnybody) {
  // "…Body" + text + "From" + number reads the same when From is made part of Body's value.
  const Pairs original{{"Body", "hi"}, {"From", "+5016001234"}, {"MessageSid", "SM1"}, {"To", "+5018005551"}};
  const Pairs merged{{"Body", "hiFrom+5016001234"}, {"MessageSid", "SM1"}, {"To", "+5018005551"}};
  const std::string signature = test::twilio_signature(test::twilio_token, test::twilio_url, original);
  EXPECT_TRUE(judge(test::post(test::form(original), signature))->messages.front().flags.empty());
  EXPECT_EQ(signature, test::twilio_signature(test::twilio_token, test::twilio_url, merged));
  const auto verdict = judge(test::post(test::form(merged), signature));
  ASSERT_TRUE(verdict);
  EXPECT_EQ(verdict->messages.front().flags, std::vector<std::string>{"unreadable"});
  EXPECT_TRUE(verdict->messages.front().from.empty());
}

TEST(Gateway, AnEmptyTextIsAMessage) {
  const auto verdict = judge(test::signed_post(a_text("")));
  ASSERT_TRUE(verdict) << verdict.error();
  EXPECT_TRUE(verdict->messages.front().text.empty());
}

TEST(Gateway, MediaAreKeptWithTheText) {
  Pairs pairs = changed(a_text(""), "NumMedia", "2");
  pairs.insert(pairs.end(), {{"MediaUrl0", "https://api.twilio.com/a"}, {"MediaContentType0", "image/jpeg"}, {"MediaUrl1", "https://api.twilio.com/b"},
                             {"MediaUrl7", "https://api.twilio.com/not-counted"}});
  const auto verdict = judge(test::signed_post(pairs));
  ASSERT_TRUE(verdict) << verdict.error();
  ASSERT_EQ(verdict->messages.front().media.size(), 2U);
  EXPECT_EQ(text(verdict->messages.front().media[0].url), "https://api.twilio.com/a");
  EXPECT_EQ(text(verdict->messages.front().media[0].type), "image/jpeg");
  EXPECT_EQ(text(verdict->messages.front().media[1].url), "https://api.twilio.com/b");
  EXPECT_TRUE(judge(test::signed_post(changed(pairs, "Body", std::nullopt))));
  for (const char* count : {"-1", "99999999999999999999", "x", ""}) {
    EXPECT_TRUE(judge(test::signed_post(changed(pairs, "NumMedia", count)))) << count;
  }
}

TEST(Gateway, ReportsOnSentMessagesAreNoMessages) {
  for (const char* status : {"sent", "delivered", "failed"}) {
    Pairs pairs{{"MessageSid", "SM1"}, {"MessageStatus", status}, {"SmsStatus", status}, {"To", "+5016001234"}};
    const auto verdict = judge(test::signed_post(pairs));
    ASSERT_TRUE(verdict) << verdict.error();
    EXPECT_EQ(verdict->meaning, Meaning::status);
  }
  EXPECT_EQ(judge(test::signed_post(changed(a_text(), "MessageStatus", "received")))->meaning, Meaning::message);
}

TEST(Gateway, WhatACaseworkerShouldKnowIsFlagged) {
  EXPECT_EQ(judge(test::signed_post(changed(a_text("STOP"), "OptOutType", "STOP")))->messages.front().flags, std::vector<std::string>{"opt-out"});
  const auto broken = judge(test::signed_post(a_text("ayuda \xFF")));
  ASSERT_TRUE(broken);
  EXPECT_EQ(broken->messages.front().flags, std::vector<std::string>{"text-repaired"});
  EXPECT_EQ(text(broken->messages.front().text), "ayuda \xEF\xBF\xBD");
  Pairs twice = a_text("first");
  twice.emplace_back("Body", "second");
  const auto repeated = judge(test::signed_post(twice));
  ASSERT_TRUE(repeated);
  EXPECT_EQ(repeated->messages.front().flags, std::vector<std::string>{"repeated-field"});
  EXPECT_EQ(text(repeated->messages.front().text), "first");
}

TEST(Gateway, OtherMediaTypesAndUnreadableBodiesAreRefused) {
  Sent sent = test::signed_post(a_text());
  for (const char* type : {"", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencodedx"}) {
    sent.request.headers[1].second = type;
    EXPECT_EQ(judge(sent).error(), Errc::unsupported) << type;
  }
  sent.request.headers[1].second = "Application/X-WWW-Form-Urlencoded; charset=UTF-8";
  EXPECT_TRUE(judge(sent));
  EXPECT_EQ(judge(test::post("From=%", "")).error(), Errc::malformed);
  Pairs many;
  for (int i = 0; i < 201; ++i) many.emplace_back("f" + std::to_string(i), "");
  EXPECT_EQ(judge(test::signed_post(many)).error(), Errc::too_large);
}

TEST(Gateway, APathTokenIsDemandedWhereOneIsSet) {
  SmsSettings settings = test::twilio_settings();
  settings.path_token = SettingSecret("0123456789abcdef0123456789abcdef");
  const auto gateway = Gateway::create(built_in_descriptor("twilio").value(), settings);
  const std::string url = test::twilio_url + "/0123456789abcdef0123456789abcdef";
  const Sent sent = test::post(test::form(a_text()), test::twilio_signature(test::twilio_token, url, a_text()));
  EXPECT_TRUE(gateway->judge(sent.request, as_bytes(sent.body), "0123456789abcdef0123456789abcdef", test::now));
  for (const std::optional<std::string_view> wrong :
       {std::optional<std::string_view>(), std::optional<std::string_view>(""), std::optional<std::string_view>("0123456789abcdef0123456789abcdee")}) {
    EXPECT_EQ(gateway->judge(sent.request, as_bytes(sent.body), wrong, test::now).error(), Errc::authentication_failed);
  }
  EXPECT_EQ(judge(test::signed_post(a_text()), "x").error(), Errc::authentication_failed);
}

TEST(Gateway, DedupeFallsBackToTheFieldsThatTheDescriptorNames) {
  const std::string toml = R"(name = "T"
methods = ["POST"]
accept = ["application/x-www-form-urlencoded"]
[[auth]]
kind = "equal"
field = "secret"
[message]
from = "f"
text = "t"
id = "i"
[dedupe]
by = ["id"]
otherwise = ["from", "text"]
[respond.accepted]
status = 200
)";
  SmsSettings settings = test::twilio_settings();
  settings.token = SettingSecret("key");
  const auto gateway = Gateway::create(parse_descriptor(toml, "t").value(), settings);
  const auto dedupe = [&](const std::string& body) {
    const Sent sent = test::post("secret=key&" + body, "");
    return text(gateway->judge(sent.request, as_bytes(sent.body), std::nullopt, test::now).value().messages.front().dedupe);
  };
  EXPECT_EQ(dedupe("i=7&f=1&t=x"), "7");
  EXPECT_EQ(dedupe("f=1&t=x"), dedupe("f=1&t=x&i="));
  EXPECT_NE(dedupe("f=1&t=x"), dedupe("f=1&t=y"));
  EXPECT_NE(dedupe("f=12&t=3"), dedupe("f=1&t=23"));
  EXPECT_FALSE(dedupe("f=1&t=").empty());
}

TEST(Gateway, AChallengeIsAnsweredOnTheSecretPathAloneAndProvesNothingElse) {
  SmsSettings settings = test::twilio_settings();
  settings.path_token = SettingSecret("0123456789abcdef0123456789abcdef");
  const auto gateway = Gateway::create(built_in_descriptor("whatsapp").value(), settings);
  const auto ask = [&](const std::string& query, const std::string& path = "0123456789abcdef0123456789abcdef") {
    http::Request request;
    request.raw_query = query;
    return gateway->judge(request, {}, path, test::now);
  };
  const auto verdict = ask("hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=x");
  ASSERT_TRUE(verdict) << verdict.error();
  EXPECT_EQ(verdict->meaning, Meaning::challenge);
  EXPECT_EQ(verdict->challenge, "1158201444");
  EXPECT_TRUE(verdict->messages.empty());
  EXPECT_EQ(ask("hub.challenge=1", "").error(), Errc::authentication_failed);
  EXPECT_EQ(ask("hub.challenge=%3Cscript%3E").error(), Errc::malformed);
  EXPECT_EQ(ask("hub.challenge=").error(), Errc::malformed);
  EXPECT_EQ(ask("entry.0.changes.0.value.messages.0.from=1&entry.0.changes.0.value.messages.0.id=2").error(), Errc::authentication_failed);
  EXPECT_EQ(ask("hub.challenge=1&entry.0.changes.0.value.messages.0.id=2").error(), Errc::authentication_failed);
  EXPECT_EQ(ask("x=y").error(), Errc::authentication_failed);
}

TEST(Gateway, ASecretThatIsSentItselfIsNotKept) {
  SmsSettings settings = test::twilio_settings();
  settings.token = SettingSecret("s3cret/of+them");
  const auto kept = [&](const std::string& toml, const Sent& sent) {
    const auto gateway = Gateway::create(parse_descriptor(toml, "t").value(), settings);
    const auto verdict = gateway->judge(sent.request, as_bytes(sent.body), std::nullopt, test::now);
    EXPECT_TRUE(verdict) << verdict.error();
    EXPECT_EQ(text(verdict->messages.front().raw), text(verdict->messages.front().text));
    return text(verdict->messages.front().raw);
  };
  const std::string rest = "[message]\nfrom = \"f\"\ntext = \"t\"\n[dedupe]\nby = [\"from\", \"text\"]\n[respond.accepted]\nstatus = 200\n";
  const std::string post = "name = \"T\"\nmethods = [\"POST\"]\naccept = [\"application/json\", \"application/x-www-form-urlencoded\"]\n";
  const std::string equal = "[[auth]]\nkind = \"equal\"\nfield = \"k\"\n";
  EXPECT_EQ(kept(post + equal + rest, test::post("f=1&k=s3cret%2fof%2Bthem&a=s3cret/x", "")), "f=1&k=xxxxxxxxxxxxxxxxxx&a=s3cret/x");
  EXPECT_EQ(kept(post + equal + rest, test::post("{\"f\":1,\"k\":\"s3cret/of+them\"}", "", "application/json")), "{\"f\":1,\"k\":\"xxxxxxxxxxxxxx\"}");
}

TEST(Gateway, SettingsThatTheDescriptorCannotUseAreNamed) {
  const auto says = [](SmsSettings settings, const std::string& kind) {
    const std::string toml = "name = \"T\"\nmethods = [\"POST\"]\naccept = [\"application/json\"]\n[[auth]]\n" + kind +
                             "\n[message]\nfrom = \"f\"\ntext = \"t\"\n[dedupe]\nby = [\"from\", \"text\"]\n[respond.accepted]\nstatus = 200\n";
    const auto gateway = Gateway::create(parse_descriptor(toml, "t").value(), settings);
    return gateway ? "none" : gateway.error().line;
  };
  const std::string hmac = "kind = \"hmac\"\nalgorithm = \"sha256\"\nmessage = [\"body\"]\nsignature = \"header:s\"\nencoding = \"hex\"\n";
  SmsSettings settings = test::twilio_settings();
  EXPECT_EQ(says(test::twilio_settings(), hmac), "none");
  settings.token = {};
  EXPECT_EQ(says(std::move(settings), hmac), "[sms.twilio] token is missing; add the token that T signs with");
  EXPECT_NE(says(test::twilio_settings(), hmac + "key = \"hex\"").find("token must be hex"), std::string::npos);
  EXPECT_NE(says(test::twilio_settings(), "kind = \"none\"").find("path_token is missing"), std::string::npos);
  // A key of nothing is one that everybody has.
  settings = test::twilio_settings();
  settings.token = SettingSecret("whsec_");
  EXPECT_NE(says(std::move(settings), hmac + "key = \"base64\"\nkey_prefix = \"whsec_\"").find("token must be base64"), std::string::npos);
  settings = test::twilio_settings();
  settings.token = SettingSecret("whsec_");
  EXPECT_NE(says(std::move(settings), hmac + "key_prefix = \"whsec_\"").find("token is only"), std::string::npos);
  for (const char* token : {"name", "name:", ":password", ":"}) {
    settings = test::twilio_settings();
    settings.token = SettingSecret(token);
    EXPECT_NE(says(std::move(settings), "kind = \"basic\"").find("token must be NAME:PASSWORD"), std::string::npos) << token;
  }
  settings = test::twilio_settings();
  settings.public_url += "?a=1";
  EXPECT_NE(says(std::move(settings), hmac).find("public_url must end before"), std::string::npos);
}

TEST(Gateways, TheirDesksMustBeThere) {
  std::vector<SmsSettings> settings;
  settings.push_back(test::twilio_settings());
  const std::vector<storage::Desk> desks{{.id = {}, .name = "Belize City"}};
  EXPECT_TRUE(Gateways::create(settings)->check_desks(desks));
  EXPECT_TRUE(Gateways::create(settings)->check_desks({}));
  settings[0].desk = "Belize City";
  EXPECT_TRUE(Gateways::create(settings)->check_desks(desks));
  settings[0].desk = "Belmopan";
  EXPECT_EQ(Gateways::create(settings)->check_desks(desks).error().line,
            "[sms.twilio] desk: there is no desk of that name; hotline desk list shows them");
}

TEST(Gateways, AreMadeOfBuiltInsAndFiles) {
  const auto folder = std::filesystem::temp_directory_path() / ("hotline-sms-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  std::ofstream(folder / "mine.toml") << "name = 1\n";
  std::vector<SmsSettings> settings;
  settings.push_back(test::twilio_settings());
  auto gateways = Gateways::create(settings);
  ASSERT_TRUE(gateways);
  EXPECT_NE(gateways->find("twilio"), nullptr);
  EXPECT_EQ(gateways->find("twili"), nullptr);

  settings[0].gateway = "";
  settings[0].descriptor = folder / "mine.toml";
  EXPECT_TRUE(Gateways::create(settings).error().line.starts_with((folder / "mine.toml:1: name").string()));
  settings[0].descriptor = folder / "none.toml";
  EXPECT_NE(Gateways::create(settings).error().line.find("none.toml: cannot be read"), std::string::npos);
  settings[0].descriptor = folder;
  EXPECT_NE(Gateways::create(settings).error().line.find("cannot be read"), std::string::npos);
  settings[0].descriptor.clear();
  settings[0].gateway = "nobody";
  EXPECT_NE(Gateways::create(settings).error().line.find("[sms.twilio] gateway: no gateway of that name"), std::string::npos);
  std::filesystem::copy_file(HOTLINE_SOURCE_DIR "/server/sms/gateways/twilio.toml", folder / "twilio.toml");
  settings[0].descriptor = folder / "twilio.toml";
  EXPECT_TRUE(Gateways::create(settings));
  std::filesystem::remove_all(folder);
}

}  // namespace
