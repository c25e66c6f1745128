#include "crypto/age_stream.hpp"

#include "config/limits.hpp"
#include "crypto/age_stanza.hpp"
#include "crypto/random.hpp"

#include <algorithm>

namespace hotline::crypto::age {

Result<Sealer> Sealer::create(std::span<const Recipient> recipients) {
  if (recipients.empty()) return Errc::malformed;
  const FileKey file_key = random_secret<FileKey::size>();
  std::vector<Stanza> stanzas;
  stanzas.reserve(recipients.size());
  for (const Recipient& recipient : recipients) {
    Result<Stanza> stanza = wrap_file_key(recipient, file_key);
    if (!stanza) return stanza.error();
    stanzas.push_back(std::move(*stanza));
  }
  ByteVector header = write_header(stanzas, file_key);
  if (header.size() > Limits{}.age_header_bytes_max) return Errc::too_large;

  ByteArray<payload_nonce_bytes> nonce;
  random_bytes(nonce);
  append(header, nonce);
  return Sealer(std::move(header), payload_key(file_key, nonce));
}

void Sealer::put_header(ByteVector& out) {
  if (header_.empty()) return;
  append(out, header_);
  header_ = {};
}

void Sealer::update(Bytes plaintext, ByteVector& out) {
  put_header(out);
  payload_.update(plaintext, out);
}

void Sealer::finish(ByteVector& out) {
  put_header(out);
  payload_.finish(out);
}

std::uint64_t Sealer::sealed_size(std::uint64_t plaintext_bytes) const noexcept {
  return header_bytes_ + sealed_chunks_size(plaintext_bytes);
}

Opener Opener::with_file_key(FileKey key) noexcept {
  Opener opener{std::span<const Identity>{}};
  opener.file_key_ = std::move(key);
  return opener;
}

/// An error is final: later calls get it again.
Result<void> Opener::keep(Result<void> outcome) {
  if (!outcome) error_ = outcome.error();
  return outcome;
}

Result<void> Opener::update(Bytes file, SecretBuffer& out) {
  if (error_) return error_;
  if (file.empty()) return {};
  if (!started_) {
    started_ = true;
    if (may_be_armor(file.front())) armor_.emplace();
  }
  if (!armor_) return keep(feed(file, out));
  unarmored_.clear();
  const Result<void> read = armor_->update(file, unarmored_);
  // What came before the damage is passed on, as it would be if the pieces were smaller.
  const Result<void> fed = feed(unarmored_, out);
  return keep(fed ? read : fed);
}

Result<void> Opener::finish(SecretBuffer& out) {
  if (error_) return error_;
  if (armor_) {
    if (const Result<void> ended = armor_->finish(); !ended) return keep(ended);
  }
  return keep(finish_payload(out));
}

Result<void> Opener::finish_payload(SecretBuffer& out) {
  if (payload_) return payload_->finish(out);
  if (header_bytes_ == 0) {
    if (const Result<std::size_t> header = read_header(); !header) return header.error();
  }
  return Errc::malformed;  // the header ended, the nonce did not
}

Result<void> Opener::feed(Bytes file, SecretBuffer& out) {
  if (payload_) return payload_->update(file, out);
  const std::size_t limit = Limits{}.age_header_bytes_max + payload_nonce_bytes;
  const Bytes taken = file.first(std::min(file.size(), limit - head_.size()));
  const std::size_t searched = head_.size();
  append(head_, taken);
  if (header_bytes_ == 0) {
    if (!may_be_header(head_)) return Errc::malformed;
    if (!find_header_end(head_, searched) && head_.size() < limit) return {};
    const Result<std::size_t> header = read_header();
    if (!header) return header.error();
    header_bytes_ = *header;
  }
  const std::size_t head_bytes = header_bytes_ + payload_nonce_bytes;
  if (head_.size() < head_bytes) return {};
  payload_.emplace(payload_key(*file_key_, Bytes(head_).subspan(header_bytes_).first<payload_nonce_bytes>()));
  file_key_.reset();
  const ByteVector head = std::move(head_);
  head_ = {};
  if (const Result<void> opened = payload_->update(Bytes(head).subspan(head_bytes), out); !opened) return opened;
  return payload_->update(file.subspan(taken.size()), out);
}

/// Reads the header that stands in head_, finds the file key and verifies the MAC. Gives the header's size.
Result<std::size_t> Opener::read_header() {
  const Result<Header> header = parse_header(head_);
  if (!header) return header.error();
  if (!file_key_) {
    Result<FileKey> key = unwrap_file_key(header->stanzas, identities_);
    if (!key) return key.error();
    file_key_ = std::move(*key);
  }
  if (const Result<void> verified = verify_header(*header, head_, *file_key_); !verified) return verified.error();
  return header->size_bytes;
}

}  // namespace hotline::crypto::age
