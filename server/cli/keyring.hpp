#pragma once

#include "server/cli/console_client.hpp"

#include <map>
#include <optional>
#include <span>
#include <vector>

namespace hotline::cli {

/// The identities that a member holds: what their grants open to. Access is holding one; docs/formats.md section 2.
class Keyring {
 public:
  /// Opens grants with the member's own identity. A grant that does not open, or whose content names another scope than its
  /// row, is left out and counted.
  static Keyring open(const MemberKeys& member, const std::vector<storage::Grant>& grants);

  /// The identities of one case, the one of now first, from the member's grant to it; none when it does not open or names something else.
  static std::vector<crypto::age::Identity> open_case(const MemberKeys& member, const storage::Grant& grant, CaseId id);

  const crypto::age::Identity* epoch(EpochId id) const;
  /// The one of now, to which what is written is sealed.
  const crypto::age::Identity* case_(CaseId id) const;
  /// That one and the earlier ones: a case gets a new one when somebody leaves who held it. None when the member holds none.
  std::span<const crypto::age::Identity> case_keys(CaseId id) const;
  /// The desk's signing seed, when the member is an admin who holds it.
  std::optional<crypto::SigningKey> desk_key(DeskId id) const;
  std::size_t unreadable() const noexcept { return unreadable_; }

  /// The same identities for another member: their new grants. The desk key goes along only when asked; the cases of `without` do not.
  Outcome<std::vector<storage::Grant>> grants_for(const storage::Member& member, bool with_desk_key, const std::vector<CaseId>& without = {}) const;

 private:
  struct Held {
    storage::ScopeKind kind;
    ByteArray<16> scope;
    std::vector<crypto::age::Identity> identities;   ///< the one of now first; a desk key's seed is kept as one too
  };
  const Held* find(storage::ScopeKind kind, const ByteArray<16>& scope) const;

  std::vector<Held> held_;
  std::size_t unreadable_ = 0;
};

/// Seals a scope's secret to a member, with the earlier ones of a case: an `identity` object of docs/formats.md.
Outcome<storage::Grant> make_grant(storage::ScopeKind kind, const ByteArray<16>& scope, std::span<const Byte, 32> secret,
                                   const storage::Member& member, std::span<const crypto::age::Identity> earlier = {});

}  // namespace hotline::cli
