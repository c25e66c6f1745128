#include "server/texting/outbox_runner.hpp"

#include "config/log.hpp"
#include "crypto/age.hpp"
#include "crypto/hash.hpp"
#include "crypto/secret_json.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <algorithm>

namespace hotline::texting {

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using sms::HandedOver;
using sms::OutgoingText;
using storage::TextReason;
using storage::TextState;

constexpr std::size_t early_max = 1000;
constexpr std::chrono::milliseconds store_wait{1000};     // before the store is asked again to record what has happened

}  // namespace

struct OutboxRunner::Lane {
  Lane(asio::io_context& context, Way given) : way(std::move(given)), bell(context) { bell.expires_at(Steady::time_point::max()); }
  Way way;
  asio::steady_timer bell;           ///< rings when there may be something to do
  std::vector<Item> items;
  Steady::time_point free_at{};      ///< when the gateway's rate allows the next one
};

OutboxRunner::OutboxRunner(asio::io_context& context, storage::Outbox& outbox, const Silenced& silenced, const Clock& clock,
                           const Limits& limits, crypto::LockedKey report_key, std::vector<Way> ways)
    : context_(context),
      outbox_(outbox),
      silenced_(silenced),
      clock_(clock),
      limits_(limits),
      report_key_(std::move(report_key)),
      identity_(crypto::age::Identity::generate()),
      recipient_(identity_.recipient()) {
  for (Way& way : ways) {
    std::string name = way.gateway;
    auto lane = std::make_unique<Lane>(context_, std::move(way));
    asio::co_spawn(context_, run(*lane), asio::detached);
    lanes_.emplace(std::move(name), std::move(lane));
  }
}

OutboxRunner::~OutboxRunner() = default;

Result<ByteVector> OutboxRunner::seal(const OutgoingText& text) const {
  crypto::SecretJson written(text.text.size() + 256);
  written.begin_object();
  written.string("to", text.to.reveal_text()).string("from", text.from.reveal_text()).string("text", text.text.reveal_text());
  written.end_object();
  const crypto::SecretBuffer plain = std::move(written).finish();
  return crypto::age::seal(std::span(&recipient_, 1), plain.reveal());
}

Result<OutgoingText> OutboxRunner::open(Bytes sealed, TextId id) const {
  const auto plain = crypto::age::open(std::span(&identity_, 1), sealed);
  crypto::wipe_stack();
  if (!plain) return plain.error();
  boost::system::error_code error;
  const json::value value = json::parse(plain->reveal_text(), error);
  if (error || !value.is_object()) return Errc::corrupt;
  const auto member = [&](const char* name) { return crypto::SecretBuffer(std::string_view(value.get_object().at(name).as_string())); };
  return OutgoingText{to_text(id), member("to"), member("from"), member("text")};
}

storage::ReportKey OutboxRunner::key_of(std::string_view gateway, Bytes name) const {
  static constexpr Byte separator = 0;
  return crypto::keyed_blake2b(report_key_.reveal(), {as_bytes(gateway), Bytes(&separator, 1), name});
}

std::chrono::milliseconds OutboxRunner::wait_before(int tries) const {
  std::chrono::milliseconds wait = limits_.text_retry_min;
  for (int i = 1; i < tries && wait < limits_.text_retry_max; ++i) wait *= 2;
  return std::min(wait, limits_.text_retry_max);
}

void OutboxRunner::add(Lane& lane, Item item) {
  lane.items.push_back(std::move(item));
  lane.bell.cancel();
}

http::Awaitable<Result<void>> OutboxRunner::order(storage::TextRow row, OutgoingText text, bool at_any_hour) {
  const auto lane = lanes_.find(row.gateway);
  if (lane == lanes_.end()) co_return Errc::not_found;
  if (silenced_.holds(row.gateway, text.to.reveal_text())) co_return Errc::forbidden;
  if (!lane->second->way.from.empty()) text.from = crypto::SecretBuffer(std::string_view(lane->second->way.from));
  auto sealed = seal(text);
  crypto::wipe_stack();
  if (!sealed) co_return sealed.error();
  row.queued_hour = clock_.hour();
  const TextId id = row.id;
  const auto added = co_await outbox_.add(std::move(row), std::move(*sealed));
  if (!added) co_return added.error();
  const std::int64_t now = clock_.now();
  const std::int64_t not_before = at_any_hour ? now : lane->second->way.hours.next_open(now);
  asio::post(context_, [this, &lane = *lane->second, id, at_any_hour, not_before] {
    // The same order made twice is one text.
    if (std::any_of(lane.items.begin(), lane.items.end(), [&](const Item& item) { return item.id == id; })) return;
    Item item;
    item.id = id;
    item.at_any_hour = at_any_hour;
    item.not_before = not_before;
    item.give_up_at = not_before + limits_.text_hours * 3600;
    add(lane, std::move(item));
  });
  co_return Result<void>();
}

http::Awaitable<Result<void>> OutboxRunner::cancel(TextId id) {
  co_return co_await outbox_.settle(id, TextState::not_sent, TextReason::cancelled, {}, {}, clock_.hour());
}

http::Awaitable<void> OutboxRunner::run(Lane& lane) {
  for (;;) {
    const auto now = Steady::now();
    const std::int64_t clock_now = clock_.now();
    auto next = lane.items.end();
    Steady::time_point wake = Steady::time_point::max();
    for (auto item = lane.items.begin(); item != lane.items.end(); ++item) {
      auto ready = std::max(item->due, lane.free_at);
      if (item->not_before > clock_now) ready = std::max(ready, now + std::chrono::seconds(item->not_before - clock_now));
      if (ready < wake) {
        wake = ready;
        next = item;
      }
    }
    if (next == lane.items.end() || wake > now) {
      lane.bell.expires_at(wake);
      co_await lane.bell.async_wait(asio::as_tuple(asio::use_awaitable));
      continue;
    }
    Item item = std::move(*next);
    lane.items.erase(next);
    co_await take_on(lane, std::move(item));
  }
}

http::Awaitable<void> OutboxRunner::take_on(Lane& lane, Item item) {
  const std::string& gateway = lane.way.gateway;
  if (clock_.now() >= item.give_up_at) {
    co_await settle(item.id, TextState::not_sent, TextReason::expired, {}, {});
    co_return;
  }
  const auto sealed = co_await outbox_.attempt(item.id);
  if (!sealed && sealed.error() == Errc::not_found) co_return;   // taken back, or deleted with its case
  if (!sealed) {
    item.due = Steady::now() + wait_before(++item.tries);
    add(lane, std::move(item));
    co_return;
  }
  auto text = open(*sealed, item.id);
  if (!text) {
    co_await settle(item.id, TextState::not_sent, TextReason::restarted, {}, {});
    co_return;
  }
  if (silenced_.holds(gateway, text->to.reveal_text())) {
    co_await settle(item.id, TextState::refused, TextReason::opted_out, {}, {});
    co_return;
  }

  lane.free_at = Steady::now() + std::chrono::milliseconds(60'000 / lane.way.per_minute);
  HandedOver outcome = co_await lane.way.carrier->hand_over(std::move(*text));
  if (outcome.kind == HandedOver::Kind::later) {
    co_await outbox_.retry(item.id);
    ++item.tries;
    const std::chrono::milliseconds asked = std::chrono::seconds(outcome.retry_after_seconds.value_or(0));
    item.due = Steady::now() + std::max(wait_before(item.tries), asked);
    log_event(LogLevel::warning, "text_not_taken", {{"tries", item.tries}});
    add(lane, std::move(item));
    co_return;
  }
  std::vector<storage::ReportKey> keys;
  for (const crypto::SecretBuffer& name : outcome.names) keys.push_back(key_of(gateway, name.reveal()));
  switch (outcome.kind) {
    case HandedOver::Kind::accepted: co_await settle(item.id, TextState::sent, TextReason::none, {}, std::move(keys)); break;
    case HandedOver::Kind::refused:
      log_event(LogLevel::warning, "text_refused");
      co_await settle(item.id, TextState::refused, outcome.reason, std::move(outcome.code), {});
      break;
    default:
      log_event(LogLevel::warning, "text_perhaps_sent");
      co_await settle(item.id, TextState::not_sent, TextReason::perhaps_sent, std::move(outcome.code), {});
  }
}

http::Awaitable<void> OutboxRunner::settle(TextId id, TextState state, TextReason reason, std::string code,
                                           std::vector<storage::ReportKey> keys) {
  for (;;) {
    const auto settled = co_await outbox_.settle(id, state, reason, code, keys, clock_.hour());
    if (settled || settled.error() == Errc::not_found) break;
    // It has happened: it is recorded as soon as the disk takes it, and until then nothing else leaves by this gateway.
    log_event(LogLevel::error, "text_not_recorded", {{"error", settled.error()}});
    asio::steady_timer pause(context_, store_wait);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  for (const storage::ReportKey& key : keys) {
    const auto early = early_.find(key);
    if (early == early_.end()) continue;
    const Early known = early->second;
    early_.erase(early);
    std::erase(early_order_, key);
    co_await outbox_.report(key, known.state, known.reason, known.code, clock_.hour());
  }
}

http::Awaitable<Result<void>> OutboxRunner::reported(std::string_view gateway, const sms::DeliveryReport& report) {
  const storage::ReportKey key = key_of(gateway, report.name.reveal());
  const auto recorded = co_await outbox_.report(key, report.state, report.reason, report.code, clock_.hour());
  if (recorded) co_return recorded;
  if (recorded.error() != Errc::not_found) co_return recorded.error();
  co_return co_await asio::co_spawn(context_, record(key, report), asio::use_awaitable);
}

http::Awaitable<Result<void>> OutboxRunner::record(storage::ReportKey key, const sms::DeliveryReport& report) {
  if (early_.emplace(key, Early{report.state, report.reason, report.code}).second) {
    early_order_.push_back(key);
    if (early_order_.size() > early_max) {
      early_.erase(early_order_.front());
      early_order_.pop_front();
    }
  }
  // The text may have been settled just before it was kept.
  const auto recorded = co_await outbox_.report(key, report.state, report.reason, report.code, clock_.hour());
  if (recorded) {
    early_.erase(key);
    std::erase(early_order_, key);
  }
  // A report on a text of long ago finds nothing: that is no fault of the gateway's.
  if (!recorded && recorded.error() != Errc::not_found) co_return recorded.error();
  co_return Result<void>();
}

}  // namespace hotline::texting
