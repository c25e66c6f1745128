#pragma once

#include "config/clock.hpp"
#include "crypto/member_keys.hpp"
#include "crypto/secret.hpp"
#include "crypto/signing.hpp"
#include "server/cli/keyring.hpp"
#include "storage/desks.hpp"
#include "storage/members.hpp"

#include <span>
#include <string>

namespace hotline::cli {

inline constexpr std::int64_t epoch_days = 30;            ///< how long reporters seal to one epoch
inline constexpr std::int64_t epoch_overlap_days = 7;     ///< it stays valid so long after its successor should have begun

/// A new member with keys made here; `recovery_code` is for paper.
struct NewMember {
  storage::Member record;
  crypto::Secret<32> secret;
  crypto::SecretBuffer recovery_code;
};
Outcome<NewMember> make_member(const std::string& name, DeskId desk, storage::Role role, const crypto::SecretBuffer& passphrase,
                               std::int64_t day);

/// A new epoch, signed by the desk key, with a grant for each of the members.
struct NewEpoch {
  storage::Epoch record;
  std::vector<storage::Grant> grants;
};
Outcome<NewEpoch> make_epoch(DeskId desk, const crypto::SigningKey& desk_key, std::int64_t now, std::span<const storage::Member> members);

}  // namespace hotline::cli
