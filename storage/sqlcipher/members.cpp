#include "storage/sqlcipher/members.hpp"

#include "storage/grants.hpp"
#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/log.hpp"

namespace hotline::storage::sqlcipher {
namespace {

constexpr std::size_t name_bytes_max = 64;

bool name_fits(std::string_view name) { return !name.empty() && name.size() <= name_bytes_max; }

/// Columns: id, name, desk id, role, salt, auth_hash, wrapped_secret, recovery_wrapped, recipient, sign_key, created_day, voucher,
/// recovery_hash.
Member read_member(const Query& query) {
  return {query.id<MemberId>(0), std::string(query.text(1)), query.id<DeskId>(2), static_cast<Role>(query.integer(3)), query.fixed<16>(4),
          query.fixed<32>(5),    query.bytes(6),             query.bytes(7),      query.bytes(8),                      query.fixed<32>(9),
          query.integer(10),     query.bytes(11),            query.bytes(12)};
}

Result<Invitation> read_invitation(Database& database, const ByteArray<32>& code_hash, std::int64_t now_hour) {
  auto query = database.query(
      "SELECT d.id, i.name, i.role, i.expiry_hour, i.id, i.invited_by, i.made_hour FROM invitation i JOIN desk d ON d.number = i.desk "
      "WHERE i.code_hash = ? AND i.expiry_hour > ?",
      code_hash, now_hour);
  if (!query.next()) return Errc::not_found;
  return Invitation{code_hash, query.id<DeskId>(0), std::string(query.text(1)), static_cast<Role>(query.integer(2)), query.integer(3),
                    query.id<InvitationId>(4), query.id<MemberId>(5), query.integer(6)};
}

/// Whether something is recorded of a member with that id, who need not be here any more.
bool is_recorded(Database& database, const MemberId& id) {
  auto query = database.query(
      "SELECT EXISTS (SELECT 1 FROM former_member WHERE id = ?1) OR EXISTS (SELECT 1 FROM activity WHERE member = ?1)", id);
  return query.next() && query.integer(0) == 1;
}

std::vector<Member> members_of(Database& database, const DeskId& desk) {
  std::vector<Member> members;
  auto query = database.query(
      "SELECT m.id, m.name, d.id, m.role, m.salt, m.auth_hash, m.wrapped_secret, m.recovery_wrapped, m.recipient, m.sign_key, "
      "m.created_day, m.voucher, m.recovery_hash FROM member m JOIN desk d ON d.number = m.desk WHERE d.id = ? ORDER BY m.number",
      desk);
  while (query.next()) members.push_back(read_member(query));
  return members;
}

std::vector<Member> former_of(Database& database, const DeskId& desk) {
  std::vector<Member> members;
  auto query = database.query(
      "SELECT f.id, f.name, f.role, f.recipient, f.sign_key, f.voucher FROM former_member f JOIN desk d ON d.number = f.desk WHERE d.id = ? ORDER BY f.id", desk);
  while (query.next()) {
    Member member;
    member.id = query.id<MemberId>(0);
    member.name = query.text(1);
    member.desk = desk;
    member.role = static_cast<Role>(query.integer(2));
    member.recipient = query.bytes(3);
    member.sign_key = query.fixed<32>(4);
    member.voucher = query.bytes(5);
    members.push_back(std::move(member));
  }
  return members;
}

}  // namespace

Result<void> insert_member(Database& database, const Member& member) {
  // An id of zeros is nobody's: activity writes it for what the server does by itself.
  if (!name_fits(member.name) || member.id == MemberId{}) return Errc::malformed;
  const Result<std::int64_t> desk = desk_number(database, member.desk);
  if (!desk) return desk.error();
  database.run(
      "INSERT INTO member (id, name, desk, role, salt, auth_hash, wrapped_secret, recovery_wrapped, recipient, sign_key, created_day, "
      "voucher, recovery_hash) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      member.id, member.name, *desk, member.role, member.salt, member.auth_hash, member.wrapped_secret, member.recovery_wrapped,
      member.recipient, member.sign_key, member.created_day, member.voucher, member.recovery_hash);
  return {};
}

Result<std::int64_t> member_number(Database& database, const MemberId& id) {
  auto query = database.query("SELECT number FROM member WHERE id = ?", id);
  if (!query.next()) return Errc::not_found;
  return query.integer(0);
}

Awaitable<Result<void>> SqlcipherMembers::add(Member member) {
  return writer_.submit<void>([member = std::move(member)](Database& database) -> Result<void> { return insert_member(database, member); });
}

Awaitable<Result<Member>> SqlcipherMembers::find(std::string_view name) {
  return readers_.submit<Member>([name = std::string(name)](Database& database) -> Result<Member> {
    // A name that is not there reads the next member after it instead, so that a miss does what a hit does.
    auto query = database.query(
        "SELECT m.id, m.name, d.id, m.role, m.salt, m.auth_hash, m.wrapped_secret, m.recovery_wrapped, m.recipient, m.sign_key, "
        "m.created_day, m.voucher, m.recovery_hash FROM member m JOIN desk d ON d.number = m.desk WHERE m.name = "
        "coalesce((SELECT min(name) FROM member WHERE name >= ?1), (SELECT min(name) FROM member))",
        name);
    if (!query.next()) return Errc::not_found;
    Member member = read_member(query);
    if (member.name != name) return Errc::not_found;
    return member;
  });
}

Awaitable<Result<Member>> SqlcipherMembers::get(MemberId id) {
  return readers_.submit<Member>([id](Database& database) -> Result<Member> {
    auto query = database.query(
        "SELECT m.id, m.name, d.id, m.role, m.salt, m.auth_hash, m.wrapped_secret, m.recovery_wrapped, m.recipient, m.sign_key, "
        "m.created_day, m.voucher, m.recovery_hash FROM member m JOIN desk d ON d.number = m.desk WHERE m.id = ?",
        id);
    if (!query.next()) return Errc::not_found;
    return read_member(query);
  });
}

Awaitable<Result<std::vector<Member>>> SqlcipherMembers::list(DeskId desk) {
  return readers_.submit<std::vector<Member>>([desk](Database& database) -> Result<std::vector<Member>> { return members_of(database, desk); });
}

Awaitable<Result<Roster>> SqlcipherMembers::roster(DeskId desk) {
  return readers_.submit<Roster>([desk](Database& database) -> Result<Roster> { return Roster{members_of(database, desk), former_of(database, desk)}; });
}

Awaitable<Result<void>> SqlcipherMembers::change_passphrase(MemberId id, ByteArray<32> auth_hash, NewPassphrase fresh, ActivityLines lines) {
  // The old wrapped secret must not be left in the log: it opens with the old passphrase.
  return writer_.submit_and_empty_log<void>([id, auth_hash, fresh = std::move(fresh), lines = std::move(lines)](Database& database) -> Result<void> {
    const auto changed = database.run("UPDATE member SET salt = ?, auth_hash = ?, wrapped_secret = ? WHERE id = ? AND auth_hash = ?",
                                      fresh.salt, fresh.auth_hash, fresh.wrapped_secret, id, auth_hash);
    if (changed != 1) return Errc::conflict;
    append_lines(database, lines);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherMembers::recover(MemberId id, ByteArray<32> recovery_hash, NewPassphrase fresh, ByteVector recovery_wrapped,
                                                  ByteArray<32> new_recovery_hash, ActivityLines lines) {
  return writer_.submit_and_empty_log<void>([id, recovery_hash, fresh = std::move(fresh), recovery_wrapped = std::move(recovery_wrapped),
                                             new_recovery_hash, lines = std::move(lines)](Database& database) -> Result<void> {
    const auto changed = database.run(
        "UPDATE member SET salt = ?, auth_hash = ?, wrapped_secret = ?, recovery_wrapped = ?, recovery_hash = ? WHERE id = ? AND recovery_hash = ?",
        fresh.salt, fresh.auth_hash, fresh.wrapped_secret, recovery_wrapped, new_recovery_hash, id, recovery_hash);
    if (changed != 1) return Errc::conflict;
    database.run("DELETE FROM second_factor WHERE member = (SELECT number FROM member WHERE id = ?)", id);
    append_lines(database, lines);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherMembers::renew_paper_code(MemberId id, ByteArray<32> auth_hash, NewPaperCode fresh, ActivityLines lines) {
  // As with a passphrase: what the old paper opens must be gone.
  return writer_.submit_and_empty_log<void>([id, auth_hash, fresh = std::move(fresh), lines = std::move(lines)](Database& database) -> Result<void> {
    const auto changed = database.run("UPDATE member SET recovery_wrapped = ?, recovery_hash = ? WHERE id = ? AND auth_hash = ?", fresh.recovery_wrapped,
                                      fresh.recovery_hash, id, auth_hash);
    if (changed != 1) return Errc::conflict;
    append_lines(database, lines);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherMembers::vouch(MemberId id, ByteArray<64> voucher, ActivityLines lines) {
  return writer_.submit<void>([id, voucher, lines = std::move(lines)](Database& database) -> Result<void> {
    const Result<std::int64_t> number = member_number(database, id);
    if (!number) return number.error();
    database.run("UPDATE member SET voucher = ? WHERE number = ?", voucher, *number);
    append_lines(database, lines);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherMembers::remove(MemberId id, ActivityLines lines) {
  return writer_.submit_and_empty_log<void>([id, lines = std::move(lines)](Database& database) -> Result<void> {
    const Result<std::int64_t> number = member_number(database, id);
    if (!number) return number.error();
    {
      // Of two who remove each other one stays.
      auto admins = database.query("SELECT m.role = ?2, (SELECT count(*) FROM member o WHERE o.desk = m.desk AND o.role = ?2) FROM member m WHERE m.number = ?1",
                                   *number, Role::admin);
      if (admins.next() && admins.integer(0) == 1 && admins.integer(1) == 1) return Errc::conflict;
    }
    database.run("UPDATE case_file SET key_known_outside = 1 WHERE id IN (SELECT scope FROM access_grant WHERE kind = ? AND member = ?)",
                 ScopeKind::case_, *number);
    database.run("DELETE FROM access_grant WHERE member = ?", *number);
    database.run("UPDATE case_file SET assignee = NULL WHERE assignee = ?", id);
    database.run("DELETE FROM second_factor WHERE member = ?", *number);
    // Whoever leaves does not come back by an invitation of their own.
    database.run("DELETE FROM invitation WHERE invited_by = ?", id);
    database.run("INSERT OR REPLACE INTO former_member (id, desk, name, role, recipient, sign_key, voucher) "
                 "SELECT id, desk, name, role, recipient, sign_key, voucher FROM member WHERE number = ?", *number);
    database.run("DELETE FROM member WHERE number = ?", *number);
    append_lines(database, lines);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherMembers::invite(Invitation invitation, ActivityLines lines) {
  return writer_.submit<void>([invitation = std::move(invitation), lines = std::move(lines)](Database& database) -> Result<void> {
    if (!name_fits(invitation.name)) return Errc::malformed;
    const Result<std::int64_t> desk = desk_number(database, invitation.desk);
    if (!desk) return desk.error();
    {
      auto member = database.query("SELECT 1 FROM member WHERE name = ?", invitation.name);
      if (member.next()) return Errc::conflict;
    }
    // Whoever invites must still be an admin now: one who was removed a moment ago does not come back by an invitation of their own.
    if (invitation.invited_by != MemberId{}) {
      auto inviting = database.query("SELECT 1 FROM member WHERE id = ? AND desk = ? AND role = ?", invitation.invited_by, *desk, Role::admin);
      if (!inviting.next()) return Errc::forbidden;
    }
    {
      auto elsewhere = database.query("SELECT 1 FROM invitation WHERE name = ? AND desk <> ? AND expiry_hour > ?", invitation.name, *desk, invitation.made_hour);
      if (elsewhere.next()) return Errc::conflict;
    }
    database.run("DELETE FROM invitation WHERE name = ?", invitation.name);
    database.run("INSERT INTO invitation (code_hash, desk, name, role, expiry_hour, id, invited_by, made_hour) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                 invitation.code_hash, *desk, invitation.name, invitation.role, invitation.expiry_hour, invitation.id, invitation.invited_by,
                 invitation.made_hour);
    append_lines(database, lines);
    return {};
  });
}

Awaitable<Result<Invitation>> SqlcipherMembers::invitation(ByteArray<32> code_hash, std::int64_t now_hour) {
  return readers_.submit<Invitation>([code_hash, now_hour](Database& database) -> Result<Invitation> {
    return read_invitation(database, code_hash, now_hour);
  });
}

Awaitable<Result<std::vector<Invitation>>> SqlcipherMembers::invitations(DeskId desk, std::int64_t now_hour) {
  return readers_.submit<std::vector<Invitation>>([desk, now_hour](Database& database) -> Result<std::vector<Invitation>> {
    std::vector<Invitation> found;
    auto query = database.query(
        "SELECT i.name, i.role, i.expiry_hour, i.id, i.invited_by, i.made_hour FROM invitation i JOIN desk d ON d.number = i.desk "
        "WHERE d.id = ? AND i.expiry_hour > ? ORDER BY i.made_hour DESC, i.name",
        desk, now_hour);
    while (query.next()) {
      found.push_back({{}, desk, std::string(query.text(0)), static_cast<Role>(query.integer(1)), query.integer(2), query.id<InvitationId>(3),
                       query.id<MemberId>(4), query.integer(5)});
    }
    return found;
  });
}

Awaitable<Result<void>> SqlcipherMembers::withdraw(DeskId desk, InvitationId id, ActivityLines lines) {
  return writer_.submit<void>([desk, id, lines = std::move(lines)](Database& database) -> Result<void> {
    if (database.run("DELETE FROM invitation WHERE id = ? AND desk = (SELECT number FROM desk WHERE id = ?)", id, desk) != 1) return Errc::not_found;
    append_lines(database, lines);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherMembers::enrol(ByteArray<32> code_hash, std::int64_t now_hour, Member member, ActivityLines lines) {
  return writer_.submit<void>([code_hash, now_hour, member = std::move(member), lines = std::move(lines)](Database& database) -> Result<void> {
    const Result<Invitation> invited = read_invitation(database, code_hash, now_hour);
    if (!invited) return invited.error();
    // The invitation says who may enrol as what; the one who enrols does not.
    if (member.name != invited->name || member.desk != invited->desk || member.role != invited->role) return Errc::forbidden;
    if (is_recorded(database, member.id)) return Errc::malformed;
    database.run("DELETE FROM invitation WHERE code_hash = ?", code_hash);
    append_lines(database, lines);
    return insert_member(database, member);
  });
}

}  // namespace hotline::storage::sqlcipher
