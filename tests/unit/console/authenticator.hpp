#pragma once

#include "config/bytes.hpp"
#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace hotline::test {

/// An authenticator in software, as far as WebAuthn's messages go: makes one passkey and signs with it. Its faults are settable.
class Authenticator {
 public:
  enum class Algorithm { es256, eddsa, rs256 };

  explicit Authenticator(Algorithm algorithm = Algorithm::es256) : algorithm_(algorithm), key_(make_key(algorithm), &EVP_PKEY_free) {}

  std::string rp_id = "console.example.org";
  std::string origin = "https://console.example.org";
  Byte flags = 0x05;                                    ///< a person was there (1), and was verified (4)
  std::uint32_t counter = 1;
  std::string more_client_data = R"(,"crossOrigin":false)";
  ByteVector credential = ByteVector(32, 0x77);

  ByteVector client_data(std::string_view type, Bytes challenge) const {
    const std::string text = R"({"type":")" + std::string(type) + R"(","challenge":")" + crypto::to_base64(challenge, crypto::Base64::url_unpadded) +
                             R"(","origin":")" + origin + "\"" + more_client_data + "}";
    const Bytes bytes = as_bytes(text);
    return {bytes.begin(), bytes.end()};
  }
  ByteVector attestation_object() const {
    ByteVector data = authenticator_data(static_cast<Byte>(flags | 0x40));
    data.resize(data.size() + 16);                      // AAGUID: none
    data.push_back(static_cast<Byte>(credential.size() >> 8));
    data.push_back(static_cast<Byte>(credential.size()));
    append(data, credential);
    append(data, cose_key());
    ByteVector object = crypto::from_hex("a363666d74646e6f6e656761747453746d74a0686175746844617461").value();
    object.push_back(0x59);
    object.push_back(static_cast<Byte>(data.size() >> 8));
    object.push_back(static_cast<Byte>(data.size()));
    append(object, data);
    return object;
  }
  ByteVector assertion_data() const { return authenticator_data(flags); }
  ByteVector sign(Bytes data, Bytes client_data) const {
    ByteVector message(data.begin(), data.end());
    append(message, crypto::sha256(client_data));
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    std::size_t size = 0;
    const EVP_MD* hash = algorithm_ == Algorithm::eddsa ? nullptr : EVP_sha256();
    check(EVP_DigestSignInit(context.get(), nullptr, hash, nullptr, key_.get()));
    check(EVP_DigestSign(context.get(), nullptr, &size, message.data(), message.size()));
    ByteVector signature(size);
    check(EVP_DigestSign(context.get(), signature.data(), &size, message.data(), message.size()));
    signature.resize(size);
    return signature;
  }

 private:
  static void check(int done) {
    if (done != 1) throw std::runtime_error("OpenSSL");
  }
  static EVP_PKEY* make_key(Algorithm algorithm) {
    if (algorithm == Algorithm::es256) return EVP_EC_gen("P-256");
    if (algorithm == Algorithm::rs256) return EVP_RSA_gen(2048);
    return EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519");
  }
  template <class More>
  static void append(ByteVector& to, const More& more) {
    to.insert(to.end(), more.begin(), more.end());
  }
  ByteVector authenticator_data(Byte with_flags) const {
    ByteVector data;
    append(data, crypto::sha256(as_bytes(rp_id)));
    data.push_back(with_flags);
    for (int shift = 24; shift >= 0; shift -= 8) data.push_back(static_cast<Byte>(counter >> shift));
    return data;
  }
  ByteVector cose_key() const {
    ByteVector cose;
    if (algorithm_ == Algorithm::es256) {
      ByteVector point(65);
      std::size_t size = 0;
      check(EVP_PKEY_get_octet_string_param(key_.get(), "pub", point.data(), point.size(), &size));
      append(cose, crypto::from_hex("a501020326200121" "5820").value());
      append(cose, Bytes(point).subspan(1, 32));
      append(cose, crypto::from_hex("225820").value());
      append(cose, Bytes(point).subspan(33, 32));
    } else if (algorithm_ == Algorithm::eddsa) {
      ByteVector key(32);
      std::size_t size = key.size();
      check(EVP_PKEY_get_raw_public_key(key_.get(), key.data(), &size));
      append(cose, crypto::from_hex("a4010103272006215820").value());
      append(cose, key);
    } else {
      BIGNUM* modulus = nullptr;
      check(EVP_PKEY_get_bn_param(key_.get(), "n", &modulus));
      ByteVector number(256);
      BN_bn2binpad(modulus, number.data(), 256);
      BN_free(modulus);
      append(cose, crypto::from_hex("a401030339010020590100").value());
      append(cose, number);
      append(cose, crypto::from_hex("2143010001").value());
    }
    return cose;
  }

  Algorithm algorithm_;
  std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

}  // namespace hotline::test
