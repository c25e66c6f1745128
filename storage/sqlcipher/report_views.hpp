#pragma once

#include "storage/arrivals.hpp"
#include "storage/report_views.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

class SqlcipherReportViews final : public ReportViews {
 public:
  SqlcipherReportViews(Writer& writer, Readers& readers, Arrivals& arrivals) : writer_(writer), readers_(readers), arrivals_(arrivals) {}
  Awaitable<Result<void>> add(DeskId desk, ReportId report, ReportView view, Activity activity) override;
  Awaitable<Result<std::vector<ReportView>>> of(DeskId desk, ReportId report) override;

 private:
  Writer& writer_;
  Readers& readers_;
  Arrivals& arrivals_;
};

}  // namespace hotline::storage::sqlcipher
