#pragma once

#include "storage/arrivals.hpp"
#include "storage/inbox.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// A report by its row number; a Fault of kind corrupt when it is not there.
ReportRow read_report(Database& database, std::int64_t number);

class SqlcipherInbox final : public Inbox {
 public:
  /// `arrivals` is told of each report after its commit.
  SqlcipherInbox(Writer& writer, Readers& readers, const Limits& limits, Arrivals& arrivals)
      : writer_(writer), readers_(readers), arrivals_(arrivals), idempotency_hours_(limits.idempotency_hours), sms_dedupe_hours_(limits.sms_dedupe_hours),
        sealed_bytes_max_(limits.report_bytes_max + limits.age_header_bytes_max) {}
  /// Errc::too_large too: `sealed` is longer than any padded report with its header.
  Awaitable<Result<ReportId>> add(NewReport report) override;
  Awaitable<Result<std::vector<ReportRow>>> list(DeskId desk, std::int64_t after, std::size_t count_max) override;
  Awaitable<Result<ReportRow>> get(DeskId desk, ReportId id) override;
  Awaitable<Result<std::vector<ReportRow>>> find(DeskId desk, std::vector<ReportId> ids) override;
  Awaitable<Result<std::int64_t>> count() override;

 private:
  Writer& writer_;
  Readers& readers_;
  Arrivals& arrivals_;
  const std::int64_t idempotency_hours_;
  const std::int64_t sms_dedupe_hours_;
  const std::size_t sealed_bytes_max_;   ///< whatever came in: lists of reports are read whole, here and at the desk
};

}  // namespace hotline::storage::sqlcipher
