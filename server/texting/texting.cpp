#include "server/texting/texting.hpp"

#include "crypto/random.hpp"
#include "server/sms/segments.hpp"
#include "server/texting/smpp_carrier.hpp"
#include "server/texting/web_carrier.hpp"
#include "storage/wait.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace hotline::texting {

namespace {

constexpr std::size_t requests_at_once = 8;
constexpr std::size_t segments_max = 10;
constexpr std::size_t number_bytes_max = 64;
constexpr unsigned smpp_per_minute = 60;      // unless the settings say: what the smallest of contracts allow
constexpr std::size_t silenced_max = 100'000;

}  // namespace

Texting::Texting(const Clock&, const Limits&) : threads_(requests_at_once), pool_(1), silenced_(silenced_max) {}

Texting::~Texting() { stop(); }

Outcome<std::unique_ptr<Carrier>> Texting::carrier_for(const SmsSettings& one, const sms::Gateways& gateways, const OperatorLinks& links,
                                                       const Limits& limits) {
  if (smpp::Client* const client = links.find(one.name)) return std::unique_ptr<Carrier>(std::make_unique<SmppCarrier>(*client));
  auto carrier = WebCarrier::create(*gateways.find(one.name), *one.send, limits, threads_);
  if (!carrier) return carrier.error();
  return std::unique_ptr<Carrier>(std::move(*carrier));
}

Outcome<std::unique_ptr<Texting>> Texting::create(const std::vector<SmsSettings>& settings, const sms::Gateways& gateways,
                                                  const OperatorLinks& links, storage::Stores& stores, const Clock& clock, const Limits& limits) {
  auto texting = std::unique_ptr<Texting>(new Texting(clock, limits));
  std::vector<OutboxRunner::Way> ways;
  for (const SmsSettings& one : settings) {
    if (!one.send) continue;
    auto carrier = texting->carrier_for(one, gateways, links, limits);
    if (!carrier) return carrier.error();
    auto hours = LocalHours::create(one.send->hours_begin, one.send->hours_end, one.send->time_zone);
    if (!hours) return Problem{"[sms." + one.name + ".send] " + hours.error().line};
    const unsigned usual = one.smpp ? smpp_per_minute : gateways.find(one.name)->descriptor().send->per_minute;
    const unsigned per_minute = one.send->per_minute != 0 ? one.send->per_minute : usual;
    ways.push_back({one.name, std::move(*carrier), *hours, one.send->from, per_minute});
    texting->shown_.push_back({one.name, one.send->hours_begin, one.send->hours_end, one.send->time_zone});
  }
  auto key = storage::wait_for(stores.server_key("sms-reports"));
  if (!key) return Problem{"cannot read the database: " + key.error().message()};
  // On a full disk the store takes nothing: the pages must be there all the same, to say so.
  texting->leftovers_ = std::make_unique<Leftovers>(stores.outbox(), clock);
  texting->leftovers_->give_up_now();
  if (!texting->leftovers_->given_up()) boost::asio::co_spawn(texting->pool_.context(0), texting->leftovers_->keep_trying(), boost::asio::detached);
  texting->runner_ = std::make_unique<OutboxRunner>(texting->pool_.context(0), stores.outbox(), texting->silenced_, clock, limits, std::move(*key),
                                                    std::move(ways));
  return texting;
}

void Texting::answer_texts(const std::vector<SmsSettings>& settings, std::unique_ptr<conversation::Conversations> conversations,
                           const Clock& clock) {
  for (const SmsSettings& one : settings) {
    if (runner_->can_send(one.name)) modes_.emplace(one.name, one.automatic);
  }
  conversations_ = std::move(conversations);
  clock_ = &clock;
}

AutomaticTexts Texting::mode_of(std::string_view gateway) const {
  const auto found = modes_.find(gateway);
  return found == modes_.end() ? AutomaticTexts::none : found->second;
}

http::Awaitable<Result<void>> Texting::order(console::TextOrder order) {
  if (order.to.empty() || order.to.size() > number_bytes_max || order.from.size() > number_bytes_max || order.text.empty()) co_return Errc::malformed;
  if (sms::segments_of(order.text.reveal_text()) > segments_max) co_return Errc::too_large;
  if (!leftovers_->given_up()) co_return Errc::storage_failed;
  storage::TextRow row;
  row.id = order.id;
  row.case_id = order.case_id;
  row.author = order.author;
  row.gateway = std::move(order.gateway);
  const std::string gateway = row.gateway;
  const crypto::SecretBuffer number = order.to.duplicate();
  sms::OutgoingText text{to_text(order.id), std::move(order.to), std::move(order.from), std::move(order.text)};
  const auto ordered = co_await runner_->order(std::move(row), std::move(text), order.at_any_hour);
  // From now on a person writes to that phone: the server's questions would come between, also those that wait to leave.
  if (ordered && conversations_) {
    const std::lock_guard lock(hearing_);
    conversations_->by_hand(gateway, number.reveal_text(), clock_->now());
    runner_->drop_automatic(gateway, number.reveal_text());
  }
  co_return ordered;
}

http::Awaitable<Result<void>> Texting::cancel(TextId id) { co_return co_await runner_->cancel(id); }

sms::Asked Texting::asked(std::string_view gateway, const sms::Message& message) const {
  if (!conversations_) return {};
  sms::Asked asked = conversations_->asked(gateway, mode_of(gateway), message, clock_->now());
  crypto::wipe_stack();
  return asked;
}

void Texting::heard(std::string_view gateway, const sms::Message& message) {
  const std::string_view number = message.from.reveal_text();
  const AutomaticTexts mode = conversations_ ? mode_of(gateway) : AutomaticTexts::none;
  const std::lock_guard lock(hearing_);
  if (sms::asks_for_silence(message)) {
    silenced_.add(gateway, number);
  } else if (sms::asks_for_texts(message)) {
    silenced_.remove(gateway, number);
  } else if (silenced_.holds(gateway, number)) {
    if (conversations_ && conversations_->overheard(gateway, mode, message, clock_->now())) runner_->became_unsafe(gateway, number);
    crypto::wipe_stack();
    return;
  }
  if (mode == AutomaticTexts::none) return;
  const conversation::Answer answer = conversations_->heard(gateway, mode, message, clock_->now());
  if (answer.not_safe) runner_->became_unsafe(gateway, number);
  std::vector<sms::OutgoingText> texts;
  for (const std::string& words : answer.texts) {
    texts.push_back({to_text(crypto::random_id<TextId>()), message.from.duplicate(), message.to.duplicate(), crypto::SecretBuffer(std::string_view(words))});
  }
  runner_->send_automatic(gateway, std::move(texts), answer.urgent);
  crypto::wipe_stack();
}

http::Awaitable<Result<void>> Texting::reported(std::string_view gateway, const sms::DeliveryReport& report) {
  co_return co_await runner_->reported(gateway, report);
}

void Texting::stop() {
  // A text that the gateway takes at this moment is worth the wait: cut off, nobody could tell whether it reached the phone.
  if (runner_ && !pool_.stopped()) runner_->finish();
  pool_.stop();
  threads_.stop();
  threads_.join();
}

}  // namespace hotline::texting
