#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "config/settings.hpp"
#include "server/media/fetch.hpp"
#include "server/sms/gateways.hpp"
#include "server/sms/media_ticket.hpp"
#include "storage/blobs.hpp"
#include "storage/current_epoch.hpp"
#include "storage/inbox.hpp"
#include "storage/media_queue.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::media {

/// Fetches the pictures that gateways keep, from the queue of the database, and stores each as a report of its own: sealed to its desk's
/// epoch while it comes in, in the commit in which it leaves the queue. A gateway has a thread to itself, so that none waits for another's
/// hosts. What cannot be fetched is tried again, later and later, until Limits::media_hours are over; then the case is told.
class MediaFetcher {
 public:
  struct Stores {
    storage::MediaQueue& queue;
    storage::Inbox& inbox;
    storage::Blobs& blobs;
    storage::CurrentEpochs& epochs;
  };
  /// Fails with one line. Fetches nothing yet. All references outlive it; stop() before the stores stop.
  static Outcome<std::unique_ptr<MediaFetcher>> create(const std::vector<SmsSettings>& settings, const sms::Gateways& gateways, Stores stores,
                                                       sms::MediaTickets tickets, const Clock& clock, const Limits& limits);
  ~MediaFetcher();
  MediaFetcher(const MediaFetcher&) = delete;
  MediaFetcher& operator=(const MediaFetcher&) = delete;

  /// Begins with what an earlier process left.
  void start();
  /// There is something new in the queue for that gateway. Any thread; does not wait.
  void queued(std::string_view gateway);
  /// Ends what is under way; it begins anew with the next process. May be called twice.
  void stop();

 private:
  using Steady = std::chrono::steady_clock;
  struct Item {
    std::int64_t number = 0;
    std::int64_t give_up_hour = 0;
    Steady::time_point due{};
    int tries = 0;
    Failure last = Failure::no_answer;
  };
  struct Lane;
  enum class Step { done, later };

  MediaFetcher(Stores stores, sms::MediaTickets tickets, const Clock& clock, const Limits& limits);
  void run(Lane& lane, const std::stop_token& stop);
  /// After a failure that left a lane half-way: all of it is in the queue still.
  void begin_anew(Lane& lane, const std::stop_token& stop);
  /// Takes on what is new in the queue for that lane. False when the store did not tell.
  bool look(Lane& lane);
  bool is_of(const Lane& lane, const std::string& gateway) const;
  Step take_on(Lane& lane, Item& item, const std::stop_token& stop);
  Step bring(Lane& lane, Item& item, const sms::MediaTicket& ticket, const std::stop_token& stop);
  Result<void> add(std::int64_t number, const storage::CurrentEpoch& epoch, crypto::SecretBuffer document, std::optional<storage::Attachment> file);

  const Stores stores_;
  const sms::MediaTickets tickets_;
  const Clock& clock_;
  const Limits& limits_;
  std::map<std::string, std::unique_ptr<Lane>, std::less<>> lanes_;   ///< "": for tickets of gateways that the settings do not have
};

}  // namespace hotline::media
