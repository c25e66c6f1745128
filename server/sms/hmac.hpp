#pragma once

#include "config/bytes.hpp"
#include "server/sms/descriptor.hpp"

#include <cstddef>
#include <memory>

namespace hotline::sms {

/// A hash or an HMAC as long as it comes, at most 64 bytes.
struct Digest {
  static constexpr std::size_t bytes_max = 64;
  ByteArray<bytes_max> bytes{};
  std::size_t size = 0;
  Bytes view() const noexcept { return Bytes(bytes).first(size); }
};

/// HMAC (RFC 2104) by OpenSSL over data that comes in pieces. MD5 and SHA-1 are here because gateways still sign with
/// them: as HMACs they are not known to be broken.
class Hmac {
 public:
  Hmac(HashAlgorithm algorithm, Bytes key);
  void update(Bytes bytes);
  Digest finish();

 private:
  struct Free {
    void operator()(void* context) const noexcept;
  };
  std::unique_ptr<void, Free> context_;
};

Digest hash(HashAlgorithm algorithm, Bytes bytes);
std::size_t digest_bytes(HashAlgorithm algorithm) noexcept;

}  // namespace hotline::sms
