#include "crypto/age_keys.hpp"

#include "crypto/bech32.hpp"
#include "crypto/random.hpp"

#include <cstring>

namespace hotline::crypto::age {
namespace {

constexpr std::string_view recipient_prefix = "age1pq";
constexpr std::string_view identity_prefix = "AGE-SECRET-KEY-PQ-";

}  // namespace

Result<Recipient> Recipient::parse(std::string_view text) {
  const Result<Bech32> decoded = from_bech32(text);
  if (!decoded) return decoded.error();
  if (decoded->prefix != recipient_prefix) return Errc::unsupported;
  return from_bytes(decoded->data.reveal());
}

Result<Recipient> Recipient::from_bytes(Bytes bytes) {
  if (bytes.size() != hpke::public_key_bytes) return Errc::malformed;
  const hpke::PublicKey key = bytes.first<hpke::public_key_bytes>();
  if (!hpke::is_public_key(key)) return Errc::malformed;
  return Recipient(to_array(key));
}

std::string Recipient::to_text() const { return to_bech32(recipient_prefix, key_); }

Identity Identity::generate() { return Identity(random_secret<hpke::seed_bytes>()); }

Result<Identity> Identity::parse(std::string_view text) {
  const Result<Bech32> decoded = from_bech32(text);
  if (!decoded) return decoded.error();
  if (decoded->prefix != identity_prefix) return Errc::unsupported;
  if (decoded->data.size() != hpke::seed_bytes) return Errc::malformed;
  return Identity(Secret<hpke::seed_bytes>(decoded->data.reveal().first<hpke::seed_bytes>()));
}

SecretBuffer Identity::to_text() const { return secret_to_bech32(identity_prefix, seed_.reveal()); }

}  // namespace hotline::crypto::age
