#include "server/texting/outbox_runner.hpp"

#include "config/log.hpp"
#include "crypto/age.hpp"
#include "crypto/secret_json.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <exception>

namespace hotline::texting {

namespace {

namespace asio = boost::asio;
namespace json = boost::json;
using sms::HandedOver;
using sms::OutgoingText;
using storage::TextReason;
using storage::TextState;

constexpr std::size_t automatic_max = 1000;               // answers that wait at one gateway; to danger, twice as many
constexpr std::size_t own_names_max = 10'000;
constexpr std::size_t unsafe_max = 1000;                  // phones that became unsafe while an order was being written
constexpr std::chrono::milliseconds store_wait{1000};     // before the store is asked again to record what has happened
constexpr std::int64_t look_again_seconds = 60;           // while the hours are closed: the machine's clock may be set meanwhile

}  // namespace

struct OutboxRunner::Lane {
  Lane(asio::io_context& context, Way given) : way(std::move(given)), bell(context) { bell.expires_at(Steady::time_point::max()); }
  Way way;
  asio::steady_timer bell;           ///< rings when there may be something to do
  std::vector<Item> items;
  Item* in_hand = nullptr;           ///< the one that is being handed over, or that is about to be
  std::deque<Automatic> automatic;
  Automatic* leaving = nullptr;      ///< the answer that is being handed over
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
      recipient_(identity_.recipient()),
      own_names_(own_names_max),
      ended_(static_cast<std::ptrdiff_t>(ways.size())) {
  for (Way& way : ways) {
    std::string name = way.gateway;
    auto lane = std::make_unique<Lane>(context_, std::move(way));
    asio::co_spawn(context_, run(*lane), [this](const std::exception_ptr&) { ended_.count_down(); });
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
  if (!plain) return plain.error();
  boost::system::error_code error;
  const json::value value = json::parse(plain->reveal_text(), error);
  if (error || !value.is_object()) return Errc::corrupt;
  const auto member = [&](const char* name) { return crypto::SecretBuffer(std::string_view(value.get_object().at(name).as_string())); };
  return OutgoingText{to_text(id), member("to"), member("from"), member("text")};
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
  Item item;
  item.id = row.id;
  item.phone = key_of(row.gateway, text.to.reveal());
  item.ordered_at = Steady::now();
  item.at_any_hour = at_any_hour;
  if (!lane->second->way.from.empty()) text.from = crypto::SecretBuffer(std::string_view(lane->second->way.from));
  auto sealed = seal(text);
  crypto::wipe_stack();
  if (!sealed) co_return sealed.error();
  row.queued_hour = clock_.hour();
  const auto added = co_await outbox_.add(std::move(row), std::move(*sealed));
  if (!added) co_return added.error();
  asio::post(context_, [this, &lane = *lane->second, item]() mutable {
    // The same order made twice is one text.
    if (lane.in_hand != nullptr && lane.in_hand->id == item.id) return;
    if (std::any_of(lane.items.begin(), lane.items.end(), [&](const Item& one) { return one.id == item.id; })) return;
    item.unsafe = std::any_of(unsafe_.begin(), unsafe_.end(), [&](const Unsafe& one) { return one.means(item); });
    item.give_up_at = Steady::now() + std::chrono::hours(limits_.text_hours);
    add(lane, std::move(item));
  });
  co_return Result<void>();
}

void OutboxRunner::send_automatic(std::string_view gateway, std::vector<OutgoingText> texts, bool urgent, std::chrono::milliseconds within) {
  const auto lane = lanes_.find(gateway);
  if (lane == lanes_.end() || texts.empty()) return;
  auto one = std::make_shared<Automatic>();
  for (OutgoingText& text : texts) {
    if (!lane->second->way.from.empty()) text.from = crypto::SecretBuffer(std::string_view(lane->second->way.from));
    one->texts.push_back(std::move(text));
  }
  one->urgent = urgent;
  one->give_up_at = Steady::now() + within;
  asio::post(context_, [&lane = *lane->second, one] {
    if (lane.automatic.size() >= (one->urgent ? 2 * automatic_max : automatic_max)) return log_event(LogLevel::warning, "answers_dropped");
    lane.automatic.push_back(std::move(*one));
    lane.bell.cancel();
  });
}

void OutboxRunner::drop_automatic(std::string_view gateway, std::string_view number) {
  const auto lane = lanes_.find(gateway);
  if (lane == lanes_.end()) return;
  asio::post(context_, [&lane = *lane->second, to = std::make_shared<crypto::SecretBuffer>(number)] {
    const auto is_meant = [&](const Automatic& one) { return !one.urgent && one.texts.front().to.reveal_text() == to->reveal_text(); };
    std::erase_if(lane.automatic, is_meant);
    if (lane.leaving != nullptr && is_meant(*lane.leaving)) lane.leaving->dropped = true;
  });
}

void OutboxRunner::became_unsafe(std::string_view gateway, std::string_view number) {
  const auto lane = lanes_.find(gateway);
  if (lane == lanes_.end()) return;
  drop_automatic(gateway, number);
  asio::post(context_, [this, &lane = *lane->second, told = Unsafe{key_of(gateway, as_bytes(number)), Steady::now()}] {
    unsafe_.push_back(told);
    if (unsafe_.size() > unsafe_max) unsafe_.pop_front();
    for (Item& item : lane.items) {
      if (!told.means(item)) continue;
      item.unsafe = true;
      item.due = {};
    }
    if (lane.in_hand != nullptr && told.means(*lane.in_hand)) lane.in_hand->unsafe = true;
    lane.bell.cancel();
  });
}

std::deque<OutboxRunner::Automatic>::iterator OutboxRunner::next_automatic(Lane& lane) const {
  const auto now = Steady::now();
  const auto rank = [now](const Automatic& one) { return std::pair(std::max(one.due, now), !one.urgent); };
  return std::min_element(lane.automatic.begin(), lane.automatic.end(), [&](const Automatic& a, const Automatic& b) { return rank(a) < rank(b); });
}

http::Awaitable<void> OutboxRunner::send(Lane& lane, Automatic one) {
  const OutgoingText& next = one.texts.front();
  if (Steady::now() >= one.give_up_at || silenced_.holds(lane.way.gateway, next.to.reveal_text())) co_return;
  lane.free_at = Steady::now() + std::chrono::milliseconds(60'000 / lane.way.per_minute);
  OutgoingText text{next.id, next.to.duplicate(), next.from.duplicate(), next.text.duplicate()};
  lane.leaving = &one;
  const auto left = std::unique_ptr<Automatic*, void (*)(Automatic**)>(&lane.leaving, [](Automatic** leaving) { *leaving = nullptr; });
  const HandedOver outcome = co_await lane.way.carrier->hand_over(std::move(text));
  for (const crypto::SecretBuffer& name : outcome.names) own_text_named(key_of(lane.way.gateway, name.reveal()));
  if (one.dropped) co_return;   // neither once more nor what was to follow it
  if (outcome.kind == HandedOver::Kind::later) {
    const std::chrono::milliseconds asked = std::chrono::seconds(outcome.retry_after_seconds.value_or(0));
    one.due = Steady::now() + std::max(wait_before(++one.tries), asked);
    log_event(LogLevel::warning, "answer_not_taken", {{"tries", one.tries}});
    lane.automatic.push_back(std::move(one));
    co_return;
  }
  // One that may have arrived is not sent again, and what was to follow it does not come alone.
  if (outcome.kind != HandedOver::Kind::accepted) co_return log_event(LogLevel::warning, "answer_refused");
  one.texts.pop_front();
  if (one.texts.empty()) co_return;
  one.due = {};
  one.tries = 0;
  lane.automatic.push_front(std::move(one));
}

http::Awaitable<Result<void>> OutboxRunner::cancel(TextId id) { co_return co_await asio::co_spawn(context_, take_back(id), asio::use_awaitable); }

http::Awaitable<Result<void>> OutboxRunner::take_back(TextId id) {
  for (const auto& [name, lane] : lanes_) {
    const auto found = std::find_if(lane->items.begin(), lane->items.end(), [&](const Item& item) { return item.id == id; });
    if (found == lane->items.end()) continue;
    // What is among the items is in nobody's hands, and from here on it never will be.
    const Item item = *found;
    lane->items.erase(found);
    const auto settled = co_await outbox_.settle(id, TextState::not_sent, TextReason::cancelled, {}, {}, clock_.hour());
    if (!settled && settled.error() != Errc::not_found) add(*lane, item);
    co_return settled;
  }
  co_return Errc::not_found;
}

void OutboxRunner::finish() {
  asio::post(context_, [this] {
    finishing_ = true;
    for (const auto& [name, lane] : lanes_) lane->bell.cancel();
  });
  ended_.wait();
}

http::Awaitable<void> OutboxRunner::run(Lane& lane) {
  while (!finishing_) {
    const auto now = Steady::now();
    const std::int64_t clock_now = clock_.now();
    // Asked anew each time, also for what is tried again: a text that a busy gateway put off must not ring at night.
    const bool wait_for_hours = std::any_of(lane.items.begin(), lane.items.end(), [](const Item& item) { return !item.at_any_hour; });
    const std::int64_t closed_seconds = wait_for_hours ? lane.way.hours.next_open(clock_now) - clock_now : 0;
    auto next = lane.items.end();
    Steady::time_point wake = Steady::time_point::max();
    for (auto item = lane.items.begin(); item != lane.items.end(); ++item) {
      // One that will not leave waits for neither rate nor hours: who ordered it should know soon.
      auto ready = item->unsafe ? item->due : std::max(item->due, lane.free_at);
      if (!item->unsafe && !item->at_any_hour && closed_seconds > 0) ready = std::max(ready, now + std::chrono::seconds(std::min(closed_seconds, look_again_seconds)));
      if (ready < wake) {
        wake = ready;
        next = item;
      }
    }
    const auto answer = next_automatic(lane);
    const auto answer_ready = answer == lane.automatic.end() ? Steady::time_point::max() : std::max(answer->due, lane.free_at);
    if (answer_ready <= now && (answer->urgent || wake > now)) {
      Automatic one = std::move(*answer);
      lane.automatic.erase(answer);
      try {
        co_await send(lane, std::move(one));
      } catch (const std::exception&) {
        log_event(LogLevel::error, "text_failed");
      }
      continue;
    }
    wake = std::min(wake, answer_ready);
    if (wake > now) {
      lane.bell.expires_at(wake);
      co_await lane.bell.async_wait(asio::as_tuple(asio::use_awaitable));
      for (Item& item : lane.items) {
        if (closed_seconds > 0 && !item.at_any_hour) item.give_up_at += Steady::now() - now;
      }
      continue;
    }
    Item item = *next;
    lane.items.erase(next);
    lane.in_hand = &item;
    bool failed = false;
    try {
      co_await take_on(lane, item);
    } catch (const std::exception&) {
      failed = true;
    }
    // A lane that ended would lose every text after this one, and nobody would see why.
    while (failed) {
      log_event(LogLevel::error, "text_failed");
      asio::steady_timer pause(context_, store_wait);
      co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
      try {
        co_await recover(lane, item);
        failed = false;
      } catch (const std::exception&) {
        failed = !finishing_;
      }
    }
    lane.in_hand = nullptr;
  }
}

http::Awaitable<void> OutboxRunner::recover(Lane& lane, Item& item) {
  if (item.handed_over) {
    co_await settle(item.id, TextState::not_sent, TextReason::perhaps_sent, {}, {});
    co_return;
  }
  item.due = Steady::now() + wait_before(++item.tries);
  add(lane, item);
}

http::Awaitable<void> OutboxRunner::take_on(Lane& lane, Item& item) {
  const std::string& gateway = lane.way.gateway;
  if (Steady::now() >= item.give_up_at) {
    co_await settle(item.id, TextState::not_sent, TextReason::expired, {}, {});
    co_return;
  }
  const auto sealed = co_await outbox_.attempt(item.id);
  if (!sealed && sealed.error() == Errc::not_found) co_return;   // taken back, or deleted with its case
  if (!sealed) {
    item.due = Steady::now() + wait_before(++item.tries);
    add(lane, item);
    co_return;
  }
  if (finishing_) {
    co_await outbox_.retry(item.id);
    co_return;
  }
  auto text = open(*sealed, item.id);
  crypto::wipe_stack();   // also what the JSON parser left: short strings, such as the number, lie in its frame
  if (!text) {
    co_await settle(item.id, TextState::not_sent, TextReason::restarted, {}, {});
    co_return;
  }
  if (silenced_.holds(gateway, text->to.reveal_text())) {
    co_await settle(item.id, TextState::refused, TextReason::opted_out, {}, {});
    co_return;
  }
  if (item.unsafe) {
    co_await settle(item.id, TextState::not_sent, TextReason::became_unsafe, {}, {});
    co_return;
  }

  lane.free_at = Steady::now() + std::chrono::milliseconds(60'000 / lane.way.per_minute);
  item.handed_over = true;
  HandedOver outcome = co_await lane.way.carrier->hand_over(std::move(*text));
  if (outcome.kind == HandedOver::Kind::later) {
    item.handed_over = false;
    if (item.unsafe) {
      co_await settle(item.id, TextState::not_sent, TextReason::became_unsafe, {}, {});
      co_return;
    }
    co_await outbox_.retry(item.id);
    ++item.tries;
    const std::chrono::milliseconds asked = std::chrono::seconds(outcome.retry_after_seconds.value_or(0));
    item.due = Steady::now() + std::max(wait_before(item.tries), asked);
    log_event(LogLevel::warning, "text_not_taken", {{"tries", item.tries}});
    add(lane, item);
    co_return;
  }
  std::vector<storage::ReportKey> keys;
  for (const crypto::SecretBuffer& name : outcome.names) keys.push_back(key_of(gateway, name.reveal()));
  switch (outcome.kind) {
    case HandedOver::Kind::accepted: co_await settle(item.id, TextState::sent, TextReason::none, {}, std::move(keys)); break;
    case HandedOver::Kind::refused:
      if (outcome.reason == TextReason::account) {
        log_event(LogLevel::error, "gateway_refuses_our_account");   // no text will leave until somebody mends it
      } else {
        log_event(LogLevel::warning, "text_refused");
      }
      co_await settle(item.id, TextState::refused, outcome.reason, std::move(outcome.code), {});
      break;
    default:
      log_event(LogLevel::warning, "text_perhaps_sent");
      co_await settle(item.id, TextState::not_sent, TextReason::perhaps_sent, std::move(outcome.code), std::move(keys));
  }
}

http::Awaitable<void> OutboxRunner::settle(TextId id, TextState state, TextReason reason, std::string code,
                                           std::vector<storage::ReportKey> keys) {
  for (const storage::ReportKey& key : keys) desks_text_named(key);
  for (;;) {
    const auto settled = co_await outbox_.settle(id, state, reason, code, keys, clock_.hour());
    if (settled || settled.error() == Errc::not_found || finishing_) break;
    // It has happened: it is recorded as soon as the disk takes it, and until then nothing else leaves by this gateway.
    log_event(LogLevel::error, "text_not_recorded", {{"error", settled.error()}});
    asio::steady_timer pause(context_, store_wait);
    co_await pause.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  for (const storage::ReportKey& key : keys) {
    const auto early = early_.find(key);
    if (early == early_.end()) continue;
    const Early known = early->second;
    forget(known);
    co_await outbox_.report(key, known.state, known.reason, known.code, clock_.hour());
  }
}

}  // namespace hotline::texting
