#include "server/sms/signature.hpp"

#include "crypto/encoding.hpp"
#include "server/sms/hmac.hpp"
#include "tests/unit/sms/twilio.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace {

using namespace hotline;
using namespace hotline::sms;
using test::Pairs;
using test::Sent;

boost::json::array vectors() {
  std::ifstream file(HOTLINE_SOURCE_DIR "/tests/vectors/sms/twilio.json");
  return boost::json::parse(std::string(std::istreambuf_iterator<char>(file), {})).as_array();
}

/// One vector as a request to a gateway of that token and public URL.
struct VectorCase {
  explicit VectorCase(const boost::json::value& vector) {
    url = vector.at("url").as_string().c_str();
    signature = vector.at("signature").as_string().c_str();
    const std::size_t query = url.find('?');
    settings = test::twilio_settings();
    settings.token = SettingSecret(std::string_view(vector.at("token").as_string()));
    settings.public_url = url.substr(0, query);
    raw_query = url.substr(query + 1);
    for (const auto& [name, value] : vector.at("params").as_object()) {
      if (value.is_string()) pairs.emplace_back(name, value.as_string());
      if (value.is_array()) {
        for (const auto& one : value.as_array()) pairs.emplace_back(name, one.as_string());
      }
    }
    if (const auto* json_body = vector.as_object().if_contains("body")) {
      body = json_body->as_string();
      type = "application/json";
    } else {
      body = test::form(pairs);
    }
  }

  /// Whether the gateway believes that Twilio sent it. The vectors are of calls, so nothing in them is a message, and all is kept whole.
  bool holds() const {
    const auto gateway = Gateway::create(built_in_descriptor("twilio").value(), settings);
    Sent sent = test::post(body, signature, type, raw_query);
    const auto verdict = gateway->judge(sent.request, as_bytes(body), std::nullopt, test::now);
    if (!verdict) {
      EXPECT_EQ(verdict.error(), Errc::authentication_failed);
      return false;
    }
    EXPECT_EQ(verdict->messages.front().flags, std::vector<std::string>{"unreadable"});
    return true;
  }

  std::string url, signature, raw_query, body;
  std::string type = "application/x-www-form-urlencoded";
  Pairs pairs;
  SmsSettings settings;
};

TEST(TwilioVectors, AllHold) {
  int count = 0;
  for (const auto& vector : vectors()) {
    EXPECT_TRUE(VectorCase(vector).holds()) << vector.at("note").as_string();
    ++count;
  }
  EXPECT_EQ(count, 15);
}

TEST(TwilioVectors, StandardPortsHoldWhetherConfiguredOrNot) {
  int with_port = 0;
  for (const auto& vector : vectors()) {
    VectorCase c(vector);
    for (const std::string port : {":443", ":80"}) {
      const std::size_t at = c.settings.public_url.find(port + "/");
      if (at == std::string::npos) continue;
      c.settings.public_url.erase(at, port.size());
      EXPECT_TRUE(c.holds()) << vector.at("note").as_string();
      ++with_port;
    }
  }
  EXPECT_EQ(with_port, 4);
}

TEST(TwilioVectors, NoneHoldsOnceAnythingIsTouched) {
  for (const auto& vector : vectors()) {
    const auto note = vector.at("note").as_string();
    {
      VectorCase c(vector);
      c.signature[3] = c.signature[3] == 'A' ? 'B' : 'A';
      EXPECT_FALSE(c.holds()) << note << " signature";
    }
    {
      VectorCase c(vector);
      c.signature.pop_back();
      EXPECT_FALSE(c.holds()) << note << " cut signature";
    }
    {
      VectorCase c(vector);
      c.settings.public_url += "x";
      EXPECT_FALSE(c.holds()) << note << " URL";
    }
    {
      VectorCase c(vector);
      c.raw_query += "1";
      EXPECT_FALSE(c.holds()) << note << " query";
    }
    {
      VectorCase c(vector);
      c.settings.token = SettingSecret("123456");
      EXPECT_FALSE(c.holds()) << note << " token";
    }
    {
      VectorCase c(vector);
      c.body = c.type == "application/json" ? c.body + " " : c.body + "&Digits=9";
      EXPECT_FALSE(c.holds()) << note << " body";
    }
  }
}

TEST(TwilioVectors, ASignatureOfTheAddressAloneDoesNotCoverAForm) {
  for (const auto& vector : vectors()) {
    if (vector.as_object().if_contains("body") == nullptr) continue;
    VectorCase c(vector);
    c.type = "application/x-www-form-urlencoded";
    c.body = "From=%2B5016001234";
    EXPECT_FALSE(c.holds()) << vector.at("note").as_string();
  }
}

TEST(TwilioSignature, RepeatedNamesCountOnceAndInAnyOrder) {
  const Pairs sorted{{"A", "1"}, {"A", "2"}, {"B", "x"}};
  const std::string signature = test::twilio_signature(test::twilio_token, test::twilio_url, sorted);
  const auto gateway = Gateway::create(built_in_descriptor("twilio").value(), test::twilio_settings());
  for (const std::string body : {"A=1&A=2&B=x", "B=x&A=2&A=1", "A=2&B=x&A=1&A=2"}) {
    Sent sent = test::post(body, signature);
    EXPECT_TRUE(gateway->judge(sent.request, as_bytes(body), std::nullopt, test::now)) << body;
  }
  Sent sent = test::post("A=1&B=x", signature);
  EXPECT_EQ(gateway->judge(sent.request, as_bytes(sent.body), std::nullopt, test::now).error(), Errc::authentication_failed);
}

// The rest of what a descriptor can say, each against values that were computed with Python's hmac and hashlib.

/// A descriptor with one [[auth]] of the given lines.
Descriptor with_auth(const std::string& lines) {
  const std::string toml = "name = \"T\"\nmethods = [\"POST\"]\naccept = [\"application/json\", \"application/x-www-form-urlencoded\"]\n[[auth]]\n" +
                           lines + "\n[message]\nfrom = \"f\"\ntext = \"t\"\n[dedupe]\nby = [\"from\", \"text\"]\n[respond.accepted]\nstatus = 200\n";
  auto descriptor = parse_descriptor(toml, "test.toml");
  EXPECT_TRUE(descriptor) << (descriptor ? "" : descriptor.error().line);
  return std::move(descriptor.value());
}

bool holds(const std::string& auth_lines, Sent sent, const std::string& token, const std::string& url = "https://a.example/x") {
  const Descriptor descriptor = with_auth(auth_lines);
  const auto fields = sent.request.media_type() == "application/json" ? parse_json_fields(as_bytes(sent.body), 100)
                                                                        : parse_form_fields(as_bytes(sent.body), 100);
  return proves(descriptor.auth.front(), SignedRequest{sent.request, as_bytes(sent.body), *fields, url, test::now, true}, as_bytes(token)).holds;
}

Sent with_header(std::string body, const std::string& type, Pairs headers, const std::string& query = {}) {
  Sent sent = test::post(std::move(body), "", type, query);
  for (auto& header : headers) sent.request.headers.push_back(std::move(header));
  return sent;
}

TEST(Signature, BodyLiteralAndHeaderWithPrefix) {
  const std::string auth = R"(kind = "hmac"
algorithm = "sha256"
message = ["header:x-timestamp", "literal:.", "body"]
signature = "header:X-Signature"
prefix = "sha256="
encoding = "hex")";
  const std::string signature = "37f7fecd2cef9ea876982a98c8925572d779e647043db3f6ef9480d75e614be7";
  const auto send = [&](const std::string& sign) { return with_header(R"({"f":"1"})", "application/json", {{"x-timestamp", "1719823259"}, {"x-signature", sign}}); };
  EXPECT_TRUE(holds(auth, send("sha256=" + signature), "key"));
  EXPECT_FALSE(holds(auth, send(signature), "key"));
  EXPECT_FALSE(holds(auth, send("sha256="), "key"));
  EXPECT_FALSE(holds(auth, send("sha256=" + signature + "00"), "key"));
  EXPECT_FALSE(holds(auth, send("sha256=" + signature), "kez"));
}

TEST(Signature, KeysInHexAndBase64AndSha512) {
  const std::string lines = "kind = \"hmac\"\nalgorithm = \"sha512\"\nmessage = [\"body\"]\nsignature = \"header:s\"\nencoding = \"base64\"\n";
  const Pairs header{{"s", "WbsOnxwGKvBQ5fL57SmN++9MbblO9/K8OWQ/I2SjK9JqWg9PAHcOAS/O/6GXymEZTLB8/l5di5NIIg9t5/D5RQ=="}};
  EXPECT_TRUE(holds(lines + "key = \"hex\"", with_header("{}", "application/json", header), "00ff10"));
  EXPECT_TRUE(holds(lines + "key = \"base64\"", with_header("{}", "application/json", header), "AP8Q"));
  EXPECT_FALSE(holds(lines, with_header("{}", "application/json", header), "00ff10"));
}

TEST(Signature, UrlWithoutQueryAndRawHashOfTheBody) {
  const std::string lines = R"(kind = "hmac"
algorithm = "sha256"
message = ["url_without_query", "literal:\n", "sha256:body", "secret", "query:n"]
signature = "header:s"
encoding = "base64")";
  EXPECT_TRUE(holds(lines, with_header(R"({"a":1})", "application/json", {{"s", "+OkAMQHwXcSh2JFLn6tMPgeCG3Fd6v5iPzC3jakfctU="}}, "q=1&n=a%20b"), "key"));
  EXPECT_FALSE(holds(lines, with_header(R"({"a":1})", "application/json", {{"s", "+OkAMQHwXcSh2JFLn6tMPgeCG3Fd6v5iPzC3jakfctU="}}, "q=1&n=a%20c"), "key"));
}

TEST(Signature, ParametersWithSeparatorsAndEachRuleForRepeatedNames) {
  const auto auth = [](const std::string& repeated) {
    return "kind = \"hmac\"\nalgorithm = \"sha1\"\nmessage = [\"parameters\"]\nsignature = \"sig\"\nencoding = \"hex\"\n"
           "parameters = { repeated = \"" + repeated + "\", assign = \"=\", between = \"&\", exclude = [\"sig\"] }";
  };
  const std::pair<const char*, const char*> rules[] = {
      {"sort", "06106aa24f759831a4359553221e43dd1cfeebcc"}, {"set", "70678b809a51d729126d4e2d87cc99933831cca5"}, {"first", "9e755953a7cb12624d30bd54fa6747a6aced0980"}, {"replace", "c4df21a4e8f02b3f98979cbe3b3c18f3071e2434"}};
  for (const auto& [rule, signature] : rules) {
    for (const auto& [other, other_signature] : rules) {
      Sent sent = test::post(std::string("k=b&z=1&k=c&k=a&k=b&k=a&sig=") + signature, "");
      EXPECT_EQ(holds(auth(other), std::move(sent), "key"), rule == other) << rule << " as " << other;
    }
  }
}

TEST(Signature, AlternativesCountForTheirMethodsAndMediaTypesAlone) {
  const Descriptor twilio = built_in_descriptor("twilio").value();
  const auto fitting = [&](http::Method method, std::string_view type) {
    std::string which;
    for (std::size_t i = 0; i < twilio.auth.size(); ++i) {
      if (applies(twilio.auth[i], method, type)) which += std::to_string(i);
    }
    return which;
  };
  EXPECT_EQ(fitting(http::Method::post, "application/x-www-form-urlencoded"), "0");
  EXPECT_EQ(fitting(http::Method::post, "application/json"), "1");
  EXPECT_EQ(fitting(http::Method::get, ""), "2");
  EXPECT_EQ(fitting(http::Method::post, ""), "");
  EXPECT_EQ(fitting(http::Method::put, "application/json"), "");
}

TEST(Signature, EqualField) {
  const std::string lines = "kind = \"equal\"\nfield = \"secret\"";
  EXPECT_TRUE(holds(lines, test::post("secret=a%2Bb&f=1", ""), "a+b"));
  EXPECT_FALSE(holds(lines, test::post("secret=a%2Bc&f=1", ""), "a+b"));
  EXPECT_FALSE(holds(lines, test::post("secret=a%2Bb%00&f=1", ""), "a+b"));
  EXPECT_FALSE(holds(lines, test::post("f=1", ""), "a+b"));
  EXPECT_FALSE(holds(lines, test::post("f=1", ""), ""));
}

TEST(Signature, PortsOfAddresses) {
  const struct {
    const char *url, *without, *with;
  } cases[] = {
      {"https://a.example/x", "https://a.example/x", "https://a.example:443/x"},
      {"http://a.example/x", "http://a.example/x", "http://a.example:80/x"},
      {"https://a.example:8443/x:1", "https://a.example/x:1", "https://a.example:8443/x:1"},
      {"https://a.example", "https://a.example", "https://a.example:443"},
      {"https://u:p@a.example/x", "https://u:p@a.example/x", "https://u:p@a.example:443/x"},
      {"https://u:p@a.example:1/x", "https://u:p@a.example/x", "https://u:p@a.example:1/x"},
      {"https://[2001:db8::1]/x", "https://[2001:db8::1]/x", "https://[2001:db8::1]:443/x"},
      {"https://[2001:db8::1]:9/x", "https://[2001:db8::1]/x", "https://[2001:db8::1]:9/x"},
  };
  for (const auto& c : cases) {
    EXPECT_EQ(url_without_port(c.url), c.without);
    EXPECT_EQ(url_with_port(c.url), c.with);
  }
}

TEST(Hmac, PublishedVectors) {
  // RFC 2202 test 2 and RFC 4231 test 2.
  const auto mac = [](HashAlgorithm algorithm, std::string_view key, std::string_view text) {
    Hmac hmac(algorithm, as_bytes(key));
    hmac.update(as_bytes(text.substr(0, 5)));
    hmac.update(as_bytes(text.substr(5)));
    return crypto::to_hex(hmac.finish().view());
  };
  EXPECT_EQ(mac(HashAlgorithm::sha1, "Jefe", "what do ya want for nothing?"), "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79");
  EXPECT_EQ(mac(HashAlgorithm::sha256, "Jefe", "what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  EXPECT_EQ(mac(HashAlgorithm::sha512, "Jefe", "what do ya want for nothing?"),
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
            "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737");
  EXPECT_EQ(mac(HashAlgorithm::sha1, "", "hello"), mac(HashAlgorithm::sha1, std::string_view("\0", 1), "hello"));
}

}  // namespace
