#pragma once

#include "storage/arrivals.hpp"
#include "storage/cases.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// A case by its row number, as the member has it; a Fault of kind corrupt when it is not there.
CaseView read_case(Database& database, std::int64_t number, const MemberId& member);

class SqlcipherCases final : public Cases {
 public:
  /// `arrivals` is told of each change after its commit.
  SqlcipherCases(Writer& writer, Readers& readers, const Limits& limits, Arrivals& arrivals)
      : writer_(writer), readers_(readers), limits_(limits), arrivals_(arrivals) {}
  Awaitable<Result<void>> open(NewCase opened) override;
  Awaitable<Result<void>> change(CaseChange change) override;
  Awaitable<Result<void>> append(std::vector<Event> events, std::optional<std::int64_t> last_seen) override;
  Awaitable<Result<std::vector<Case>>> list(DeskId desk) override;
  Awaitable<Result<CaseView>> find(DeskId desk, CaseId id, MemberId member) override;
  Awaitable<Result<std::vector<CaseView>>> page(CasePage page) override;
  Awaitable<Result<std::vector<Event>>> events(CaseId id) override;
  Awaitable<Result<Removed>> remove(Removal removal) override;

 private:
  Writer& writer_;
  Readers& readers_;
  const Limits& limits_;
  Arrivals& arrivals_;
};

}  // namespace hotline::storage::sqlcipher
