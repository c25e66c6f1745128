#pragma once

#include "config/bytes.hpp"
#include "crypto/secret.hpp"

#include <initializer_list>
#include <memory>
#include <string_view>

namespace hotline::crypto {

/// BLAKE2b (RFC 7693) with 32 bytes of output, over the parts joined as they are.
ByteArray<32> blake2b(std::initializer_list<Bytes> parts) noexcept;
/// Keyed BLAKE2b-256; key of 16 to 64 bytes.
ByteArray<32> keyed_blake2b(Bytes key, std::initializer_list<Bytes> parts) noexcept;
/// HKDF-SHA256 (RFC 5869) with empty salt; 32 bytes out.
Secret<32> hkdf_sha256(Bytes key_material, std::string_view info) noexcept;
/// The same with a salt, any output length up to 8,160 bytes.
void hkdf_sha256(Bytes key_material, Bytes salt, Bytes info, MutableBytes out) noexcept;

ByteArray<32> sha256(Bytes bytes) noexcept;

/// SHA-256 (FIPS 180-4) of data that comes in pieces.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(Bytes bytes) noexcept;
  ByteArray<32> finish() noexcept;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hotline::crypto
