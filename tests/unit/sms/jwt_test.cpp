#include "server/sms/jwt.hpp"

#include "tests/unit/sms/sides.hpp"

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace hotline;
using namespace hotline::sms;
using test::now;

const std::string key = "a key of the gateway";
const std::string url = "https://report.example/sms/line?a=b";
const std::string body = "{\"text\":\"hola\"}";

JwtAuth rules() {
  JwtAuth auth;
  auth.algorithms = {HashAlgorithm::sha256};
  auth.issuer = "them";
  auth.body_claim = "payload_hash";
  auth.url_claim = "url_hash";
  return auth;
}

boost::json::object claims() {
  return {{"iss", "them"}, {"iat", now}, {"payload_hash", test::to_hex(test::digest(EVP_sha256(), body))}, {"url_hash", test::to_hex(test::digest(EVP_sha256(), url))}};
}

std::string check(const JwtAuth& auth, const std::string& token) {
  const Proof proof = check_jwt(auth, token, as_bytes(key), url, as_bytes(body), now);
  return !proof.holds ? "no" : proof.late ? "late" : "yes";
}
std::string check(const boost::json::object& of) { return check(rules(), test::jwt(of, key)); }

TEST(Jwt, TheExampleOfTheStandardHolds) {
  // RFC 7515, appendix A.1: iss joe, exp 1300819380.
  const std::string token =
      "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ."
      "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
  const unsigned char secret[] = {3,   35,  53,  75,  43,  15,  165, 188, 131, 126, 6,   101, 119, 123, 166, 143, 90,  179, 40,  230, 240, 84,
                                  201, 40,  169, 15,  132, 178, 210, 80,  46,  191, 211, 251, 90,  146, 210, 6,   71,  239, 150, 138, 180, 195,
                                  119, 98,  61,  34,  61,  46,  33,  114, 5,   46,  79,  8,   192, 205, 154, 245, 103, 208, 128, 163};
  JwtAuth auth;
  auth.algorithms = {HashAlgorithm::sha256};
  EXPECT_TRUE(check_jwt(auth, token, secret, url, as_bytes(body), 1'300'819'000).holds);
  EXPECT_FALSE(check_jwt(auth, token, secret, url, as_bytes(body), 1'300'819'381 + 300).holds) << "over, and not bound to a body";
}

TEST(Jwt, BindsBodyAndAddressAndIssuer) {
  EXPECT_EQ(check(claims()), "yes");
  for (const char* name : {"payload_hash", "url_hash", "iss"}) {
    auto without = claims();
    without.erase(name);
    EXPECT_EQ(check(without), "no") << name;
    auto other = claims();
    other[name] = "00";
    EXPECT_EQ(check(other), "no") << name;
    auto number = claims();
    number[name] = 1;
    EXPECT_EQ(check(number), "no") << name;
  }
}

TEST(Jwt, TheAlgorithmIsOurChoice) {
  EXPECT_EQ(check(rules(), test::jwt(claims(), key, "none")), "no");
  EXPECT_EQ(check(rules(), test::jwt(claims(), key, "HS512", EVP_sha512())), "no");
  EXPECT_EQ(check(rules(), test::jwt(claims(), key, "hs256")), "no");
  JwtAuth both = rules();
  both.algorithms = {HashAlgorithm::sha384, HashAlgorithm::sha512};
  EXPECT_EQ(check(both, test::jwt(claims(), key, "HS512", EVP_sha512())), "yes");
  EXPECT_EQ(check(both, test::jwt(claims(), key, "HS384", EVP_sha384())), "yes");
  EXPECT_EQ(check(both, test::jwt(claims(), key, "HS512", EVP_sha256())), "no");
}

TEST(Jwt, TimesAreLookedAt) {
  const auto at = [](const char* name, boost::json::value value) {
    auto with = claims();
    with[name] = std::move(value);
    return check(with);
  };
  EXPECT_EQ(at("iat", now - 300), "yes");
  EXPECT_EQ(at("iat", now - 301), "late");
  EXPECT_EQ(at("iat", now + 301), "late");
  EXPECT_EQ(at("iat", static_cast<double>(now) + 0.5), "yes");
  EXPECT_EQ(at("exp", now - 301), "late");
  EXPECT_EQ(at("nbf", now + 301), "late");
  EXPECT_EQ(at("iat", "soon"), "no");
  EXPECT_EQ(at("exp", 1e300), "no");
  auto without = claims();
  without.erase("iat");
  EXPECT_EQ(check(without), "no") << "good for ever";
}

TEST(Jwt, WhatIsNoneIsRefused) {
  const std::string good = test::jwt(claims(), key);
  for (const std::string& bad : {std::string(), std::string("."), std::string(".."), good + ".", good + "=", good.substr(1), good.substr(0, good.size() - 1),
                                 good.substr(0, good.rfind('.') + 1), good.substr(0, good.rfind('.')), "x" + good}) {
    EXPECT_EQ(check(rules(), bad), "no") << bad;
  }
}

}  // namespace
