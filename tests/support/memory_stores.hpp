#pragma once

#include "config/clock.hpp"
#include "storage/desks.hpp"
#include "storage/inbox.hpp"

#include <optional>
#include <set>
#include <vector>

namespace hotline::test {

class FixedClock final : public Clock {
 public:
  explicit FixedClock(std::int64_t seconds) : seconds_(seconds) {}
  std::int64_t now() const override { return seconds_; }
  void set(std::int64_t seconds) { seconds_ = seconds; }

 private:
  std::int64_t seconds_;
};

/// Keeps what is added, refuses a dedupe key that it knows, or fails as told. For tests of rooms above storage.
class MemoryInbox final : public storage::Inbox {
 public:
  storage::Awaitable<Result<ReportId>> add(storage::NewReport report) override {
    if (failure) co_return *failure;
    if (report.sms_dedupe_key && !dedupe_keys.insert(*report.sms_dedupe_key).second) co_return Errc::duplicate;
    reports.push_back(std::move(report));
    co_return storage::report_id(reports.back().sealed);
  }
  storage::Awaitable<Result<std::vector<storage::ReportRow>>> list(DeskId, std::int64_t, std::size_t) override {
    co_return std::vector<storage::ReportRow>();
  }
  storage::Awaitable<Result<storage::ReportRow>> get(DeskId, ReportId) override { co_return Errc::not_found; }
  storage::Awaitable<Result<std::vector<storage::ReportRow>>> find(DeskId, std::vector<ReportId>) override { co_return std::vector<storage::ReportRow>(); }
  storage::Awaitable<Result<std::int64_t>> count() override { co_return static_cast<std::int64_t>(reports.size()); }

  std::vector<storage::NewReport> reports;
  std::set<ByteArray<32>> dedupe_keys;
  std::optional<Errc> failure;
};

/// Desks and epochs in memory, with a count of how often they were asked for.
class MemoryDesks final : public storage::Desks {
 public:
  storage::Awaitable<Result<void>> add(storage::Desk desk) override {
    desk_list.push_back(std::move(desk));
    co_return Result<void>();
  }
  storage::Awaitable<Result<std::vector<storage::Desk>>> list() override {
    ++asked;
    if (failure) co_return *failure;
    co_return desk_list;
  }
  storage::Awaitable<Result<void>> add_epoch(storage::Epoch epoch, std::vector<storage::Grant>, storage::ActivityLines) override {
    epoch_list.push_back(std::move(epoch));
    co_return Result<void>();
  }
  storage::Awaitable<Result<std::vector<storage::Epoch>>> epochs(DeskId desk) override {
    ++asked;
    if (failure) co_return *failure;
    std::vector<storage::Epoch> found;
    for (const storage::Epoch& epoch : epoch_list) {
      if (epoch.desk == desk) found.push_back(epoch);
    }
    co_return found;
  }

  std::vector<storage::Desk> desk_list;
  std::vector<storage::Epoch> epoch_list;
  std::optional<Errc> failure;
  int asked = 0;
};

}  // namespace hotline::test
