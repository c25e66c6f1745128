#include "crypto/signing.hpp"

#include <sodium.h>

namespace hotline::crypto {
namespace {

constexpr std::size_t recipient_bytes = 1216;

void append_number(ByteVector& to, std::int64_t number) {
  for (int shift = 56; shift >= 0; shift -= 8) to.push_back(static_cast<Byte>(static_cast<std::uint64_t>(number) >> shift));
}

bool makes_sense(const EpochStatement& statement) noexcept {
  return statement.not_before >= 0 && statement.not_before < statement.not_after && statement.recipient.size() == recipient_bytes;
}

ByteVector epoch_message(const EpochStatement& statement) {
  ByteVector message;
  append(message, as_bytes("hotline/v1/epoch"));
  append(message, statement.desk.bytes);
  append(message, statement.epoch.bytes);
  append_number(message, statement.not_before);
  append_number(message, statement.not_after);
  append(message, statement.recipient);
  return message;
}

ByteVector member_message(const MemberStatement& statement) {
  ByteVector message;
  append(message, as_bytes("hotline/v1/member"));
  append(message, statement.desk.bytes);
  append(message, statement.member.bytes);
  append(message, statement.sign_key);
  append(message, statement.recipient);
  return message;
}

SecretBuffer event_message(Bytes signed_text) {
  constexpr std::string_view name = "hotline/v1/event";
  SecretBuffer message;
  message.reserve(name.size() + signed_text.size());
  message.append(name);
  message.append(signed_text);
  return message;
}

}  // namespace

SigningKey SigningKey::from_seed(const Secret<32>& seed) noexcept {
  SigningKey key;
  crypto_sign_seed_keypair(key.public_key_.data(), key.secret_key_.reveal_mutable().data(), seed.reveal().data());
  return key;
}

Signature SigningKey::sign(Bytes message) const noexcept {
  Signature signature;
  crypto_sign_detached(signature.data(), nullptr, message.data(), message.size(), secret_key_.reveal().data());
  return signature;
}

Result<void> verify(const PublicSigningKey& key, Bytes message, SignatureView signature) noexcept {
  if (crypto_sign_verify_detached(signature.data(), message.data(), message.size(), key.data()) != 0) return Errc::authentication_failed;
  return {};
}

Result<Signature> sign_epoch(const SigningKey& desk_key, const EpochStatement& statement) {
  if (!makes_sense(statement)) return Errc::malformed;
  return desk_key.sign(epoch_message(statement));
}

Result<void> verify_epoch(const PublicSigningKey& desk_key, const EpochStatement& statement, SignatureView signature) {
  if (!makes_sense(statement)) return Errc::malformed;
  return verify(desk_key, epoch_message(statement), signature);
}

Result<Signature> sign_member(const SigningKey& desk_key, const MemberStatement& statement) {
  if (statement.recipient.size() != recipient_bytes) return Errc::malformed;
  return desk_key.sign(member_message(statement));
}

Result<void> verify_member(const PublicSigningKey& desk_key, const MemberStatement& statement, SignatureView signature) {
  if (statement.recipient.size() != recipient_bytes) return Errc::malformed;
  return verify(desk_key, member_message(statement), signature);
}

Signature sign_event(const SigningKey& member_key, Bytes signed_text) { return member_key.sign(event_message(signed_text).reveal()); }

Result<void> verify_event(const PublicSigningKey& member_key, Bytes signed_text, SignatureView signature) {
  return verify(member_key, event_message(signed_text).reveal(), signature);
}

}  // namespace hotline::crypto
