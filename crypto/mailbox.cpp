#include "crypto/mailbox.hpp"

#include "crypto/argon2.hpp"
#include "crypto/hash.hpp"

namespace hotline::crypto {

Result<MailboxKeys> derive_mailbox(const ReturnCode& code, const DeskId& desk) {
  const ByteArray<32> hash = blake2b({as_bytes("hotline/v1/return-code"), desk.bytes});
  const ByteArray<16> salt = to_array(std::span(hash).first<16>());
  const auto root = argon2id(code.reveal(), salt, mailbox_argon2_passes, mailbox_argon2_bytes);
  if (!root) return root.error();
  return MailboxKeys{hkdf_sha256(root->reveal(), "hotline/v1/mailbox/tags"), hkdf_sha256(root->reveal(), "hotline/v1/mailbox/identity")};
}

ByteArray<16> mailbox_tag(Bytes mailbox_key, std::uint32_t index) noexcept {
  const ByteArray<4> number{static_cast<Byte>(index >> 24), static_cast<Byte>(index >> 16), static_cast<Byte>(index >> 8),
                            static_cast<Byte>(index)};
  const ByteArray<32> hash = keyed_blake2b(mailbox_key, {as_bytes("hotline/v1/mailbox/tag"), number});
  return to_array(std::span(hash).first<16>());
}

}  // namespace hotline::crypto
