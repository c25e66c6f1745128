// What gateways say has become of texts: OutboxRunner's part that finds the text which a report is about.
#include "server/texting/outbox_runner.hpp"

#include "crypto/hash.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace hotline::texting {

namespace {

namespace asio = boost::asio;

constexpr std::size_t early_max = 1000;

}  // namespace

storage::ReportKey OutboxRunner::key_of(std::string_view gateway, Bytes name) const {
  static constexpr Byte separator = 0;
  return crypto::keyed_blake2b(report_key_.reveal(), {as_bytes(gateway), Bytes(&separator, 1), name});
}

http::Awaitable<Result<void>> OutboxRunner::reported(std::string_view gateway, const sms::DeliveryReport& report) {
  Early news{report.state, report.reason, report.code, {key_of(gateway, report.name.reveal())}};
  for (const crypto::SecretBuffer& name : report.other_names) news.keys.push_back(key_of(gateway, name.reveal()));
  const auto recorded = co_await tell(news);
  if (recorded) co_return recorded;
  if (recorded.error() != Errc::not_found) co_return recorded.error();
  auto work = record(std::move(news));
  co_return co_await asio::co_spawn(context_, std::move(work), asio::use_awaitable);
}

http::Awaitable<Result<void>> OutboxRunner::tell(const Early& news) {
  for (const storage::ReportKey& key : news.keys) {
    if (names_own_text(key)) co_return Result<void>();
    const auto recorded = co_await outbox_.report(key, news.state, news.reason, news.code, clock_.hour());
    if (recorded || recorded.error() != Errc::not_found) co_return recorded;
  }
  co_return Errc::not_found;
}

http::Awaitable<Result<void>> OutboxRunner::record(Early news) {
  for (const storage::ReportKey& key : news.keys) {
    if (!early_.emplace(key, news).second) continue;
    early_order_.push_back(key);
    if (early_order_.size() > early_max) {
      early_.erase(early_order_.front());
      early_order_.pop_front();
    }
  }
  // The text may have been settled just before it was kept.
  const auto recorded = co_await tell(news);
  if (recorded) forget(news);
  // A report on a text of long ago finds nothing: that is no fault of the gateway's.
  if (!recorded && recorded.error() != Errc::not_found) co_return recorded.error();
  co_return Result<void>();
}

void OutboxRunner::forget(const Early& news) {
  for (const storage::ReportKey& key : news.keys) {
    early_.erase(key);
    std::erase(early_order_, key);
  }
}

void OutboxRunner::own_text_named(const storage::ReportKey& key) {
  {
    const std::lock_guard lock(own_names_mutex_);
    own_names_.add(key);
  }
  const auto early = early_.find(key);
  if (early != early_.end()) forget(Early(early->second));
}

void OutboxRunner::desks_text_named(const storage::ReportKey& key) {
  const std::lock_guard lock(own_names_mutex_);
  own_names_.remove(key);
}

bool OutboxRunner::names_own_text(const storage::ReportKey& key) const {
  const std::lock_guard lock(own_names_mutex_);
  return own_names_.holds(key);
}

}  // namespace hotline::texting
