#include "storage/sqlcipher/foundings.hpp"

#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/grants.hpp"
#include "storage/sqlcipher/log.hpp"
#include "storage/sqlcipher/members.hpp"

namespace hotline::storage::sqlcipher {
namespace {

Result<void> insert(Database& database, const Founding& founding) {
  insert_desk(database, founding.desk);
  if (const auto added = insert_member(database, founding.admin); !added) return added.error();
  if (const auto added = insert_epoch(database, founding.epoch); !added) return added.error();
  if (const auto added = insert_grants(database, founding.grants); !added) return added.error();
  append_lines(database, founding.lines);
  database.run("DELETE FROM founding");
  return {};
}

bool is_offered(Database& database, const ByteArray<32>& code_hash, std::int64_t now_hour) {
  auto query = database.query("SELECT 1 FROM founding WHERE code_hash = ? AND expiry_hour > ?", code_hash, now_hour);
  return query.next();
}

}  // namespace

Awaitable<Result<void>> SqlcipherFoundings::found(Founding founding) {
  return writer_.submit<void>([founding = std::move(founding)](Database& database) { return insert(database, founding); });
}

Awaitable<Result<void>> SqlcipherFoundings::offer(ByteArray<32> code_hash, std::int64_t expiry_hour) {
  return writer_.submit<void>([code_hash, expiry_hour](Database& database) -> Result<void> {
    if (database.number("SELECT count(*) FROM desk") != 0) return Errc::conflict;
    database.run("DELETE FROM founding");
    database.run("INSERT INTO founding (code_hash, expiry_hour) VALUES (?, ?)", code_hash, expiry_hour);
    return {};
  });
}

Awaitable<Result<void>> SqlcipherFoundings::offered(ByteArray<32> code_hash, std::int64_t now_hour) {
  return readers_.submit<void>([code_hash, now_hour](Database& database) -> Result<void> {
    return is_offered(database, code_hash, now_hour) ? Result<void>() : Errc::not_found;
  });
}

Awaitable<Result<void>> SqlcipherFoundings::found_by_code(ByteArray<32> code_hash, std::int64_t now_hour, Founding founding) {
  return writer_.submit<void>([code_hash, now_hour, founding = std::move(founding)](Database& database) -> Result<void> {
    if (!is_offered(database, code_hash, now_hour)) return Errc::not_found;
    return insert(database, founding);
  });
}

}  // namespace hotline::storage::sqlcipher
