#include "server/cli/desk_founding.hpp"

#include "crypto/random.hpp"
#include "server/cli/passphrase_rules.hpp"

namespace hotline::cli {

Outcome<NewMember> make_member(const std::string& name, DeskId desk, storage::Role role, const crypto::SecretBuffer& passphrase,
                               std::int64_t day) {
  if (name.empty() || name.size() > 64) return Problem{"a member's name has 1 to 64 characters"};
  if (const auto fit = may_be_passphrase(passphrase, name); !fit) return fit.error();
  NewMember made;
  made.record.id = crypto::random_id<MemberId>();
  made.record.name = name;
  made.record.desk = desk;
  made.record.role = role;
  made.record.created_day = day;
  crypto::random_bytes(made.record.salt);
  const auto keys = crypto::derive_passphrase_keys(passphrase.reveal(), made.record.salt);
  if (!keys) return Problem{"not enough memory to derive the keys (64 MiB are needed)"};
  made.secret = crypto::random_secret<32>();
  made.record.auth_hash = crypto::auth_key_hash(keys->auth);
  made.record.wrapped_secret = crypto::wrap_member_secret(keys->wrap, made.record.id, made.secret);
  const auto recovery = crypto::RecoveryCode::generate();
  made.recovery_code = recovery.to_text();
  made.record.recovery_wrapped = crypto::wrap_member_secret(recovery.wrap_key(), made.record.id, made.secret);
  const auto recovery_hash = crypto::auth_key_hash(recovery.auth_key());
  made.record.recovery_hash.assign(recovery_hash.begin(), recovery_hash.end());
  const auto identity = crypto::age::Identity::from_seed(crypto::member_identity_seed(made.secret));
  const auto recipient = identity.recipient();
  made.record.recipient.assign(recipient.bytes().begin(), recipient.bytes().end());
  made.record.sign_key = crypto::SigningKey::from_seed(crypto::member_signing_seed(made.secret)).public_key();
  return made;
}

Outcome<NewEpoch> make_epoch(DeskId desk, const crypto::SigningKey& desk_key, std::int64_t now, std::span<const storage::Member> members) {
  const auto identity = crypto::age::Identity::generate();
  const auto recipient = identity.recipient();
  NewEpoch made;
  made.record.id = crypto::random_id<EpochId>();
  made.record.desk = desk;
  made.record.recipient.assign(recipient.bytes().begin(), recipient.bytes().end());
  made.record.not_before = now;
  made.record.not_after = now + (epoch_days + epoch_overlap_days) * 86400;
  const auto signature =
      crypto::sign_epoch(desk_key, {desk, made.record.id, made.record.not_before, made.record.not_after, recipient.bytes()});
  if (!signature) return Problem{"the epoch cannot be signed: is this machine's clock right?"};
  made.record.signature = *signature;
  for (const storage::Member& member : members) {
    auto grant = make_grant(storage::ScopeKind::epoch, made.record.id.bytes, identity.reveal_seed(), member);
    if (!grant) return grant.error();
    made.grants.push_back(std::move(*grant));
  }
  return made;
}

}  // namespace hotline::cli
