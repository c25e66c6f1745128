#include "crypto/hpke.hpp"

#include <sodium.h>

#include <array>
#include <cstring>
#include <initializer_list>
#include <string_view>

namespace hotline::crypto::hpke {
namespace {

static_assert(public_key_bytes == crypto_kem_xwing_PUBLICKEYBYTES);
static_assert(seed_bytes == crypto_kem_xwing_SECRETKEYBYTES && seed_bytes == crypto_kem_xwing_SEEDBYTES);
static_assert(encapsulated_bytes == crypto_kem_xwing_CIPHERTEXTBYTES);
static_assert(tag_bytes == crypto_aead_chacha20poly1305_ietf_ABYTES);

/// "HPKE" and the three identifiers, section 5.1.
constexpr std::array<Byte, 10> suite_id{'H', 'P', 'K', 'E', 0x64, 0x7a, 0x00, 0x01, 0x00, 0x03};
constexpr std::string_view version_label = "HPKE-v1";
constexpr std::size_t hash_bytes = 32;
using Prk = Secret<crypto_kdf_hkdf_sha256_KEYBYTES>;

/// LabeledExtract of section 4. The salt is a shared secret or empty.
Prk labeled_extract(Bytes salt, std::string_view label, Bytes key_material) {
  Prk prk;
  crypto_kdf_hkdf_sha256_state state;
  crypto_kdf_hkdf_sha256_extract_init(&state, salt.data(), salt.size());
  for (const Bytes part : {as_bytes(version_label), Bytes(suite_id), as_bytes(label), key_material}) {
    if (!part.empty()) crypto_kdf_hkdf_sha256_extract_update(&state, part.data(), part.size());
  }
  crypto_kdf_hkdf_sha256_extract_final(&state, prk.reveal_mutable().data());
  sodium_memzero(&state, sizeof state);
  return prk;
}

/// LabeledExpand of section 4.
void labeled_expand(const Prk& prk, std::string_view label, Bytes info, MutableBytes out) {
  std::array<Byte, 128> labeled{};
  std::size_t size = 0;
  const std::array<Byte, 2> length{static_cast<Byte>(out.size() >> 8), static_cast<Byte>(out.size())};
  for (const Bytes part : {Bytes(length), as_bytes(version_label), Bytes(suite_id), as_bytes(label), info}) {
    std::memcpy(labeled.data() + size, part.data(), part.size());
    size += part.size();
  }
  crypto_kdf_hkdf_sha256_expand(out.data(), out.size(), reinterpret_cast<const char*>(labeled.data()), size,
                                prk.reveal().data());
}

struct Keys {
  Secret<crypto_aead_chacha20poly1305_ietf_KEYBYTES> key;
  Secret<crypto_aead_chacha20poly1305_ietf_NPUBBYTES> base_nonce;
};

/// KeySchedule of section 5.1 in base mode: no PSK. The sequence number is 0, so the nonce is the base nonce.
Keys key_schedule(const Secret<crypto_kem_xwing_SHAREDSECRETBYTES>& shared_secret, Bytes info) {
  std::array<Byte, 1 + 2 * hash_bytes> context{};  // context[0] = 0: mode_base
  const Prk psk_id_hash = labeled_extract({}, "psk_id_hash", {});
  const Prk info_hash = labeled_extract({}, "info_hash", info);
  std::memcpy(context.data() + 1, psk_id_hash.reveal().data(), hash_bytes);
  std::memcpy(context.data() + 1 + hash_bytes, info_hash.reveal().data(), hash_bytes);
  const Prk secret = labeled_extract(shared_secret.reveal(), "secret", {});
  Keys keys;
  labeled_expand(secret, "key", context, keys.key.reveal_mutable());
  labeled_expand(secret, "base_nonce", context, keys.base_nonce.reveal_mutable());
  return keys;
}

}  // namespace

Result<Sealed> seal(PublicKey recipient, Bytes info, Bytes aad, Bytes plaintext) {
  Sealed sealed;
  Secret<crypto_kem_xwing_SHAREDSECRETBYTES> shared_secret;
  if (crypto_kem_xwing_enc(sealed.encapsulated.data(), shared_secret.reveal_mutable().data(), recipient.data()) != 0)
    return Errc::malformed;
  const Keys keys = key_schedule(shared_secret, info);
  sealed.ciphertext.resize(plaintext.size() + tag_bytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(sealed.ciphertext.data(), nullptr, plaintext.data(), plaintext.size(),
                                            aad.data(), aad.size(), nullptr, keys.base_nonce.reveal().data(),
                                            keys.key.reveal().data());
  return sealed;
}

Result<SecretBuffer> open(Encapsulated encapsulated, Seed seed, Bytes info, Bytes aad, Bytes ciphertext) {
  if (ciphertext.size() < tag_bytes) return Errc::authentication_failed;
  Secret<crypto_kem_xwing_SHAREDSECRETBYTES> shared_secret;
  if (crypto_kem_xwing_dec(shared_secret.reveal_mutable().data(), encapsulated.data(), seed.data()) != 0)
    return Errc::malformed;
  const Keys keys = key_schedule(shared_secret, info);
  SecretBuffer plaintext;
  plaintext.resize(ciphertext.size() - tag_bytes);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(plaintext.reveal_mutable().data(), nullptr, nullptr, ciphertext.data(),
                                                ciphertext.size(), aad.data(), aad.size(),
                                                keys.base_nonce.reveal().data(), keys.key.reveal().data()) != 0)
    return Errc::authentication_failed;
  return plaintext;
}

ByteArray<public_key_bytes> public_key(Seed seed) noexcept {
  ByteArray<public_key_bytes> key;
  Secret<crypto_kem_xwing_SECRETKEYBYTES> secret_key;  // the seed again
  crypto_kem_xwing_seed_keypair(key.data(), secret_key.reveal_mutable().data(), seed.data());
  return key;
}

bool is_public_key(PublicKey key) noexcept {
  ByteArray<encapsulated_bytes> encapsulated;
  Secret<crypto_kem_xwing_SHAREDSECRETBYTES> shared_secret;
  return crypto_kem_xwing_enc(encapsulated.data(), shared_secret.reveal_mutable().data(), key.data()) == 0;
}

}  // namespace hotline::crypto::hpke
