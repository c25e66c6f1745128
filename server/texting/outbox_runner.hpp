#pragma once

#include "config/clock.hpp"
#include "config/limits.hpp"
#include "crypto/age_keys.hpp"
#include "server/conversation/key_set.hpp"
#include "server/sms/delivery_report.hpp"
#include "server/texting/carrier.hpp"
#include "server/texting/local_hours.hpp"
#include "server/texting/silenced.hpp"
#include "storage/outbox.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <deque>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace hotline::texting {

/// Takes texts from the outbox to their gateways: each gateway at its own pace, within its hours, again after a while when it does not
/// take them. A text is sealed to a key of this process; what was handed over is never handed over again unless nothing of it can have
/// arrived. All of it lives on one io_context of one thread, but for order(), cancel() and reported(), which any io_context may await,
/// send_automatic(), drop_automatic() and became_unsafe().
class OutboxRunner {
 public:
  struct Way {
    std::string gateway;
    std::unique_ptr<Carrier> carrier;
    LocalHours hours;
    std::string from;               ///< empty: the number that the person wrote to
    unsigned per_minute = 60;
  };

  /// `report_key`: Stores::server_key("sms-reports"). All references outlive it.
  OutboxRunner(boost::asio::io_context& context, storage::Outbox& outbox, const Silenced& silenced, const Clock& clock, const Limits& limits,
               crypto::LockedKey report_key, std::vector<Way> ways);
  ~OutboxRunner();
  OutboxRunner(const OutboxRunner&) = delete;
  OutboxRunner& operator=(const OutboxRunner&) = delete;

  /// A text for a case: see console::Texting::order. `row` holds id, case, author and gateway.
  http::Awaitable<Result<void>> order(storage::TextRow row, sms::OutgoingText text, bool at_any_hour);
  /// Errc::not_found: it waits no more, or is being handed over.
  http::Awaitable<Result<void>> cancel(TextId id);
  /// What the gateway says has become of a text. One that overtakes our own record of the hand-over is kept for a while.
  http::Awaitable<Result<void>> reported(std::string_view gateway, const sms::DeliveryReport& report);

  /// Texts of the server's own to one phone, such as a question: in no case, on no disk. Each leaves when the one before it was taken, at any
  /// hour, as whoever is answered has just written; behind the desk's own texts, but before them when `urgent`. What does not leave `within`
  /// this time is dropped. Any thread; does not wait.
  void send_automatic(std::string_view gateway, std::vector<sms::OutgoingText> texts, bool urgent,
                      std::chrono::milliseconds within = std::chrono::minutes(10));

  /// Of the server's own texts to that phone, those that have not left do not leave any more, but for urgent ones; what is ordered after this
  /// does. Any thread; does not wait.
  void drop_automatic(std::string_view gateway, std::string_view number);

  /// Whoever has that phone says that texts are not safe: of the desk's texts to it none leaves that was ordered before this, and of the
  /// server's own none as after drop_automatic(). Any thread; does not wait.
  void became_unsafe(std::string_view gateway, std::string_view number);

  /// Hands over nothing more, and returns when what is being handed over is known and recorded. Not from the thread of the context, which
  /// must be running. May be called twice.
  void finish();

  bool can_send(std::string_view gateway) const { return lanes_.find(gateway) != lanes_.end(); }

 private:
  using Steady = std::chrono::steady_clock;
  struct Item {
    TextId id;
    storage::ReportKey phone;       ///< key_of() its number
    Steady::time_point ordered_at;
    bool unsafe = false;            ///< became_unsafe() since
    bool at_any_hour = false;
    bool handed_over = false;       ///< from now on it may have reached the phone
    Steady::time_point give_up_at;  ///< hours of silence push it away
    Steady::time_point due;         ///< back-off
    int tries = 0;
  };
  struct Automatic {
    std::deque<sms::OutgoingText> texts;
    bool urgent = false;
    bool dropped = false;           ///< while it was being handed over
    Steady::time_point give_up_at;
    Steady::time_point due;
    int tries = 0;
  };
  struct Unsafe {
    storage::ReportKey phone;
    Steady::time_point told_at;
    bool means(const Item& item) const { return item.phone == phone && item.ordered_at <= told_at; }
  };
  struct Lane;

  http::Awaitable<void> run(Lane& lane);
  std::deque<Automatic>::iterator next_automatic(Lane& lane) const;
  http::Awaitable<void> send(Lane& lane, Automatic one);
  http::Awaitable<void> take_on(Lane& lane, Item& item);
  http::Awaitable<void> recover(Lane& lane, Item& item);
  http::Awaitable<Result<void>> take_back(TextId id);
  http::Awaitable<void> settle(TextId id, storage::TextState state, storage::TextReason reason, std::string code,
                               std::vector<storage::ReportKey> keys);
  Result<ByteVector> seal(const sms::OutgoingText& text) const;
  Result<sms::OutgoingText> open(Bytes sealed, TextId id) const;
  storage::ReportKey key_of(std::string_view gateway, Bytes name) const;
  std::chrono::milliseconds wait_before(int tries) const;
  void add(Lane& lane, Item item);
  struct Early {
    storage::TextState state;
    storage::TextReason reason;
    std::string code;
    std::vector<storage::ReportKey> keys;   ///< all that the report may mean; one of them is right
  };
  /// Errc::not_found: no text is known by any of these keys.
  http::Awaitable<Result<void>> tell(const Early& news);
  http::Awaitable<Result<void>> record(Early news);
  void forget(const Early& news);
  /// What reports will call a text of the server's own. Its reports are nobody's: ids of an operator that counts look like those of other texts.
  void own_text_named(const storage::ReportKey& key);
  void desks_text_named(const storage::ReportKey& key);
  bool names_own_text(const storage::ReportKey& key) const;

  boost::asio::io_context& context_;
  storage::Outbox& outbox_;
  const Silenced& silenced_;
  const Clock& clock_;
  const Limits& limits_;
  crypto::LockedKey report_key_;
  crypto::age::Identity identity_;
  crypto::age::Recipient recipient_;
  std::map<std::string, std::unique_ptr<Lane>, std::less<>> lanes_;   ///< never changed after construction
  std::map<storage::ReportKey, Early> early_;          ///< on the thread of `context_`
  std::deque<storage::ReportKey> early_order_;
  mutable std::mutex own_names_mutex_;
  conversation::KeySet own_names_;                     ///< under `own_names_mutex_`
  std::deque<Unsafe> unsafe_;                          ///< the last ones, for orders on their way; on the thread of `context_`
  bool finishing_ = false;                             ///< on the thread of `context_`
  std::latch ended_;                                   ///< of all lanes
};

}  // namespace hotline::texting
