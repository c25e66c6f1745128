#include "crypto/age_payload.hpp"

#include "crypto/hash.hpp"

#include <sodium.h>

#include <algorithm>

namespace hotline::crypto::age {
namespace {

static_assert(chunk_tag_bytes == crypto_aead_chacha20poly1305_ietf_ABYTES);
static_assert(PayloadKey::size == crypto_aead_chacha20poly1305_ietf_KEYBYTES);
using ChunkNonce = ByteArray<crypto_aead_chacha20poly1305_ietf_NPUBBYTES>;

/// Eleven bytes of counter, big endian, and one that marks the last chunk.
ChunkNonce chunk_nonce(std::uint64_t counter, bool last) noexcept {
  ChunkNonce nonce{};
  for (std::size_t i = 0; i < 8; ++i) nonce[10 - i] = static_cast<Byte>(counter >> (8 * i));
  nonce[11] = last ? 1 : 0;
  return nonce;
}

}  // namespace

PayloadKey payload_key(const FileKey& file_key, std::span<const Byte, payload_nonce_bytes> nonce) noexcept {
  PayloadKey key;
  hkdf_sha256(file_key.reveal(), nonce, as_bytes("payload"), key.reveal_mutable());
  return key;
}

std::uint64_t sealed_chunks_size(std::uint64_t plaintext_bytes) noexcept {
  const std::uint64_t chunks = plaintext_bytes == 0 ? 1 : (plaintext_bytes - 1) / chunk_bytes + 1;
  return plaintext_bytes + chunks * chunk_tag_bytes;
}

bool can_be_chunks_size(std::uint64_t bytes) noexcept {
  if (bytes <= sealed_chunk_bytes) return bytes >= chunk_tag_bytes;
  const std::uint64_t last = bytes % sealed_chunk_bytes;
  return last == 0 || last > chunk_tag_bytes;
}

void PayloadSealer::update(Bytes plaintext, ByteVector& out) {
  // A chunk is sealed only when it is known that more follows: the last one is marked, and never empty.
  while (chunk_.size() + plaintext.size() > chunk_bytes) {
    const std::size_t missing = chunk_bytes - chunk_.size();
    if (chunk_.empty()) {
      seal_chunk(plaintext.first(missing), false, out);
    } else {
      chunk_.append(plaintext.first(missing));
      seal_chunk(chunk_.reveal(), false, out);
      chunk_.clear();
    }
    plaintext = plaintext.subspan(missing);
  }
  chunk_.append(plaintext);
}

void PayloadSealer::finish(ByteVector& out) {
  seal_chunk(chunk_.reveal(), true, out);
  chunk_ = {};
  key_ = {};
}

void PayloadSealer::seal_chunk(Bytes plaintext, bool last, ByteVector& out) {
  const std::size_t start = out.size();
  out.resize(start + plaintext.size() + chunk_tag_bytes);
  crypto_aead_chacha20poly1305_ietf_encrypt(out.data() + start, nullptr, plaintext.data(), plaintext.size(), nullptr, 0,
                                            nullptr, chunk_nonce(counter_, last).data(), key_.reveal().data());
  ++counter_;
}

Result<void> PayloadOpener::update(Bytes sealed, SecretBuffer& out) {
  while (chunk_.size() + sealed.size() > sealed_chunk_bytes) {
    const std::size_t missing = sealed_chunk_bytes - chunk_.size();
    Bytes chunk = sealed.first(missing);
    if (!chunk_.empty()) {
      append(chunk_, chunk);
      chunk = chunk_;
    }
    if (const Result<void> opened = open_chunk(chunk, false, out); !opened) return opened;
    chunk_.clear();
    sealed = sealed.subspan(missing);
  }
  append(chunk_, sealed);
  return {};
}

Result<void> PayloadOpener::finish(SecretBuffer& out) {
  const bool empty = chunk_.size() == chunk_tag_bytes;
  if (empty && counter_ > 0) return Errc::authentication_failed;
  return open_chunk(chunk_, true, out);
}

Result<void> PayloadOpener::open_chunk(Bytes sealed, bool last, SecretBuffer& out) {
  if (sealed.size() < chunk_tag_bytes) return Errc::authentication_failed;
  if (try_chunk(sealed, last, out)) {
    ++counter_;
    return {};
  }
  // A full chunk of the other kind is genuine too, but the file goes on after its end, or ends before it. Like other
  // readers of the format we release it and fail.
  if (sealed.size() == sealed_chunk_bytes) try_chunk(sealed, !last, out);
  return Errc::authentication_failed;
}

bool PayloadOpener::try_chunk(Bytes sealed, bool last, SecretBuffer& out) {
  const std::size_t start = out.size();
  out.resize(start + sealed.size() - chunk_tag_bytes);
  if (crypto_aead_chacha20poly1305_ietf_decrypt(out.reveal_mutable().data() + start, nullptr, nullptr, sealed.data(),
                                                sealed.size(), nullptr, 0, chunk_nonce(counter_, last).data(),
                                                key_.reveal().data()) != 0) {
    out.resize(start);
    return false;
  }
  return true;
}

}  // namespace hotline::crypto::age
