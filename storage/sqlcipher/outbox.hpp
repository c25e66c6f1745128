#pragma once

#include "config/limits.hpp"
#include "storage/arrivals.hpp"
#include "storage/outbox.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

class SqlcipherOutbox final : public Outbox {
 public:
  /// `arrivals` is told when a text waits, and when it is known what became of it.
  SqlcipherOutbox(Writer& writer, Readers& readers, const Limits& limits, Arrivals& arrivals)
      : writer_(writer), readers_(readers), limits_(limits), arrivals_(arrivals) {}
  Awaitable<Result<void>> add(TextRow row, ByteVector sealed) override;
  Awaitable<Result<ByteVector>> attempt(TextId id) override;
  Awaitable<Result<void>> retry(TextId id) override;
  Awaitable<Result<void>> settle(TextId id, TextState state, TextReason reason, std::string code, std::vector<ReportKey> keys,
                                 std::int64_t hour) override;
  Awaitable<Result<void>> report(ReportKey key, TextState state, TextReason reason, std::string code, std::int64_t hour) override;
  Awaitable<Result<std::vector<TextRow>>> of_case(CaseId id) override;
  Awaitable<Result<std::size_t>> give_up_all(std::int64_t hour) override;

 private:
  /// Runs the work, which gives the desk that it changed something of.
  template <class Work>
  Awaitable<Result<void>> change(Work work);

  Writer& writer_;
  Readers& readers_;
  const Limits& limits_;
  Arrivals& arrivals_;
};

}  // namespace hotline::storage::sqlcipher
