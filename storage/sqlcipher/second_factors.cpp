#include "storage/sqlcipher/second_factors.hpp"

#include "storage/sqlcipher/log.hpp"
#include "storage/sqlcipher/members.hpp"

namespace hotline::storage::sqlcipher {
namespace {

std::int64_t count_of(Database& database, std::int64_t member) {
  auto query = database.query("SELECT count(*) FROM second_factor WHERE member = ?", member);
  query.next();
  return query.integer(0);
}

}  // namespace

Awaitable<Result<std::vector<SecondFactor>>> SqlcipherSecondFactors::of_member(MemberId member) {
  return readers_.submit<std::vector<SecondFactor>>([member](Database& database) -> Result<std::vector<SecondFactor>> {
    std::vector<SecondFactor> factors;
    auto query = database.query(
        "SELECT f.id, f.kind, f.name, f.created_day, f.key, f.credential, f.algorithm, f.counter FROM second_factor f "
        "JOIN member m ON m.number = f.member WHERE m.id = ? ORDER BY f.number",
        member);
    while (query.next()) {
      factors.push_back({query.id<FactorId>(0), member, static_cast<FactorKind>(query.integer(1)), std::string(query.text(2)),
                         query.integer(3), query.bytes(4), query.bytes(5), static_cast<std::int32_t>(query.integer(6)), query.integer(7)});
    }
    return factors;
  });
}

Awaitable<Result<void>> SqlcipherSecondFactors::add(SecondFactor factor, ActivityLines lines) {
  return writer_.submit<void>([factor = std::move(factor), lines = std::move(lines)](Database& database) -> Result<void> {
    const Result<std::int64_t> member = member_number(database, factor.member);
    if (!member) return member.error();
    if (factor.kind == FactorKind::totp) database.run("DELETE FROM second_factor WHERE member = ? AND kind = 1", *member);
    if (count_of(database, *member) >= static_cast<std::int64_t>(second_factors_max)) return Errc::conflict;
    database.run(
        "INSERT INTO second_factor (id, member, kind, name, created_day, key, credential, algorithm, counter) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        factor.id, *member, factor.kind, factor.name, factor.created_day, factor.key, factor.credential, factor.algorithm, factor.counter);
    append_lines(database, lines);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherSecondFactors::use(FactorId id, std::int64_t counter) {
  return writer_.submit<void>([id, counter](Database& database) -> Result<void> {
    const auto changed = database.run(
        "UPDATE second_factor SET counter = ?2 WHERE id = ?1 AND (counter < ?2 OR (kind = 2 AND counter = 0 AND ?2 = 0))", id, counter);
    if (changed == 1) return {};
    auto there = database.query("SELECT 1 FROM second_factor WHERE id = ?", id);
    return there.next() ? Errc::duplicate : Errc::not_found;
  });
}

Awaitable<Result<void>> SqlcipherSecondFactors::remove(MemberId member, FactorId id, bool keep_one, ActivityLines lines) {
  return writer_.submit<void>([member, id, keep_one, lines = std::move(lines)](Database& database) -> Result<void> {
    const Result<std::int64_t> number = member_number(database, member);
    if (!number) return number.error();
    {
      auto there = database.query("SELECT 1 FROM second_factor WHERE member = ? AND id = ?", *number, id);
      if (!there.next()) return Errc::not_found;
    }
    if (keep_one && count_of(database, *number) == 1) return Errc::forbidden;
    database.run("DELETE FROM second_factor WHERE member = ? AND id = ?", *number, id);
    append_lines(database, lines);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherSecondFactors::remove_all(MemberId member, ActivityLines lines) {
  return writer_.submit<void>([member, lines = std::move(lines)](Database& database) -> Result<void> {
    const Result<std::int64_t> number = member_number(database, member);
    if (!number) return number.error();
    database.run("DELETE FROM second_factor WHERE member = ?", *number);
    append_lines(database, lines);
    return {};
  });
}

}  // namespace hotline::storage::sqlcipher
