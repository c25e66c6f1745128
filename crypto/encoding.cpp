#include "crypto/encoding.hpp"

#include "config/ids.hpp"

#include <openssl/evp.h>
#include <sodium.h>

#include <algorithm>

namespace hotline::crypto {
namespace {

int sodium_variant(Base64 variant) {
  switch (variant) {
    case Base64::standard: return sodium_base64_VARIANT_ORIGINAL;
    case Base64::standard_unpadded: return sodium_base64_VARIANT_ORIGINAL_NO_PADDING;
    case Base64::url_unpadded: return sodium_base64_VARIANT_URLSAFE_NO_PADDING;
  }
  return sodium_base64_VARIANT_ORIGINAL;
}

/// libsodium stops at the first strange character instead of failing, so the end is compared.
bool decode(std::string_view text, Base64 variant, MutableBytes out, std::size_t& length) {
  const char* end = nullptr;
  return sodium_base642bin(out.data(), out.size(), text.data(), text.size(), nullptr, &length, &end,
                           sodium_variant(variant)) == 0 &&
         end == text.data() + text.size();
}

}  // namespace

std::string to_base64(Bytes bytes, Base64 variant) {
  return std::string(secret_to_base64(bytes, variant).reveal_text());
}

SecretBuffer secret_to_base64(Bytes bytes, Base64 variant) {
  const std::size_t length = sodium_base64_encoded_len(bytes.size(), sodium_variant(variant));
  SecretBuffer text;
  text.resize(length);
  sodium_bin2base64(reinterpret_cast<char*>(text.reveal_mutable().data()), length, bytes.data(), bytes.size(),
                    sodium_variant(variant));
  text.resize(length - 1);
  return text;
}

std::string public_to_base64(Bytes bytes, Base64 variant) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');   // OpenSSL ends it with a zero
  const int length = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(), static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(length));
  if (variant != Base64::standard) text.resize(bytes.size() / 3 * 4 + (bytes.size() % 3 == 0 ? 0 : bytes.size() % 3 + 1));
  if (variant == Base64::url_unpadded) {
    std::ranges::replace(text, '+', '-');
    std::ranges::replace(text, '/', '_');
  }
  return text;
}

Result<ByteVector> from_base64(std::string_view text, Base64 variant) {
  ByteVector bytes(text.size() / 4 * 3 + 3);
  std::size_t length = 0;
  if (!decode(text, variant, bytes, length)) return Errc::malformed;
  bytes.resize(length);
  return bytes;
}

Result<SecretBuffer> secret_from_base64(std::string_view text, Base64 variant) {
  SecretBuffer bytes;
  bytes.resize(text.size() / 4 * 3 + 3);
  std::size_t length = 0;
  if (!decode(text, variant, bytes.reveal_mutable(), length)) return Errc::malformed;
  bytes.resize(length);
  return bytes;
}

std::string to_hex(Bytes bytes) { return id_to_hex(bytes); }

Result<ByteVector> from_hex(std::string_view text) {
  ByteVector bytes(text.size() / 2);
  if (!id_from_hex(text, bytes)) return Errc::malformed;
  return bytes;
}

}  // namespace hotline::crypto
