#include "server/calling/calling.hpp"

#include "config/log.hpp"
#include "crypto/hash.hpp"
#include "server/calling/mail_sender.hpp"
#include "server/calling/web_sender.hpp"
#include "storage/wait.hpp"

#include <signal.h>

#include <algorithm>
#include <chrono>
#include <deque>
#include <exception>
#include <new>

namespace hotline::calling {
namespace {

constexpr std::int64_t store_wait = 1;       // seconds before the store is asked again that did not answer
constexpr std::int64_t round_seconds = 60;   // a target passes without a bell

void block_signals() {
  sigset_t all;
  sigfillset(&all);
  pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

/// The same entry in the next process, and nothing that tells whom it calls to who reads the table.
ByteArray<32> entry_id(const crypto::LockedKey& key, const CallSettings& call) {
  const Byte way = static_cast<Byte>(call.way);
  static constexpr Byte separator = 0;
  return crypto::keyed_blake2b(key.reveal(), {Bytes(&way, 1), as_bytes(call.desk), Bytes(&separator, 1), as_bytes(call.address.reveal())});
}

}  // namespace

/// A desk, and who is called for it.
struct Calling::Watched {
  DeskId id;
  std::vector<std::size_t> entries;        ///< positions among all entries, in the order of the schedule's rules
  std::vector<EntryRules> rules;
  std::optional<DeskSchedule> schedule;    ///< nothing until the store has told what is remembered
  bool unsaved = false;
  bool unread = false;                     ///< the store did not answer
  bool told = false;                       ///< that the store fails stands in the log
};

struct Calling::Lane {
  struct Job {
    std::size_t desk;
    DeskSchedule::Due call;
    CallMessage message;
  };
  std::size_t entry = 0;
  std::mutex mutex;
  std::condition_variable_any bell;
  std::deque<Job> jobs;                    ///< under `mutex`; one for each desk at most
  std::jthread thread;
};

struct Calling::Settled {
  std::size_t desk;
  DeskSchedule::Due call;
  Delivery::Kind kind;
};

Outcome<Entry> make_entry(const Settings& settings, const CallSettings& call, const Clock& clock, const Limits& limits) {
  Entry entry;
  entry.desk = call.desk;
  entry.rules = {{}, static_cast<std::uint8_t>(call.urgency), call.minutes, call.overdue};
  entry.language = call.language;
  if (call.way == CallSettings::Way::email) {
    entry.sender = std::make_unique<MailSender>(*settings.mail, std::string(call.address.reveal()), clock, limits.call_deadline);
    return entry;
  }
  auto sender = WebSender::create(call, limits.call_deadline);
  if (!sender) return sender.error();
  entry.sender = std::move(*sender);
  return entry;
}

Calling::Calling(std::vector<Entry> entries, const std::vector<storage::Desk>& desks, Stores stores, std::string console,
                 std::function<Moment()> now, const Limits& limits)
    : entries_(std::move(entries)), stores_(stores), console_(std::move(console)), now_(std::move(now)), limits_(limits) {
  for (const storage::Desk& desk : desks) {
    auto watched = std::make_unique<Watched>();
    watched->id = desk.id;
    for (std::size_t i = 0; i < entries_.size(); ++i) {
      if (!entries_[i].desk.empty() && entries_[i].desk != desk.name) continue;
      watched->entries.push_back(i);
      watched->rules.push_back(entries_[i].rules);
    }
    if (!watched->entries.empty()) desks_.push_back(std::move(watched));
  }
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    lanes_.push_back(std::make_unique<Lane>());
    lanes_.back()->entry = i;
  }
}

Outcome<std::unique_ptr<Calling>> Calling::create(const Settings& settings, const std::vector<storage::Desk>& desks, Stores stores,
                                                  const crypto::LockedKey& key, std::string console, const Clock& clock) {
  std::vector<Entry> entries;
  for (const CallSettings& call : settings.calls) {
    const auto named = [&call](const storage::Desk& desk) { return desk.name == call.desk; };
    if (!call.desk.empty() && std::none_of(desks.begin(), desks.end(), named)) {
      return Problem{"[[call]] names the desk \"" + call.desk + "\", which does not exist; hotline desk list shows those that do"};
    }
    auto entry = make_entry(settings, call, clock, settings.limits);
    if (!entry) return entry.error();
    entry->rules.id = entry_id(key, call);
    entries.push_back(std::move(*entry));
  }
  const auto now = [&clock] {
    const auto steady = std::chrono::steady_clock::now().time_since_epoch();
    return Moment{std::chrono::duration_cast<std::chrono::seconds>(steady).count(), clock.now()};
  };
  return std::make_unique<Calling>(std::move(entries), desks, stores, std::move(console), now, settings.limits);
}

Calling::~Calling() { stop(); }

void Calling::start() {
  if (desks_.empty()) return;
  watching_ = true;
  stores_.arrivals.watch(*this);
  for (const auto& lane : lanes_) {
    lane->thread = std::jthread([this, &on = *lane](const std::stop_token& stop) {
      block_signals();
      send(on, stop);
    });
  }
  watcher_ = std::jthread([this](const std::stop_token& stop) {
    block_signals();
    watch(stop);
  });
}

void Calling::stop() {
  if (!watching_) return;
  watching_ = false;
  stores_.arrivals.forget(*this);
  // First those who send: what became of their calls is still taken in and kept.
  for (const auto& lane : lanes_) lane->thread.request_stop();
  for (const auto& lane : lanes_) lane->thread.join();
  watcher_.request_stop();
  watcher_.join();
}

void Calling::report_arrived(const DeskId&, std::uint8_t, std::int64_t) noexcept { ring(); }

void Calling::ring() noexcept {
  const std::lock_guard lock(mutex_);
  rung_ = true;
  bell_.notify_one();
}

void Calling::watch(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    std::int64_t wait = store_wait;
    try {
      wait = go_round();
    } catch (const std::exception&) {
      log_event(LogLevel::error, "calling_failed");
    }
    std::unique_lock lock(mutex_);
    // Never less than a second: time is counted no finer here.
    bell_.wait_for(lock, stop, std::chrono::seconds(std::max<std::int64_t>(wait, 1)), [this] { return rung_; });
    rung_ = false;
  }
  try {
    take_outcomes();
    for (const auto& watched : desks_) {
      if (watched->schedule) save(*watched);
    }
  } catch (const std::exception&) {
    log_event(LogLevel::error, "calling_failed");
  }
}

std::int64_t Calling::go_round() {
  take_outcomes();
  std::int64_t wait = round_seconds;
  for (std::size_t i = 0; i < desks_.size(); ++i) {
    Watched& watched = *desks_[i];
    if (recall(watched)) attend(i);
    const Moment now = now_();
    const bool again = !watched.schedule || watched.unsaved || watched.unread;
    wait = std::min(wait, again ? store_wait : watched.schedule->next(now) - now.steady);
  }
  return wait;
}

void Calling::complain(Watched& watched, const boost::system::error_code& error) {
  if (!watched.told) log_event(LogLevel::error, "calls_not_kept", {{"error", error}});
  watched.told = true;
}

bool Calling::recall(Watched& watched) {
  if (watched.schedule) return true;
  const auto stored = storage::wait_for(stores_.calls.load(watched.id));
  if (!stored) {
    complain(watched, stored.error());
    return false;
  }
  watched.schedule.emplace(watched.id, watched.rules, *stored, now_(), limits_);
  return true;
}

void Calling::attend(std::size_t desk) {
  Watched& watched = *desks_[desk];
  DeskSchedule& schedule = *watched.schedule;
  const auto unopened = storage::wait_for(stores_.calls.unopened(watched.id, schedule.seen()));
  if (unopened) {
    if (schedule.look(*unopened, now_())) watched.unsaved = true;
  } else {
    // What was to be done is done all the same.
    complain(watched, unopened.error());
  }
  watched.unread = !unopened;
  const auto due = schedule.due(now_());
  auto next = due.begin();
  try {
    if (watched.unsaved) save(watched);
    for (; next != due.end(); ++next) hand_over(desk, *next, watched.entries.at(next->entry));
  } catch (...) {
    // Memory ran out. What nobody makes would count as under way until the next start, and nobody would be called.
    for (; next != due.end(); ++next) schedule.settled(*next, Delivery::Kind::failed, now_());
    watched.unsaved = true;
    throw;
  }
}

void Calling::hand_over(std::size_t desk, const DeskSchedule::Due& call, std::size_t entry) {
  const Grade grade = call.cause == Cause::danger ? Grade::now : Grade::soon;
  Lane& lane = *lanes_.at(entry);
  const std::lock_guard lock(lane.mutex);
  lane.jobs.push_back({desk, call, call_message(entries_.at(entry).language, grade, console_)});
  lane.bell.notify_one();
}

void Calling::take_outcomes() {
  std::vector<Settled> taken;
  {
    const std::lock_guard lock(mutex_);
    taken.swap(outcomes_);
  }
  for (const Settled& one : taken) {
    Watched& watched = *desks_.at(one.desk);
    watched.schedule->settled(one.call, one.kind, now_());
    watched.unsaved = true;
  }
}

void Calling::save(Watched& watched) {
  const auto saved = storage::wait_for(stores_.calls.save(watched.schedule->stored(now_())));
  if (!saved) {
    complain(watched, saved.error());
  } else {
    watched.told = false;
  }
  watched.unsaved = !saved;
}

void Calling::keep_outcome(Lane& lane, const Settled& outcome, const std::stop_token& stop) {
  // Not given up for want of memory: forgotten, the call would count as under way until the next start.
  for (;;) {
    try {
      const std::lock_guard lock(mutex_);
      outcomes_.push_back(outcome);
      return;
    } catch (const std::bad_alloc&) {
      log_event(LogLevel::error, "calling_failed");
    }
    std::unique_lock lock(lane.mutex);
    lane.bell.wait_for(lock, stop, std::chrono::seconds(store_wait), [] { return false; });
    if (stop.stop_requested()) return;
  }
}

void Calling::send(Lane& lane, const std::stop_token& stop) {
  for (;;) {
    std::optional<Lane::Job> job;
    {
      std::unique_lock lock(lane.mutex);
      if (!lane.bell.wait(lock, stop, [&] { return !lane.jobs.empty(); }) || stop.stop_requested()) return;
      job.emplace(std::move(lane.jobs.front()));
      lane.jobs.pop_front();
    }
    Delivery delivery;
    try {
      delivery = entries_.at(lane.entry).sender->send(job->message, stop);
    } catch (const std::exception&) {
      delivery = {};
    }
    // Cut short by the end of this process: the next one makes it.
    if (delivery.kind != Delivery::Kind::sent && stop.stop_requested()) return;
    if (delivery.kind == Delivery::Kind::sent) {
      // Not at a level that is kept by default: it would tell when something urgent came.
      log_event(LogLevel::debug, "call_sent", {{"entry", lane.entry + 1}});
    } else {
      const LogName outcome = delivery.kind == Delivery::Kind::perhaps ? LogName("no_answer") : LogName("not_taken");
      log_event(LogLevel::warning, "call_not_sent", {{"entry", lane.entry + 1}, {"tries", job->call.tries + 1}, {"outcome", outcome}, {"answer", delivery.code}});
    }
    keep_outcome(lane, {job->desk, job->call, delivery.kind}, stop);
    ring();
  }
}

}  // namespace hotline::calling
