#include "storage/sqlcipher/members.hpp"

#include "storage/sqlcipher/desks.hpp"

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
      "SELECT d.id, i.name, i.role, i.expiry_hour FROM invitation i JOIN desk d ON d.number = i.desk "
      "WHERE i.code_hash = ? AND i.expiry_hour > ?",
      code_hash, now_hour);
  if (!query.next()) return Errc::not_found;
  return Invitation{code_hash, query.id<DeskId>(0), std::string(query.text(1)), static_cast<Role>(query.integer(2)), query.integer(3)};
}

}  // namespace

Result<void> insert_member(Database& database, const Member& member) {
  if (!name_fits(member.name)) return Errc::malformed;
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
  return readers_.submit<std::vector<Member>>([desk](Database& database) -> Result<std::vector<Member>> {
    std::vector<Member> members;
    auto query = database.query(
        "SELECT m.id, m.name, d.id, m.role, m.salt, m.auth_hash, m.wrapped_secret, m.recovery_wrapped, m.recipient, m.sign_key, "
        "m.created_day, m.voucher, m.recovery_hash FROM member m JOIN desk d ON d.number = m.desk WHERE d.id = ? ORDER BY m.number",
        desk);
    while (query.next()) members.push_back(read_member(query));
    return members;
  });
}

Awaitable<Result<void>> SqlcipherMembers::change_passphrase(MemberId id, ByteArray<32> auth_hash, NewPassphrase fresh) {
  // The old wrapped secret must not be left in the log: it opens with the old passphrase.
  return writer_.submit_and_empty_log<void>([id, auth_hash, fresh = std::move(fresh)](Database& database) -> Result<void> {
    const auto changed = database.run("UPDATE member SET salt = ?, auth_hash = ?, wrapped_secret = ? WHERE id = ? AND auth_hash = ?",
                                      fresh.salt, fresh.auth_hash, fresh.wrapped_secret, id, auth_hash);
    return changed == 1 ? Result<void>() : Errc::conflict;
  });
}

Awaitable<Result<void>> SqlcipherMembers::recover(MemberId id, ByteArray<32> recovery_hash, NewPassphrase fresh, ByteVector recovery_wrapped,
                                                  ByteArray<32> new_recovery_hash) {
  return writer_.submit_and_empty_log<void>([id, recovery_hash, fresh = std::move(fresh), recovery_wrapped = std::move(recovery_wrapped),
                                             new_recovery_hash](Database& database) -> Result<void> {
    const auto changed = database.run(
        "UPDATE member SET salt = ?, auth_hash = ?, wrapped_secret = ?, recovery_wrapped = ?, recovery_hash = ? WHERE id = ? AND recovery_hash = ?",
        fresh.salt, fresh.auth_hash, fresh.wrapped_secret, recovery_wrapped, new_recovery_hash, id, recovery_hash);
    if (changed != 1) return Errc::conflict;
    database.run("DELETE FROM second_factor WHERE member = (SELECT number FROM member WHERE id = ?)", id);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherMembers::vouch(MemberId id, ByteArray<64> voucher) {
  return writer_.submit<void>([id, voucher](Database& database) -> Result<void> {
    const Result<std::int64_t> number = member_number(database, id);
    if (!number) return number.error();
    database.run("UPDATE member SET voucher = ? WHERE number = ?", voucher, *number);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherMembers::remove(MemberId id) {
  return writer_.submit_and_empty_log<void>([id](Database& database) -> Result<void> {
    const Result<std::int64_t> number = member_number(database, id);
    if (!number) return number.error();
    database.run("DELETE FROM access_grant WHERE member = ?", *number);
    database.run("UPDATE case_file SET assignee = NULL WHERE assignee = ?", id);
    database.run("DELETE FROM second_factor WHERE member = ?", *number);
    database.run("DELETE FROM member WHERE number = ?", *number);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherMembers::invite(Invitation invitation) {
  return writer_.submit<void>([invitation = std::move(invitation)](Database& database) -> Result<void> {
    if (!name_fits(invitation.name)) return Errc::malformed;
    const Result<std::int64_t> desk = desk_number(database, invitation.desk);
    if (!desk) return desk.error();
    {
      auto member = database.query("SELECT 1 FROM member WHERE name = ?", invitation.name);
      if (member.next()) return Errc::conflict;
    }
    database.run("DELETE FROM invitation WHERE name = ?", invitation.name);
    database.run("INSERT INTO invitation (code_hash, desk, name, role, expiry_hour) VALUES (?, ?, ?, ?, ?)", invitation.code_hash, *desk,
                 invitation.name, invitation.role, invitation.expiry_hour);
    return {};
  });
}

Awaitable<Result<Invitation>> SqlcipherMembers::invitation(ByteArray<32> code_hash, std::int64_t now_hour) {
  return readers_.submit<Invitation>([code_hash, now_hour](Database& database) -> Result<Invitation> {
    return read_invitation(database, code_hash, now_hour);
  });
}

Awaitable<Result<void>> SqlcipherMembers::enrol(ByteArray<32> code_hash, std::int64_t now_hour, Member member) {
  return writer_.submit<void>([code_hash, now_hour, member = std::move(member)](Database& database) -> Result<void> {
    const Result<Invitation> invited = read_invitation(database, code_hash, now_hour);
    if (!invited) return invited.error();
    // The invitation says who may enrol as what; the one who enrols does not.
    if (member.name != invited->name || member.desk != invited->desk || member.role != invited->role) return Errc::forbidden;
    database.run("DELETE FROM invitation WHERE code_hash = ?", code_hash);
    return insert_member(database, member);
  });
}

}  // namespace hotline::storage::sqlcipher
