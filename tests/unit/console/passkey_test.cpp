#include "server/console/passkey.hpp"

#include "tests/unit/console/authenticator.hpp"

#include <gtest/gtest.h>

namespace hotline::test {
namespace {

using console::Access;
using enum Authenticator::Algorithm;

const Access access{.second_factor = console::SecondFactorRule::required, .origin = "https://console.example.org"};

ByteArray<32> challenge_of(Byte fill) {
  ByteArray<32> challenge;
  challenge.fill(fill);
  return challenge;
}

Result<console::NewPasskey> make(const Authenticator& with, const ByteArray<32>& challenge = challenge_of(1), const Access& at = access) {
  return console::read_new_passkey(at, challenge, with.attestation_object(), with.client_data("webauthn.create", challenge_of(1)));
}

Result<std::int64_t> show(const Authenticator& with, const console::NewPasskey& key, const ByteArray<32>& challenge = challenge_of(2)) {
  const auto data = with.assertion_data();
  const auto client_data = with.client_data("webauthn.get", challenge_of(2));
  const auto signature = with.sign(data, client_data);
  return console::verify_assertion(access, challenge, key.algorithm, key.public_key, {data, client_data, signature});
}

TEST(Passkey, IsMadeAndShownInEveryAlgorithm) {
  const std::pair<Authenticator::Algorithm, int> all[] = {{es256, -7}, {eddsa, -8}, {rs256, -257}};
  for (const auto& [algorithm, number] : all) {
    Authenticator authenticator(algorithm);
    const auto key = make(authenticator);
    ASSERT_TRUE(key) << number;
    EXPECT_EQ(key->algorithm, number);
    EXPECT_EQ(key->credential, authenticator.credential);
    EXPECT_EQ(key->counter, 1);
    authenticator.counter = 5;
    EXPECT_EQ(show(authenticator, *key), 5) << number;
  }
}

TEST(Passkey, IsOfThisSiteThisChallengeAndAVerifiedPerson) {
  const auto refused = [](auto change) {
    Authenticator authenticator;
    change(authenticator);
    return !make(authenticator);
  };
  EXPECT_FALSE(refused([](Authenticator&) {})) << "a right one is taken";
  EXPECT_TRUE(refused([](Authenticator& a) { a.origin = "https://console.example.org.evil.example"; }));
  EXPECT_TRUE(refused([](Authenticator& a) { a.origin = "http://console.example.org"; }));
  EXPECT_TRUE(refused([](Authenticator& a) { a.rp_id = "example.org"; }));
  EXPECT_TRUE(refused([](Authenticator& a) { a.flags = 0x01; })) << "nobody was verified";
  EXPECT_TRUE(refused([](Authenticator& a) { a.flags = 0x04; })) << "nobody was there";
  EXPECT_TRUE(refused([](Authenticator& a) { a.more_client_data = R"(,"crossOrigin":true)"; })) << "within another site's page";
  EXPECT_TRUE(refused([](Authenticator& a) { a.credential.clear(); }));
  EXPECT_FALSE(make(Authenticator(), challenge_of(9))) << "another challenge";
}

TEST(Passkey, AnAssertionIsOfItsKeySiteAndChallenge) {
  Authenticator authenticator;
  const auto key = make(authenticator).value();
  EXPECT_TRUE(show(authenticator, key));
  EXPECT_FALSE(show(authenticator, key, challenge_of(3)));
  EXPECT_FALSE(show(Authenticator(), key)) << "another key";
  const auto refused = [&](auto change) {
    change(authenticator);
    const bool is = !show(authenticator, key);
    authenticator.flags = 0x05;
    authenticator.rp_id = "console.example.org";
    authenticator.origin = "https://console.example.org";
    return is;
  };
  EXPECT_TRUE(refused([](Authenticator& a) { a.flags = 0x01; }));
  EXPECT_TRUE(refused([](Authenticator& a) { a.flags = 0x00; }));
  EXPECT_TRUE(refused([](Authenticator& a) { a.rp_id = "evil.example"; }));
  EXPECT_TRUE(refused([](Authenticator& a) { a.origin = "https://evil.example"; }));
  EXPECT_TRUE(show(authenticator, key));

  const auto data = authenticator.assertion_data();
  const auto client_data = authenticator.client_data("webauthn.create", challenge_of(2));
  EXPECT_FALSE(console::verify_assertion(access, challenge_of(2), key.algorithm, key.public_key, {data, client_data, authenticator.sign(data, client_data)}))
      << "what was signed to make a key signs nobody in";
  const auto right = authenticator.client_data("webauthn.get", challenge_of(2));
  auto signature = authenticator.sign(data, right);
  signature.back() ^= 1U;
  EXPECT_FALSE(console::verify_assertion(access, challenge_of(2), key.algorithm, key.public_key, {data, right, signature}));
  EXPECT_FALSE(console::verify_assertion(access, challenge_of(2), key.algorithm, key.public_key, {{}, {}, {}}));
}

TEST(Passkey, NonsenseIsRefused) {
  const Authenticator authenticator;
  const auto client_data = authenticator.client_data("webauthn.create", challenge_of(1));
  ByteVector object = authenticator.attestation_object();
  for (std::size_t size = 0; size < object.size(); size += 7) {
    EXPECT_FALSE(console::read_new_passkey(access, challenge_of(1), Bytes(object).first(size), client_data)) << size;
  }
  for (const std::string_view text : {"", "{", "[]", "null", R"({"type":5})", R"({"type":"webauthn.create"})"}) {
    EXPECT_FALSE(console::read_new_passkey(access, challenge_of(1), object, as_bytes(text))) << text;
  }
}

TEST(Passkey, WithoutAnOriginLocalhostAtAnyPortWillDo) {
  const Access local;
  Authenticator authenticator;
  authenticator.rp_id = "localhost";
  for (const char* origin : {"http://localhost", "http://localhost:8081"}) {
    authenticator.origin = origin;
    EXPECT_TRUE(make(authenticator, challenge_of(1), local)) << origin;
  }
  for (const char* origin : {"https://localhost", "http://localhost.evil.example", "http://localhost:80x", "http://localhost:", "http://localhost:8081/", "http://127.0.0.1:8081"}) {
    authenticator.origin = origin;
    EXPECT_FALSE(make(authenticator, challenge_of(1), local)) << origin;
  }
}

}  // namespace
}  // namespace hotline::test
