#pragma once

#include "config/ids.hpp"
#include "storage/activity.hpp"
#include "storage/awaitable.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hotline::storage {

enum class Role : std::uint8_t { caseworker = 1, supervisor = 2, admin = 3, auditor = 4, analyst = 5, partner = 6 };

/// What the server keeps of a member: nothing that opens anything. docs/formats.md section 5.
struct Member {
  MemberId id;
  std::string name;                 ///< for sign-in; 1–64 bytes
  DeskId desk;
  Role role = Role::caseworker;
  ByteArray<16> salt{};             ///< for Argon2id of the passphrase
  ByteArray<32> auth_hash{};        ///< BLAKE2b-256 of the auth key
  ByteVector wrapped_secret;        ///< XChaCha20-Poly1305 under the wrap key
  ByteVector recovery_wrapped;      ///< the same under the paper recovery code; may be empty
  ByteVector recipient;             ///< the member's own age recipient, 1,216 bytes
  ByteArray<32> sign_key{};         ///< Ed25519 public key
  std::int64_t created_day = 0;
  ByteVector voucher;               ///< an admin's signature by the desk key over these public keys, 64 bytes; empty: nobody vouched yet
  ByteVector recovery_hash;         ///< BLAKE2b-256 of the paper code's auth key, 32 bytes; empty: the code proves nothing here
};

/// All whom a desk has or had.
struct Roster {
  std::vector<Member> members;      ///< in order of joining
  std::vector<Member> former;       ///< who have left, by id: only id, name, desk, role, public keys and voucher. What they signed can be checked for ever
};

/// What a new passphrase changes of a member.
struct NewPassphrase {
  ByteArray<16> salt{};
  ByteArray<32> auth_hash{};
  ByteVector wrapped_secret;
};

/// What a new paper code changes of a member.
struct NewPaperCode {
  ByteVector recovery_wrapped;      ///< the member secret under the code's wrap key
  ByteArray<32> recovery_hash{};    ///< BLAKE2b-256 of the code's auth key
};

/// A one-time permission to enrol. Only a hash of its code is kept.
struct Invitation {
  ByteArray<32> code_hash{};
  DeskId desk;
  std::string name;
  Role role = Role::caseworker;
  std::int64_t expiry_hour = 0;     ///< hours since 1970, as below
  InvitationId id{};
  MemberId invited_by{};            ///< zero: from before this was kept
  std::int64_t made_hour = 0;
};

/// Each change takes along the lines of activity that tell of it, and writes them in its own commit.
class Members {
 public:
  virtual ~Members() = default;
  virtual Awaitable<Result<void>> add(Member member) = 0;                       ///< Errc::conflict: name or id taken
  virtual Awaitable<Result<Member>> find(std::string_view name) = 0;            ///< Errc::not_found
  virtual Awaitable<Result<Member>> get(MemberId id) = 0;                       ///< Errc::not_found
  virtual Awaitable<Result<std::vector<Member>>> list(DeskId desk) = 0;         ///< in order of joining
  /// Both at one moment: whoever is removed meanwhile is in one of them, never in both or neither.
  virtual Awaitable<Result<Roster>> roster(DeskId desk) = 0;
  /// Errc::conflict: `auth_hash` is not the member's any more, or the member is gone.
  virtual Awaitable<Result<void>> change_passphrase(MemberId id, ByteArray<32> auth_hash, NewPassphrase fresh, ActivityLines lines = {}) = 0;
  /// New passphrase and new paper code, and every second factor gone, in one commit. Errc::conflict: `recovery_hash` is not the
  /// member's any more, or the member is gone.
  virtual Awaitable<Result<void>> recover(MemberId id, ByteArray<32> recovery_hash, NewPassphrase fresh, ByteVector recovery_wrapped,
                                          ByteArray<32> new_recovery_hash, ActivityLines lines = {}) = 0;
  /// A new paper code, and the old one is of no use any more. Errc::conflict: `auth_hash` is not the member's any more, or the member is gone.
  virtual Awaitable<Result<void>> renew_paper_code(MemberId id, ByteArray<32> auth_hash, NewPaperCode fresh, ActivityLines lines = {}) = 0;
  /// Keeps an admin's voucher for the member's keys; Errc::not_found.
  virtual Awaitable<Result<void>> vouch(MemberId id, ByteArray<64> voucher, ActivityLines lines = {}) = 0;
  /// Removes the member with every grant to them, every second factor and the invitations that they made, in one commit; from then on they are
  /// one of Roster::former. Cases of which they held the key are marked (Case::key_known_outside). Errc::conflict: the desk's only admin.
  virtual Awaitable<Result<void>> remove(MemberId id, ActivityLines lines = {}) = 0;
  /// Errc::conflict: a member has that name, or another desk invites somebody of it. An earlier invitation of this desk for the name ends: its
  /// code is of no use any more. Errc::forbidden: `invited_by` is no admin of the desk (any more).
  virtual Awaitable<Result<void>> invite(Invitation invitation, ActivityLines lines = {}) = 0;
  virtual Awaitable<Result<Invitation>> invitation(ByteArray<32> code_hash, std::int64_t now_hour) = 0;  ///< Errc::not_found
  /// Those of a desk that can still be used, the newest first; their hashes are zeros.
  virtual Awaitable<Result<std::vector<Invitation>>> invitations(DeskId desk, std::int64_t now_hour) = 0;
  /// Its code is of no use any more. Errc::not_found: not at this desk, used, or withdrawn already.
  virtual Awaitable<Result<void>> withdraw(DeskId desk, InvitationId id, ActivityLines lines = {}) = 0;
  /// Uses up the invitation and adds the member in one commit; Errc::not_found when it is used, expired or unknown,
  /// Errc::forbidden when the member's name, desk or role is not the invitation's, Errc::malformed for an id that is zero, or that stands for
  /// somebody else in what was recorded: who has left would be taken for the newcomer.
  virtual Awaitable<Result<void>> enrol(ByteArray<32> code_hash, std::int64_t now_hour, Member member, ActivityLines lines = {}) = 0;
};

}  // namespace hotline::storage
