// The collection of Project Wycheproof (C2SP, Debian's package golang-github-c2sp-wycheproof-dev): what is easy to get wrong, through our own
// functions where we have some, else through the library as we call it.
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/signing.hpp"
#include "server/sms/hmac.hpp"

#include <boost/json.hpp>
#include <gtest/gtest.h>
#include <sodium.h>

#include <fstream>
#include <functional>
#include <iterator>

namespace hotline::crypto {
namespace {

namespace json = boost::json;

class Wycheproof : public testing::Test {
 protected:
  static void SetUpTestSuite() { ASSERT_GE(sodium_init(), 0); }

  /// Each test of a file: its group, itself, and whether it is a right one. "acceptable" is both.
  static void for_each(const std::string& name, int at_least, const std::function<void(const json::object&, const json::object&, bool)>& look) {
    const std::string path = HOTLINE_SOURCE_DIR "/build/deps/wycheproof/usr/share/gocode/src/github.com/c2sp/wycheproof/testvectors_v1/" + name + "_test.json";
    std::ifstream file(path);
    ASSERT_TRUE(file) << path << " is missing: run deploy/dependencies --tests";
    const json::value all = json::parse(std::string(std::istreambuf_iterator<char>(file), {}));
    int count = 0;
    for (const json::value& group : all.at("testGroups").as_array()) {
      for (const json::value& one : group.at("tests").as_array()) {
        SCOPED_TRACE(name + " " + std::to_string(one.at("tcId").to_number<int>()));
        look(group.as_object(), one.as_object(), one.at("result").as_string() != "invalid");
        ++count;
      }
    }
    EXPECT_GE(count, at_least) << name;
  }
  static ByteVector bytes(const json::object& from, const char* name) { return from_hex(std::string(from.at(name).as_string())).value(); }
};

TEST_F(Wycheproof, X25519) {
  for_each("x25519", 500, [](const json::object&, const json::object& one, bool) {
    const auto secret = bytes(one, "private"), point = bytes(one, "public"), shared = bytes(one, "shared");
    ByteArray<32> made{};
    const bool done = crypto_scalarmult(made.data(), secret.data(), point.data()) == 0;
    // A point of small order gives zeros, and the library refuses it.
    EXPECT_EQ(done, !std::ranges::all_of(shared, [](Byte byte) { return byte == 0; }));
    if (done) {
      EXPECT_TRUE(std::ranges::equal(made, shared));
    }
  });
}

TEST_F(Wycheproof, Ed25519) {
  for_each("ed25519", 140, [](const json::object& group, const json::object& one, bool right) {
    const auto key = bytes(group.at("publicKey").as_object(), "pk"), message = bytes(one, "msg"), signature = bytes(one, "sig");
    PublicSigningKey of{};
    ASSERT_EQ(key.size(), of.size());
    std::ranges::copy(key, of.begin());
    // Nothing of another length gets as far as this.
    if (signature.size() != 64) {
      EXPECT_FALSE(right);
      return;
    }
    EXPECT_EQ(verify(of, message, SignatureView(signature.data(), 64)).has_value(), right);
  });
}

TEST_F(Wycheproof, Hkdf) {
  for_each("hkdf_sha256", 80, [](const json::object&, const json::object& one, bool right) {
    const auto size = one.at("size").to_number<std::size_t>();
    if (!right) {
      EXPECT_GT(size, 8160u) << "more than the bound that our callers keep";
      return;
    }
    ByteVector out(size);
    hkdf_sha256(bytes(one, "ikm"), bytes(one, "salt"), bytes(one, "info"), out);
    EXPECT_EQ(out, bytes(one, "okm"));
  });
}

TEST_F(Wycheproof, Hmac) {
  using sms::HashAlgorithm;
  for (const auto& [name, algorithm] : {std::pair("hmac_sha1", HashAlgorithm::sha1), std::pair("hmac_sha256", HashAlgorithm::sha256),
                                        std::pair("hmac_sha512", HashAlgorithm::sha512)}) {
    for_each(name, 160, [&](const json::object& group, const json::object& one, bool right) {
      sms::Hmac made(algorithm, bytes(one, "key"));
      made.update(bytes(one, "msg"));
      const auto digest = made.finish();
      const auto tag = bytes(one, "tag");
      ASSERT_EQ(tag.size() * 8, group.at("tagSize").to_number<std::size_t>());
      EXPECT_EQ(std::ranges::equal(digest.view().first(tag.size()), tag), right);
    });
  }
}

/// crypto_aead_…_encrypt and _decrypt of libsodium.
struct Aead {
  const char* name;
  std::size_t nonce_bytes;
  decltype(&crypto_aead_chacha20poly1305_ietf_encrypt) encrypt;
  decltype(&crypto_aead_chacha20poly1305_ietf_decrypt) decrypt;
};

TEST_F(Wycheproof, Aead) {
  for (const Aead& aead : {Aead{"chacha20_poly1305", 12, crypto_aead_chacha20poly1305_ietf_encrypt, crypto_aead_chacha20poly1305_ietf_decrypt},
                           Aead{"xchacha20_poly1305", 24, crypto_aead_xchacha20poly1305_ietf_encrypt, crypto_aead_xchacha20poly1305_ietf_decrypt}}) {
    for_each(aead.name, 300, [&](const json::object&, const json::object& one, bool right) {
      const auto key = bytes(one, "key"), nonce = bytes(one, "iv"), more = bytes(one, "aad"), message = bytes(one, "msg");
      if (nonce.size() != aead.nonce_bytes) {
        EXPECT_FALSE(right) << "our nonces are of one size";
        return;
      }
      ByteVector sealed = bytes(one, "ct");
      std::ranges::copy(bytes(one, "tag"), std::back_inserter(sealed));
      ByteVector opened(message.size());
      const int failed = aead.decrypt(opened.data(), nullptr, nullptr, sealed.data(), sealed.size(), more.data(), more.size(), nonce.data(), key.data());
      EXPECT_EQ(failed == 0, right);
      if (!right) return;
      EXPECT_EQ(opened, message);
      ByteVector made(sealed.size());
      aead.encrypt(made.data(), nullptr, message.data(), message.size(), more.data(), more.size(), nullptr, nonce.data(), key.data());
      EXPECT_EQ(made, sealed);
    });
  }
}

TEST_F(Wycheproof, MlKem) {
  for_each("mlkem_768", 190, [](const json::object&, const json::object& one, bool right) {
    const auto seed = bytes(one, "seed"), sealed = bytes(one, "c");
    if (seed.size() != crypto_kem_mlkem768_SEEDBYTES || sealed.size() != crypto_kem_mlkem768_CIPHERTEXTBYTES) {
      EXPECT_FALSE(right) << "age's and HPKE's lengths are fixed";
      return;
    }
    ByteVector key(crypto_kem_mlkem768_PUBLICKEYBYTES), secret(crypto_kem_mlkem768_SECRETKEYBYTES), shared(crypto_kem_mlkem768_SHAREDSECRETBYTES);
    ASSERT_EQ(crypto_kem_mlkem768_seed_keypair(key.data(), secret.data(), seed.data()), 0);
    const bool done = crypto_kem_mlkem768_dec(shared.data(), sealed.data(), secret.data()) == 0;
    EXPECT_EQ(done && key == bytes(one, "ek") && shared == bytes(one, "K"), right);
  });
  for_each("mlkem_768_encaps", 260, [](const json::object&, const json::object& one, bool right) {
    const auto key = bytes(one, "ek"), chosen = bytes(one, "m");
    if (key.size() != crypto_kem_mlkem768_PUBLICKEYBYTES) {
      EXPECT_FALSE(right);
      return;
    }
    ByteVector sealed(crypto_kem_mlkem768_CIPHERTEXTBYTES), shared(crypto_kem_mlkem768_SHAREDSECRETBYTES);
    const bool done = crypto_kem_mlkem768_enc_deterministic(sealed.data(), shared.data(), key.data(), chosen.data()) == 0;
    EXPECT_EQ(done, right) << "a key that is no key: numbers above the modulus";
    if (right) {
      EXPECT_EQ(sealed, bytes(one, "c"));
      EXPECT_EQ(shared, bytes(one, "K"));
    }
  });
}

}  // namespace
}  // namespace hotline::crypto
