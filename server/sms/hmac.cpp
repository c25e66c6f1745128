#include "server/sms/hmac.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <stdexcept>
#include <string>

namespace hotline::sms {

namespace {

const EVP_MD* message_digest(HashAlgorithm algorithm) noexcept {
  switch (algorithm) {
    case HashAlgorithm::md5: return EVP_md5();
    case HashAlgorithm::sha1: return EVP_sha1();
    case HashAlgorithm::sha256: return EVP_sha256();
    case HashAlgorithm::sha384: return EVP_sha384();
    case HashAlgorithm::sha512: break;
  }
  return EVP_sha512();
}

void check(bool done) {
  if (!done) throw std::runtime_error("OpenSSL cannot compute an HMAC: out of memory, or its default provider is missing");
}

EVP_MAC* hmac_method() {
  static EVP_MAC* const method = EVP_MAC_fetch(nullptr, "HMAC", nullptr);
  check(method != nullptr);
  return method;
}

}  // namespace

void Hmac::Free::operator()(void* context) const noexcept { EVP_MAC_CTX_free(static_cast<EVP_MAC_CTX*>(context)); }

Hmac::Hmac(HashAlgorithm algorithm, Bytes key) : context_(EVP_MAC_CTX_new(hmac_method())) {
  check(context_ != nullptr);
  std::string name = EVP_MD_get0_name(message_digest(algorithm));
  const std::array<OSSL_PARAM, 2> parameters{OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, name.data(), 0),
                                             OSSL_PARAM_construct_end()};
  // An empty key must not be a null pointer, which would mean "the key from before".
  static constexpr Byte no_key = 0;
  check(EVP_MAC_init(static_cast<EVP_MAC_CTX*>(context_.get()), key.empty() ? &no_key : key.data(), key.size(),
                     parameters.data()) == 1);
}

void Hmac::update(Bytes bytes) {
  check(EVP_MAC_update(static_cast<EVP_MAC_CTX*>(context_.get()), bytes.data(), bytes.size()) == 1);
}

Digest Hmac::finish() {
  Digest digest;
  check(EVP_MAC_final(static_cast<EVP_MAC_CTX*>(context_.get()), digest.bytes.data(), &digest.size, digest.bytes.size()) == 1);
  return digest;
}

Digest hash(HashAlgorithm algorithm, Bytes bytes) {
  Digest digest;
  unsigned int size = 0;
  check(EVP_Digest(bytes.data(), bytes.size(), digest.bytes.data(), &size, message_digest(algorithm), nullptr) == 1);
  digest.size = size;
  return digest;
}

std::size_t digest_bytes(HashAlgorithm algorithm) noexcept {
  return static_cast<std::size_t>(EVP_MD_get_size(message_digest(algorithm)));
}

}  // namespace hotline::sms
