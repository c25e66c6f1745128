#include "crypto/member_keys.hpp"

#include "crypto/argon2.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"
#include "crypto/typed_code.hpp"

#include <sodium.h>

namespace hotline::crypto {
namespace {

constexpr std::size_t nonce_bytes = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES;
constexpr std::size_t tag_bytes = crypto_aead_xchacha20poly1305_ietf_ABYTES;
static_assert(wrapped_secret_bytes == nonce_bytes + 32 + tag_bytes);

constexpr std::size_t row_symbols = 16;
constexpr std::size_t rows = RecoveryCode::symbols / row_symbols;

Secret<RecoveryCode::symbols> written(std::span<const Byte, RecoveryCode::symbols> values) noexcept {
  Secret<RecoveryCode::symbols> text;
  for (std::size_t i = 0; i < values.size(); ++i) text.reveal_mutable()[i] = static_cast<Byte>(code_symbol(values[i]));
  return text;
}

}  // namespace

Result<PassphraseKeys> derive_passphrase_keys(Bytes passphrase, const ByteArray<16>& salt) {
  const auto root = argon2id(passphrase, salt, member_argon2_passes, member_argon2_bytes);
  if (!root) return root.error();
  return PassphraseKeys{hkdf_sha256(root->reveal(), "hotline/v1/member/auth"), hkdf_sha256(root->reveal(), "hotline/v1/member/wrap")};
}

ByteArray<32> auth_key_hash(const Secret<32>& auth) noexcept { return blake2b({auth.reveal()}); }

ByteVector wrap_member_secret(const Secret<32>& wrap, const MemberId& member, const Secret<32>& secret) {
  ByteVector wrapped(wrapped_secret_bytes);
  random_bytes(MutableBytes(wrapped).first(nonce_bytes));
  crypto_aead_xchacha20poly1305_ietf_encrypt(wrapped.data() + nonce_bytes, nullptr, secret.reveal().data(), secret.size, member.bytes.data(),
                                             member.bytes.size(), nullptr, wrapped.data(), wrap.reveal().data());
  return wrapped;
}

Result<Secret<32>> unwrap_member_secret(const Secret<32>& wrap, const MemberId& member, Bytes wrapped) {
  if (wrapped.size() != wrapped_secret_bytes) return Errc::malformed;
  Secret<32> secret;
  const int failed = crypto_aead_xchacha20poly1305_ietf_decrypt(secret.reveal_mutable().data(), nullptr, nullptr,
                                                                wrapped.data() + nonce_bytes, wrapped.size() - nonce_bytes,
                                                                member.bytes.data(), member.bytes.size(), wrapped.data(),
                                                                wrap.reveal().data());
  if (failed != 0) return Errc::wrong_key;
  return secret;
}

Secret<32> member_identity_seed(const Secret<32>& secret) noexcept { return hkdf_sha256(secret.reveal(), "hotline/v1/member/age"); }

Secret<32> member_signing_seed(const Secret<32>& secret) noexcept { return hkdf_sha256(secret.reveal(), "hotline/v1/member/sign"); }

RecoveryCode RecoveryCode::generate() noexcept {
  Secret<symbols> values = random_secret<symbols>();
  for (unsigned row = 0; row < rows; ++row) {
    const auto line = values.reveal_mutable().subspan(row * row_symbols, row_symbols);
    for (Byte& value : line) value &= 31U;  // 256 is a multiple of 32: no value is likelier
    line.back() = static_cast<Byte>(code_check(line.first(row_symbols - 1), row));
  }
  return RecoveryCode(written(values.reveal()));
}

Result<RecoveryCode> RecoveryCode::parse(std::string_view typed) noexcept {
  Secret<symbols> values;
  if (const auto read = read_code(typed, values.reveal_mutable()); !read) return read.error();
  unsigned wrong = 0;
  for (unsigned row = 0; row < rows; ++row) wrong |= code_check(values.reveal().subspan(row * row_symbols, row_symbols), row);
  if (wrong != 0) return Errc::authentication_failed;
  return RecoveryCode(written(values.reveal()));
}

SecretBuffer RecoveryCode::to_text() const {
  SecretBuffer text;
  text.reserve(symbols + 7);
  for (std::size_t i = 0; i < symbols; i += 4) {
    if (i != 0) text.push_back('-');
    text.append(Bytes(text_.reveal()).subspan(i, 4));
  }
  return text;
}

Secret<32> RecoveryCode::wrap_key() const noexcept { return hkdf_sha256(text_.reveal(), "hotline/v1/member/recovery"); }

Secret<32> RecoveryCode::auth_key() const noexcept { return hkdf_sha256(text_.reveal(), "hotline/v1/member/recovery-auth"); }

}  // namespace hotline::crypto
