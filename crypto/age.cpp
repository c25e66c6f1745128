#include "crypto/age.hpp"

#include "crypto/age_stanza.hpp"
#include "crypto/age_stream.hpp"

namespace hotline::crypto::age {

Result<ByteVector> seal(std::span<const Recipient> recipients, Bytes plaintext) {
  Result<Sealer> sealer = Sealer::create(recipients);
  if (!sealer) return sealer.error();
  ByteVector file;
  file.reserve(sealer->sealed_size(plaintext.size()));
  sealer->update(plaintext, file);
  sealer->finish(file);
  return file;
}

Result<SecretBuffer> open(std::span<const Identity> identities, Bytes file) {
  Opener opener = Opener::create(identities);
  SecretBuffer plaintext;
  plaintext.reserve(file.size());
  if (const Result<void> opened = opener.update(file, plaintext); !opened) return opened.error();
  if (const Result<void> ended = opener.finish(plaintext); !ended) return ended.error();
  return plaintext;
}

Result<void> check_header(Bytes beginning, std::uint64_t file_bytes) {
  const Result<Header> header = parse_header(beginning);
  if (!header) return header.error();
  if (const Result<void> checked = check_stanzas(header->stanzas); !checked) return checked;
  const std::uint64_t head_bytes = header->size_bytes + payload_nonce_bytes;
  if (file_bytes < head_bytes || !can_be_chunks_size(file_bytes - head_bytes)) return Errc::malformed;
  return {};
}

}  // namespace hotline::crypto::age
