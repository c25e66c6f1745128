#include "storage/sqlcipher/desks.hpp"

#include "storage/sqlcipher/grants.hpp"
#include "storage/sqlcipher/log.hpp"

namespace hotline::storage::sqlcipher {

Result<std::int64_t> desk_number(Database& database, const DeskId& id) {
  auto query = database.query("SELECT number FROM desk WHERE id = ?", id);
  if (!query.next()) return Errc::not_found;
  return query.integer(0);
}

void insert_desk(Database& database, const Desk& desk) {
  database.run("INSERT INTO desk (id, name, desk_key, demo) VALUES (?, ?, ?, ?)", desk.id, desk.name, desk.desk_key, desk.demo);
}

Result<void> insert_epoch(Database& database, const Epoch& epoch) {
  const Result<std::int64_t> desk = desk_number(database, epoch.desk);
  if (!desk) return desk.error();
  database.run("INSERT INTO epoch (id, desk, recipient, not_before, not_after, signature) VALUES (?, ?, ?, ?, ?, ?)", epoch.id, *desk,
               epoch.recipient, epoch.not_before, epoch.not_after, epoch.signature);
  return {};
}

Awaitable<Result<void>> SqlcipherDesks::add(Desk desk) {
  return writer_.submit<void>([desk = std::move(desk)](Database& database) -> Result<void> {
    insert_desk(database, desk);
    return {};
  });
}

Awaitable<Result<std::vector<Desk>>> SqlcipherDesks::list() {
  return readers_.submit<std::vector<Desk>>([](Database& database) -> Result<std::vector<Desk>> {
    std::vector<Desk> desks;
    auto query = database.query("SELECT id, name, desk_key, demo FROM desk ORDER BY number");
    while (query.next()) {
      desks.push_back({query.id<DeskId>(0), std::string(query.text(1)), query.fixed<32>(2), query.integer(3) != 0});
    }
    return desks;
  });
}

Awaitable<Result<void>> SqlcipherDesks::add_epoch(Epoch epoch, std::vector<Grant> grants, ActivityLines lines) {
  return writer_.submit<void>([epoch = std::move(epoch), grants = std::move(grants), lines = std::move(lines)](Database& database) -> Result<void> {
    append_lines(database, lines);
    if (const Result<void> granted = insert_grants(database, grants); !granted) return granted;
    return insert_epoch(database, epoch);
  });
}

Awaitable<Result<std::vector<Epoch>>> SqlcipherDesks::epochs(DeskId desk) {
  return readers_.submit<std::vector<Epoch>>([desk](Database& database) -> Result<std::vector<Epoch>> {
    std::vector<Epoch> epochs;
    auto query = database.query(
        "SELECT e.id, e.recipient, e.not_before, e.not_after, e.signature FROM epoch e JOIN desk d ON d.number = e.desk "
        "WHERE d.id = ? ORDER BY e.not_before, e.number",
        desk);
    while (query.next()) {
      epochs.push_back({query.id<EpochId>(0), desk, query.bytes(1), query.integer(2), query.integer(3), query.fixed<64>(4)});
    }
    return epochs;
  });
}

}  // namespace hotline::storage::sqlcipher
