#include "server/intake/form_token.hpp"

#include "crypto/encoding.hpp"
#include "crypto/hash.hpp"
#include "crypto/random.hpp"

namespace hotline::intake {
namespace {

void append_counted(crypto::SecretBuffer& to, Bytes bytes) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<Byte>(bytes.size() >> shift));
  to.append(bytes);
}

}  // namespace

std::string new_form_token() {
  return crypto::to_base64(crypto::random_secret<32>().reveal(), crypto::Base64::url_unpadded);
}

crypto::Secret<32> form_token(const Submission& submission) {
  const crypto::SecretBuffer* field = submission.field("t");
  if (field != nullptr) {
    const auto bytes = crypto::secret_from_base64(field->reveal_text(), crypto::Base64::url_unpadded);
    if (bytes && bytes->size() == 32) return crypto::Secret<32>(std::span<const Byte, 32>(bytes->reveal().data(), 32));
  }
  return crypto::random_secret<32>();
}

ByteArray<32> idempotency_key(const crypto::Secret<32>& token, const Submission& submission) {
  crypto::SecretBuffer content;
  for (const auto& [name, value] : submission.fields) {
    append_counted(content, as_bytes(name));
    append_counted(content, value.reveal());
  }
  for (const ReceivedFile& file : submission.files) content.append(file.sha256);
  return crypto::keyed_blake2b(token.reveal(), {as_bytes("hotline/v1/idempotency"), content.reveal()});
}

}  // namespace hotline::intake
