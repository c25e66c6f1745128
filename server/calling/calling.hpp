#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "config/settings.hpp"
#include "crypto/secret.hpp"
#include "server/calling/desk_schedule.hpp"
#include "server/calling/sender.hpp"
#include "storage/arrivals.hpp"
#include "storage/calls.hpp"
#include "storage/desks.hpp"

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace hotline::calling {

/// Somebody who is called.
struct Entry {
  std::string desk;                    ///< its name; empty: all desks
  EntryRules rules;
  std::string language;
  std::unique_ptr<Sender> sender;
};

/// The way to somebody whom the settings name. Fails with one line that says what to change. `settings`, `clock` and `limits` outlive it.
Outcome<Entry> make_entry(const Settings& settings, const CallSettings& call, const Clock& clock, const Limits& limits);

/// Calls people when something urgent has come to a desk, or waits too long. One thread watches: it is rung after a commit, asks the store
/// what is unopened, and keeps in the store what is to be done; nobody who brings a report ever waits for it. Each entry has a thread of its
/// own, so that a dead mail server holds up nobody but those behind it.
class Calling final : public storage::ArrivalWatcher {
 public:
  struct Stores {
    storage::Calls& calls;
    storage::Arrivals& arrivals;
  };
  /// `console`: the address that calls name. `now`: where time is taken from; tests give their own. All references outlive it.
  Calling(std::vector<Entry> entries, const std::vector<storage::Desk>& desks, Stores stores, std::string console,
          std::function<Moment()> now, const Limits& limits);
  /// `key`: Stores::server_key("calls"). Fails with one line. Calls nobody yet.
  static Outcome<std::unique_ptr<Calling>> create(const Settings& settings, const std::vector<storage::Desk>& desks, Stores stores,
                                                  const crypto::LockedKey& key, std::string console, const Clock& clock);
  ~Calling() override;
  Calling(const Calling&) = delete;
  Calling& operator=(const Calling&) = delete;

  /// Begins with what an earlier process left. Once.
  void start();
  /// Ends what is under way, and keeps it for the next process. Before the stores stop. May be called twice.
  void stop();

  void report_arrived(const DeskId& desk, std::uint8_t priority, std::int64_t hour) noexcept override;

 private:
  struct Watched;
  struct Lane;
  struct Settled;

  void watch(const std::stop_token& stop);
  /// Looks after every desk; gives the seconds until the next time.
  std::int64_t go_round();
  bool recall(Watched& watched);
  static void complain(Watched& watched, const boost::system::error_code& error);
  void attend(std::size_t desk);
  void hand_over(std::size_t desk, const DeskSchedule::Due& call, std::size_t entry);
  void take_outcomes();
  void save(Watched& watched);
  void send(Lane& lane, const std::stop_token& stop);
  void keep_outcome(Lane& lane, const Settled& outcome, const std::stop_token& stop);
  void ring() noexcept;

  const std::vector<Entry> entries_;
  const Stores stores_;
  const std::string console_;
  const std::function<Moment()> now_;
  const Limits& limits_;
  std::vector<std::unique_ptr<Watched>> desks_;      ///< of the watching thread
  std::vector<std::unique_ptr<Lane>> lanes_;         ///< one an entry
  std::mutex mutex_;
  std::condition_variable_any bell_;
  bool rung_ = false;                                ///< under `mutex_`
  std::vector<Settled> outcomes_;                    ///< under `mutex_`
  std::jthread watcher_;
  bool watching_ = false;
};

}  // namespace hotline::calling
