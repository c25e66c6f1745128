#pragma once

#include "config/bytes.hpp"
#include "config/error.hpp"
#include "crypto/age_header.hpp"
#include "crypto/age_keys.hpp"
#include "crypto/age_payload.hpp"
#include "crypto/armor.hpp"
#include "crypto/secret.hpp"

#include <optional>
#include <span>

/// age files (C2SP age.md) that pass through in pieces of any size, in constant memory. No I/O here.
/// An object belongs to one thread at a time.
namespace hotline::crypto::age {

class Sealer {
 public:
  /// One recipient at least, else Errc::malformed; Errc::too_large when the header would pass its limit (some 40 recipients).
  static Result<Sealer> create(std::span<const Recipient> recipients);

  /// Appends what is ready to `out`: the header with the first call, then each chunk that is full and not the last.
  void update(Bytes plaintext, ByteVector& out);
  /// Appends the last chunk. Nothing may follow; a file without it does not open.
  void finish(ByteVector& out);

  /// Size of the whole file that seals so many bytes.
  std::uint64_t sealed_size(std::uint64_t plaintext_bytes) const noexcept;

 private:
  Sealer(ByteVector header, PayloadKey key) noexcept
      : header_(std::move(header)), header_bytes_(header_.size()), payload_(std::move(key)) {}
  void put_header(ByteVector& out);
  ByteVector header_;  // with the nonce; empty when it has gone out
  std::size_t header_bytes_;
  PayloadSealer payload_;
};

class Opener {
 public:
  /// Reads binary and armored files. The identities must outlive the opener.
  static Opener create(std::span<const Identity> identities) noexcept { return Opener(identities); }
  /// For a file whose key is known already, however it was wrapped; its stanzas are not opened.
  static Opener with_file_key(FileKey key) noexcept;

  /// Appends plaintext to `out` as its chunks are authenticated; what was appended before an error is genuine, but not all.
  /// Errc::malformed (header, armor or stanza), Errc::too_large (header), Errc::wrong_key (no identity opens it),
  /// Errc::authentication_failed (header MAC or payload; cut off; followed by more). An error is final.
  Result<void> update(Bytes file, SecretBuffer& out);
  /// The file has ended. Only now is it known to be whole.
  Result<void> finish(SecretBuffer& out);

 private:
  explicit Opener(std::span<const Identity> identities) noexcept : identities_(identities) {}
  Result<void> feed(Bytes file, SecretBuffer& out);
  Result<void> finish_payload(SecretBuffer& out);
  Result<std::size_t> read_header();
  Result<void> keep(Result<void> outcome);

  std::span<const Identity> identities_;
  std::optional<FileKey> file_key_;
  std::optional<ArmorReader> armor_;
  ByteVector unarmored_;
  bool started_ = false;
  ByteVector head_;  // header and nonce, until both are there
  std::size_t header_bytes_ = 0;
  std::optional<PayloadOpener> payload_;
  boost::system::error_code error_;
};

}  // namespace hotline::crypto::age
