#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/age_header.hpp"
#include "crypto/secret.hpp"

#include <cstdint>
#include <span>

/// The binary payload of an age file (C2SP age.md, "Payload"): a nonce of 16 bytes, then chunks of 64 KiB, each sealed by
/// ChaCha20-Poly1305 under a key made of file key and nonce, with a counter and a mark on the last one (STREAM).
namespace hotline::crypto::age {

inline constexpr std::size_t payload_nonce_bytes = 16;
inline constexpr std::size_t chunk_bytes = 64 * 1024;
inline constexpr std::size_t chunk_tag_bytes = 16;
inline constexpr std::size_t sealed_chunk_bytes = chunk_bytes + chunk_tag_bytes;

using PayloadKey = Secret<32>;
PayloadKey payload_key(const FileKey& file_key, std::span<const Byte, payload_nonce_bytes> nonce) noexcept;

/// Bytes that the chunks of a plaintext take, without the nonce.
std::uint64_t sealed_chunks_size(std::uint64_t plaintext_bytes) noexcept;
/// Whether chunks can have this size together: no last chunk is cut off or needlessly empty.
bool can_be_chunks_size(std::uint64_t bytes) noexcept;

/// Seals chunk by chunk; holds at most one chunk of plaintext, wiped when it is done.
class PayloadSealer {
 public:
  explicit PayloadSealer(PayloadKey key) noexcept : key_(std::move(key)) {}
  void update(Bytes plaintext, ByteVector& out);
  void finish(ByteVector& out);

 private:
  void seal_chunk(Bytes plaintext, bool last, ByteVector& out);
  PayloadKey key_;
  SecretBuffer chunk_;
  std::uint64_t counter_ = 0;
};

/// Opens chunk by chunk; appends plaintext only when its chunk is authenticated.
/// Errc::authentication_failed for anything wrong: changed, cut off, or followed by more. After an error the opener
/// must not be used any more.
class PayloadOpener {
 public:
  explicit PayloadOpener(PayloadKey key) noexcept : key_(std::move(key)) {}
  Result<void> update(Bytes sealed, SecretBuffer& out);
  Result<void> finish(SecretBuffer& out);

 private:
  Result<void> open_chunk(Bytes sealed, bool last, SecretBuffer& out);
  bool try_chunk(Bytes sealed, bool last, SecretBuffer& out);
  PayloadKey key_;
  ByteVector chunk_;
  std::uint64_t counter_ = 0;
};

}  // namespace hotline::crypto::age
