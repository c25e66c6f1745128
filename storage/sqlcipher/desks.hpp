#pragma once

#include "storage/desks.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// The row number of a desk; Errc::not_found.
Result<std::int64_t> desk_number(Database& database, const DeskId& id);
/// A name or an id that is taken is a Fault, which the writer turns into Errc::conflict.
void insert_desk(Database& database, const Desk& desk);
/// Errc::not_found without its desk.
Result<void> insert_epoch(Database& database, const Epoch& epoch);

class SqlcipherDesks final : public Desks {
 public:
  SqlcipherDesks(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}
  Awaitable<Result<void>> add(Desk desk) override;
  Awaitable<Result<std::vector<Desk>>> list() override;
  Awaitable<Result<void>> add_epoch(Epoch epoch, std::vector<Grant> grants, ActivityLines lines) override;
  Awaitable<Result<std::vector<Epoch>>> epochs(DeskId desk) override;

 private:
  Writer& writer_;
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
