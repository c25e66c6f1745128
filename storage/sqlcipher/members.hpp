#pragma once

#include "storage/members.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// The row number of a member; Errc::not_found.
Result<std::int64_t> member_number(Database& database, const MemberId& id);
/// Errc::not_found without its desk, Errc::malformed for a name that is empty or too long, or an id of zeros; a name or an id that is taken is a Fault.
Result<void> insert_member(Database& database, const Member& member);

class SqlcipherMembers final : public Members {
 public:
  SqlcipherMembers(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}
  Awaitable<Result<void>> add(Member member) override;
  Awaitable<Result<Member>> find(std::string_view name) override;
  Awaitable<Result<Member>> get(MemberId id) override;
  Awaitable<Result<std::vector<Member>>> list(DeskId desk) override;
  Awaitable<Result<Roster>> roster(DeskId desk) override;
  Awaitable<Result<void>> change_passphrase(MemberId id, ByteArray<32> auth_hash, NewPassphrase fresh, ActivityLines lines) override;
  Awaitable<Result<void>> recover(MemberId id, ByteArray<32> recovery_hash, NewPassphrase fresh, ByteVector recovery_wrapped,
                                  ByteArray<32> new_recovery_hash, ActivityLines lines) override;
  Awaitable<Result<void>> renew_paper_code(MemberId id, ByteArray<32> auth_hash, NewPaperCode fresh, ActivityLines lines) override;
  Awaitable<Result<void>> vouch(MemberId id, ByteArray<64> voucher, ActivityLines lines) override;
  Awaitable<Result<void>> remove(MemberId id, ActivityLines lines) override;
  Awaitable<Result<void>> invite(Invitation invitation, ActivityLines lines) override;
  Awaitable<Result<Invitation>> invitation(ByteArray<32> code_hash, std::int64_t now_hour) override;
  Awaitable<Result<std::vector<Invitation>>> invitations(DeskId desk, std::int64_t now_hour) override;
  Awaitable<Result<void>> withdraw(DeskId desk, InvitationId id, ActivityLines lines) override;
  Awaitable<Result<void>> enrol(ByteArray<32> code_hash, std::int64_t now_hour, Member member, ActivityLines lines) override;

 private:
  Writer& writer_;
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
