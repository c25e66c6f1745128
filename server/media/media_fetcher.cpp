#include "server/media/media_fetcher.hpp"

#include "config/log.hpp"
#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "crypto/padding.hpp"
#include "server/media/media_document.hpp"
#include "storage/sealed_file.hpp"
#include "storage/wait.hpp"

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <signal.h>
#include <span>
#include <thread>

namespace hotline::media {

namespace {

constexpr std::size_t page_rows = 100;
constexpr int requests_worth_of_time = 15;                  // a whole picture may take so often the time that an answer may
constexpr std::uint8_t priority_of_pictures = 4;            // their text has its own
constexpr std::chrono::milliseconds store_wait{1000};

/// What proves to the gateway that it is us; empty when the settings do not have it.
Result<crypto::LockedKey> authorization_of(const sms::MediaFields& fields, const std::optional<SmsSendSettings>& send) {
  using Login = sms::MediaFields::Login;
  crypto::SecretBuffer value;
  if (send && !send->secret.empty()) {
    crypto::SecretBuffer pair;
    if (fields.login == Login::basic) {
      pair.append(send->account);
      pair.push_back(':');
    }
    pair.append(send->secret.reveal());
    if (fields.login == Login::bearer) value.append("Bearer ");
    if (fields.login == Login::bearer) value.append(pair.reveal());
    if (fields.login == Login::basic || fields.login == Login::pair) {
      value.append("Basic ");
      value.append(crypto::secret_to_base64(pair.reveal(), crypto::Base64::standard).reveal());
    }
  }
  return crypto::LockedKey::create(value.reveal());
}

void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

}  // namespace

struct MediaFetcher::Lane {
  explicit Lane(std::string name) : gateway(std::move(name)) {}
  const std::string gateway;
  std::optional<FetchRules> rules;    ///< nothing: nothing is fetched any more, only given up
  std::mutex mutex;
  std::condition_variable_any bell;
  bool rung = true;                   ///< under `mutex`
  // Of its own thread:
  std::int64_t seen = 0;              ///< number of the last row looked at
  std::vector<Item> items;
  std::jthread thread;
};

MediaFetcher::MediaFetcher(Stores stores, sms::MediaTickets tickets, const Clock& clock, const Limits& limits)
    : stores_(stores), tickets_(std::move(tickets)), clock_(clock), limits_(limits) {}

MediaFetcher::~MediaFetcher() { stop(); }

Outcome<std::unique_ptr<MediaFetcher>> MediaFetcher::create(const std::vector<SmsSettings>& settings, const sms::Gateways& gateways, Stores stores,
                                                            sms::MediaTickets tickets, const Clock& clock, const Limits& limits) {
  auto fetcher = std::unique_ptr<MediaFetcher>(new MediaFetcher(stores, std::move(tickets), clock, limits));
  fetcher->lanes_.emplace("", std::make_unique<Lane>(""));
  for (const SmsSettings& one : settings) {
    const sms::Gateway* gateway = gateways.find(one.name);
    if (gateway == nullptr || !gateway->fetches_media()) continue;
    const sms::MediaFields& fields = *gateway->descriptor().media;
    auto authorization = authorization_of(fields, one.send);
    if (!authorization) return Problem{"no locked memory for the gateways' secrets; raise the limit: ulimit -l"};
    auto lane = std::make_unique<Lane>(one.name);
    lane->rules.emplace(FetchRules{AllowedHosts(fields, gateway->media_origins()), std::move(*authorization), limits.media_bytes_max,
                                   limits.gateway_deadline, limits.gateway_deadline * requests_worth_of_time});
    fetcher->lanes_.emplace(one.name, std::move(lane));
  }
  return fetcher;
}

void MediaFetcher::start() {
  for (auto& [name, lane] : lanes_) {
    lane->thread = std::jthread([this, &on = *lane](const std::stop_token& stop) {
      block_signals();
      while (!stop.stop_requested()) {
        try {
          run(on, stop);
        } catch (const std::exception&) {
          // Outside of the thread it would end the server.
          log_event(LogLevel::error, "media_failed");
          begin_anew(on, stop);
        }
      }
    });
  }
}

void MediaFetcher::begin_anew(Lane& lane, const std::stop_token& stop) {
  lane.items.clear();
  lane.seen = 0;
  std::unique_lock lock(lane.mutex);
  lane.bell.wait_for(lock, stop, store_wait, [] { return false; });
  lane.rung = true;
}

void MediaFetcher::queued(std::string_view gateway) {
  const auto found = lanes_.find(gateway);
  if (found == lanes_.end()) return;
  const std::lock_guard lock(found->second->mutex);
  found->second->rung = true;
  found->second->bell.notify_one();
}

void MediaFetcher::stop() {
  for (auto& [name, lane] : lanes_) lane->thread.request_stop();
  for (auto& [name, lane] : lanes_) {
    if (lane->thread.joinable()) lane->thread.join();
  }
}

bool MediaFetcher::is_of(const Lane& lane, const std::string& gateway) const {
  return lane.gateway.empty() ? lanes_.find(gateway) == lanes_.end() : lane.gateway == gateway;
}

bool MediaFetcher::look(Lane& lane) {
  for (;;) {
    const auto rows = storage::wait_for(stores_.queue.list(lane.seen, page_rows));
    if (!rows) {
      log_event(LogLevel::error, "media_queue_not_read", {{"error", rows.error()}});
      return false;
    }
    for (const storage::WaitingMedia& row : *rows) {
      lane.seen = row.number;
      const auto ticket = tickets_.open(row.sealed);
      if (!ticket && lane.gateway.empty()) log_event(LogLevel::error, "media_ticket_unreadable", {{"error", ticket.error()}});
      if (!ticket || !is_of(lane, ticket->gateway)) continue;
      Item item;
      item.number = row.number;
      item.give_up_hour = row.queued_hour + limits_.media_hours;
      lane.items.push_back(item);
    }
    if (rows->size() < page_rows) return true;
  }
}

void MediaFetcher::run(Lane& lane, const std::stop_token& stop) {
  bool look_again = false;
  while (!stop.stop_requested()) {
    const auto next = std::min_element(lane.items.begin(), lane.items.end(), [](const Item& a, const Item& b) { return a.due < b.due; });
    auto wake = next == lane.items.end() ? Steady::time_point::max() : next->due;
    if (look_again) wake = std::min(wake, Steady::now() + store_wait);
    {
      std::unique_lock lock(lane.mutex);
      if (wake == Steady::time_point::max()) {
        lane.bell.wait(lock, stop, [&] { return lane.rung; });
      } else {
        lane.bell.wait_until(lock, stop, wake, [&] { return lane.rung; });
      }
      if (stop.stop_requested()) return;
      look_again = look_again || lane.rung;
      lane.rung = false;
    }
    if (look_again) {
      look_again = !look(lane);
      continue;
    }
    if (next == lane.items.end() || next->due > Steady::now()) continue;
    Item item = *next;
    lane.items.erase(next);
    if (take_on(lane, item, stop) == Step::done) continue;
    std::chrono::milliseconds wait = limits_.text_retry_min;
    for (int i = 0; i < item.tries && wait < limits_.text_retry_max; ++i) wait *= 2;
    ++item.tries;
    item.due = Steady::now() + std::min(wait, limits_.text_retry_max);
    if (!stop.stop_requested()) log_event(LogLevel::warning, "media_not_fetched", {{"tries", item.tries}, {"reason", static_cast<int>(item.last)}});
    lane.items.push_back(item);
  }
}

MediaFetcher::Step MediaFetcher::take_on(Lane& lane, Item& item, const std::stop_token& stop) {
  // Asked for anew each time: it may have been deleted with its text.
  const auto rows = storage::wait_for(stores_.queue.list(item.number - 1, 1));
  if (!rows) return Step::later;
  if (rows->empty() || rows->front().number != item.number) return Step::done;
  const auto ticket = tickets_.open(rows->front().sealed);
  if (!ticket) return Step::done;

  // Whoever was down for long tries once all the same.
  const bool over = clock_.hour() >= item.give_up_hour;
  if (lane.rules && !(over && item.tries > 0)) {
    const Step outcome = bring(lane, item, *ticket, stop);
    const bool final = item.last == Failure::too_large;
    if (outcome == Step::done || stop.stop_requested() || (!over && !final)) return outcome;
  }
  if (!over && item.last != Failure::too_large) return Step::later;
  const auto epoch = storage::wait_for(stores_.epochs.of(ticket->desk));
  if (!epoch) return Step::later;
  const auto told = add(item.number, *epoch, failure_document(*ticket, epoch->desk, clock_.hour(), item.last), {});
  if (!told && told.error() != Errc::duplicate) return Step::later;
  log_event(LogLevel::warning, "media_given_up", {{"tries", item.tries}, {"reason", static_cast<int>(item.last)}});
  return Step::done;
}

MediaFetcher::Step MediaFetcher::bring(Lane& lane, Item& item, const sms::MediaTicket& ticket, const std::stop_token& stop) {
  const auto url = parse_media_url(ticket.url.reveal_text());
  if (!url) {
    item.last = Failure::not_allowed;
    return Step::later;
  }
  const auto epoch = storage::wait_for(stores_.epochs.of(ticket.desk));
  if (!epoch) {
    item.last = Failure::not_stored;
    return Step::later;
  }
  std::optional<storage::SealedFile> file;
  const auto take = [&](Bytes piece) -> Result<void> {
    if (!file) {
      auto begun = storage::wait_for(storage::SealedFile::begin(stores_.blobs, epoch->recipient, clock_.hour(), limits_));
      if (!begun) return begun.error();
      file.emplace(std::move(*begun));
    }
    return piece.empty() ? Result<void>() : storage::wait_for(file->take(piece));
  };
  const Fetched fetched = fetch(*url, *lane.rules, take, stop);
  item.last = fetched.failure;
  bool stored = false;
  if (fetched.failure == Failure::none && take({})) {
    if (const auto sealed = storage::wait_for(file->finish())) {
      const auto added = add(item.number, *epoch, picture_document(ticket, epoch->desk, clock_.hour(), *sealed, fetched.type),
                             storage::Attachment{sealed->id, sealed->handle});
      stored = added.has_value();
      // It left the queue meanwhile: with its text, which was deleted.
      if (!added && added.error() == Errc::duplicate) {
        static_cast<void>(storage::wait_for(stores_.blobs.discard(sealed->handle)));
        return Step::done;
      }
    }
  }
  crypto::wipe_stack();
  if (stored) return Step::done;
  if (item.last == Failure::none) item.last = Failure::not_stored;
  if (file) static_cast<void>(storage::wait_for(stores_.blobs.discard(file->handle())));
  return Step::later;
}

Result<void> MediaFetcher::add(std::int64_t number, const storage::CurrentEpoch& epoch, crypto::SecretBuffer document,
                               std::optional<storage::Attachment> file) {
  if (const Result<void> padded = crypto::pad_json(document); !padded) return padded.error();
  auto sealed = crypto::age::seal(std::span(&epoch.recipient, 1), document.reveal());
  crypto::wipe_stack();
  if (!sealed) return sealed.error();
  storage::NewReport report;
  report.epoch = epoch.epoch;
  report.channel = storage::Channel::sms;
  report.priority = priority_of_pictures;
  report.received_hour = clock_.hour();
  report.sealed = std::move(*sealed);
  report.media_done = number;
  if (file) report.attachments.push_back(*file);
  const auto added = storage::wait_for(stores_.inbox.add(std::move(report)));
  if (!added) return added.error();
  return {};
}

}  // namespace hotline::media
