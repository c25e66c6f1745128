#pragma once

#include "storage/stores.hpp"

#include <functional>
#include <optional>
#include <utility>

namespace hotline::test {

/// A log into which a line goes while something else is done, or not at all.
class InterruptedLog final : public storage::Log {
 public:
  explicit InterruptedLog(storage::Log& inside) : inside_(inside) {}
  storage::Awaitable<Result<void>> append(storage::Activity activity) override {
    if (failure) co_return *failure;
    const auto done = co_await inside_.append(activity);
    if (const auto other = std::exchange(meanwhile, nullptr)) other();
    co_return done;
  }
  storage::Awaitable<Result<void>> append_once_an_hour(storage::Activity activity) override { return inside_.append_once_an_hour(activity); }
  storage::Awaitable<Result<std::vector<storage::ActivityRow>>> list(storage::ActivityQuery query) override { return inside_.list(query); }
  storage::Awaitable<Result<storage::ActivityHead>> head() override { return inside_.head(); }

  std::function<void()> meanwhile;
  std::optional<Errc> failure;

 private:
  storage::Log& inside_;
};

/// Other stores with such a log, and such members.
class StoresWithLog final : public storage::Stores {
 public:
  StoresWithLog(storage::Stores& inside, storage::Log& log, storage::Members& members) : inside_(inside), log_(log), members_(members) {}
  storage::Inbox& inbox() override { return inside_.inbox(); }
  storage::Blobs& blobs() override { return inside_.blobs(); }
  storage::Mailboxes& mailboxes() override { return inside_.mailboxes(); }
  storage::Desks& desks() override { return inside_.desks(); }
  storage::Members& members() override { return members_; }
  storage::SecondFactors& second_factors() override { return inside_.second_factors(); }
  storage::Foundings& foundings() override { return inside_.foundings(); }
  storage::Grants& grants() override { return inside_.grants(); }
  storage::Cases& cases() override { return inside_.cases(); }
  storage::Outbox& outbox() override { return inside_.outbox(); }
  storage::MediaQueue& media_queue() override { return inside_.media_queue(); }
  storage::Queue& queue() override { return inside_.queue(); }
  storage::Figures& figures() override { return inside_.figures(); }
  storage::ReportViews& report_views() override { return inside_.report_views(); }
  storage::Log& log() override { return log_; }
  storage::Arrivals& arrivals() override { return inside_.arrivals(); }
  storage::Calls& calls() override { return inside_.calls(); }
  storage::Retention& retention() override { return inside_.retention(); }
  storage::Awaitable<Result<crypto::LockedKey>> server_key(std::string_view purpose) override { return inside_.server_key(purpose); }
  storage::Load load() const override { return inside_.load(); }
  storage::Awaitable<Result<void>> probe() override { return inside_.probe(); }
  storage::Awaitable<Result<void>> expire(std::int64_t now_hours, bool at_start) override { return inside_.expire(now_hours, at_start); }

 private:
  storage::Stores& inside_;
  storage::Log& log_;
  storage::Members& members_;
};

}  // namespace hotline::test
