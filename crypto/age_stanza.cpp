#include "crypto/age_stanza.hpp"

#include "crypto/encoding.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::crypto::age {
namespace {

constexpr std::string_view type = "mlkem768x25519";
constexpr std::string_view info = "age-encryption.org/mlkem768x25519";
constexpr std::size_t body_bytes = FileKey::size + hpke::tag_bytes;
constexpr std::size_t encapsulated_characters = (hpke::encapsulated_bytes * 8 + 5) / 6;

bool is_ours(const Stanza& stanza) { return stanza.arguments.front() == type; }

/// The encapsulated key. The size of the body is checked before anything is decrypted: a body with several
/// valid lengths would be an oracle that partitions keys.
Result<ByteVector> encapsulated_key(const Stanza& stanza) {
  if (stanza.arguments.size() != 2 || stanza.arguments[1].size() != encapsulated_characters ||
      stanza.body.size() != body_bytes)
    return Errc::malformed;
  Result<ByteVector> key = from_base64(stanza.arguments[1], Base64::standard_unpadded);
  if (!key || key->size() != hpke::encapsulated_bytes) return Errc::malformed;
  return key;
}

}  // namespace

Result<Stanza> wrap_file_key(const Recipient& recipient, const FileKey& file_key) {
  Result<hpke::Sealed> sealed = hpke::seal(recipient.key(), as_bytes(info), {}, file_key.reveal());
  if (!sealed) return sealed.error();
  return Stanza{{std::string(type), to_base64(sealed->encapsulated, Base64::standard_unpadded)},
                std::move(sealed->ciphertext)};
}

Result<FileKey> unwrap_file_key(std::span<const Stanza> stanzas, std::span<const Identity> identities) {
  std::vector<std::pair<const Stanza*, ByteVector>> ours;
  for (const Stanza& stanza : stanzas) {
    if (!is_ours(stanza)) continue;
    Result<ByteVector> key = encapsulated_key(stanza);
    if (!key) return key.error();
    ours.emplace_back(&stanza, std::move(*key));
  }
  for (const Identity& identity : identities) {
    for (const auto& [stanza, key] : ours) {
      const Result<SecretBuffer> opened = hpke::open(hpke::Encapsulated(key.data(), hpke::encapsulated_bytes),
                                                     identity.reveal_seed(), as_bytes(info), {}, stanza->body);
      if (opened) return FileKey(opened->reveal().first<FileKey::size>());
      if (opened.error() != Errc::authentication_failed) return opened.error();
    }
  }
  return Errc::wrong_key;
}

Result<void> check_stanzas(std::span<const Stanza> stanzas) {
  if (stanzas.empty()) return Errc::malformed;
  for (const Stanza& stanza : stanzas) {
    if (!is_ours(stanza)) return Errc::unsupported;
    const Result<ByteVector> key = encapsulated_key(stanza);
    if (!key) return key.error();
  }
  return {};
}

}  // namespace hotline::crypto::age
