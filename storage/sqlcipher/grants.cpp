#include "storage/sqlcipher/grants.hpp"

#include "storage/sqlcipher/log.hpp"
#include "storage/sqlcipher/members.hpp"

namespace hotline::storage::sqlcipher {

Result<void> insert_grants(Database& database, const std::vector<Grant>& grants) {
  for (const Grant& grant : grants) {
    const Result<std::int64_t> member = member_number(database, grant.member);
    if (!member) return member.error();
    database.run("INSERT INTO access_grant (kind, scope, member, sealed) VALUES (?, ?, ?, ?) ON CONFLICT (kind, scope, member) DO NOTHING",
                 grant.kind, grant.scope, *member, grant.sealed);
  }
  return {};
}

Awaitable<Result<void>> SqlcipherGrants::add(std::vector<Grant> grants, ActivityLines lines) {
  return writer_.submit<void>([grants = std::move(grants), lines = std::move(lines)](Database& database) -> Result<void> {
    append_lines(database, lines);
    return insert_grants(database, grants);
  });
}

Awaitable<Result<std::vector<Grant>>> SqlcipherGrants::of_member(MemberId member) {
  return readers_.submit<std::vector<Grant>>([member](Database& database) -> Result<std::vector<Grant>> {
    std::vector<Grant> grants;
    auto query = database.query(
        "SELECT g.kind, g.scope, g.sealed FROM access_grant g JOIN member m ON m.number = g.member WHERE m.id = ? ORDER BY g.number", member);
    while (query.next()) grants.push_back({static_cast<ScopeKind>(query.integer(0)), query.fixed<16>(1), member, query.bytes(2)});
    return grants;
  });
}

Awaitable<Result<void>> SqlcipherGrants::remove_scope(ScopeKind kind, ByteArray<16> scope) {
  // Grants gone are keys gone: no older copy of them may stay in the log.
  return writer_.submit_and_empty_log<void>([kind, scope](Database& database) -> Result<void> {
    database.run("DELETE FROM access_grant WHERE kind = ? AND scope = ?", kind, scope);
    return {};
  });
}

}  // namespace hotline::storage::sqlcipher
