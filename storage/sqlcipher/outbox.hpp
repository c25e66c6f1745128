#pragma once

#include "config/limits.hpp"
#include "storage/outbox.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

class SqlcipherOutbox final : public Outbox {
 public:
  SqlcipherOutbox(Writer& writer, Readers& readers, const Limits& limits) : writer_(writer), readers_(readers), limits_(limits) {}
  Awaitable<Result<void>> add(TextRow row, ByteVector sealed) override;
  Awaitable<Result<ByteVector>> attempt(TextId id) override;
  Awaitable<Result<void>> retry(TextId id) override;
  Awaitable<Result<void>> settle(TextId id, TextState state, TextReason reason, std::string code, std::vector<ReportKey> keys,
                                 std::int64_t hour) override;
  Awaitable<Result<void>> report(ReportKey key, TextState state, TextReason reason, std::string code, std::int64_t hour) override;
  Awaitable<Result<std::vector<TextRow>>> of_case(CaseId id) override;
  Awaitable<Result<std::size_t>> give_up_all(std::int64_t hour) override;

 private:
  Writer& writer_;
  Readers& readers_;
  const Limits& limits_;
};

}  // namespace hotline::storage::sqlcipher
