#pragma once

#include "storage/cases.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

class SqlcipherCases final : public Cases {
 public:
  SqlcipherCases(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}
  Awaitable<Result<void>> open(Case opened, std::vector<Grant> grants, std::vector<Event> events) override;
  Awaitable<Result<void>> append(std::vector<Event> events, std::optional<std::int64_t> last_seen) override;
  Awaitable<Result<std::vector<Case>>> list(DeskId desk) override;
  Awaitable<Result<std::vector<Event>>> events(CaseId id) override;
  Awaitable<Result<void>> set_state(CaseId id, CaseState state, std::uint8_t urgency) override;
  Awaitable<Result<Removed>> remove(Removal removal) override;

 private:
  Writer& writer_;
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
