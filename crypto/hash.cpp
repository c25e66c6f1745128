#include "crypto/hash.hpp"

#include <sodium.h>

namespace hotline::crypto {

ByteArray<32> keyed_blake2b(Bytes key, std::initializer_list<Bytes> parts) noexcept {
  ByteArray<32> out;
  crypto_generichash_state state;
  crypto_generichash_init(&state, key.empty() ? nullptr : key.data(), key.size(), out.size());
  for (const Bytes part : parts) crypto_generichash_update(&state, part.data(), part.size());
  crypto_generichash_final(&state, out.data(), out.size());
  sodium_memzero(&state, sizeof state);
  return out;
}

ByteArray<32> blake2b(std::initializer_list<Bytes> parts) noexcept { return keyed_blake2b({}, parts); }

void hkdf_sha256(Bytes key_material, Bytes salt, Bytes info, MutableBytes out) noexcept {
  Secret<crypto_kdf_hkdf_sha256_KEYBYTES> prk;
  crypto_kdf_hkdf_sha256_extract(prk.reveal_mutable().data(), salt.data(), salt.size(), key_material.data(),
                                 key_material.size());
  crypto_kdf_hkdf_sha256_expand(out.data(), out.size(), reinterpret_cast<const char*>(info.data()), info.size(),
                                prk.reveal().data());
}

Secret<32> hkdf_sha256(Bytes key_material, std::string_view info) noexcept {
  Secret<32> out;
  hkdf_sha256(key_material, {}, as_bytes(info), out.reveal_mutable());
  return out;
}

ByteArray<32> sha256(Bytes bytes) noexcept {
  ByteArray<32> out;
  crypto_hash_sha256(out.data(), bytes.data(), bytes.size());
  return out;
}

struct Sha256::State {
  crypto_hash_sha256_state state;
  ~State() { sodium_memzero(&state, sizeof state); }
};

Sha256::Sha256() : state_(std::make_unique<State>()) { crypto_hash_sha256_init(&state_->state); }
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(Bytes bytes) noexcept { crypto_hash_sha256_update(&state_->state, bytes.data(), bytes.size()); }

ByteArray<32> Sha256::finish() noexcept {
  ByteArray<32> out;
  crypto_hash_sha256_final(&state_->state, out.data());
  return out;
}

}  // namespace hotline::crypto
