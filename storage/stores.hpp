#pragma once

#include "crypto/secret.hpp"
#include "storage/arrivals.hpp"
#include "storage/blobs.hpp"
#include "storage/calls.hpp"
#include "storage/cases.hpp"
#include "storage/desks.hpp"
#include "storage/figures.hpp"
#include "storage/foundings.hpp"
#include "storage/grants.hpp"
#include "storage/inbox.hpp"
#include "storage/log.hpp"
#include "storage/mailboxes.hpp"
#include "storage/media_queue.hpp"
#include "storage/members.hpp"
#include "storage/outbox.hpp"
#include "storage/queue.hpp"
#include "storage/report_views.hpp"
#include "storage/retention.hpp"
#include "storage/second_factors.hpp"

#include <cstdint>
#include <string_view>

namespace hotline::storage {

/// How busy the threads of a database are. Whoever can wait asks before it adds to their queues.
struct Load {
  bool writer_half_full = false;
  bool readers_half_full = false;
};

/// All stores of one database, opened and closed together. See storage/sqlcipher/stores.hpp for the one that is built in.
class Stores {
 public:
  virtual ~Stores() = default;
  virtual Inbox& inbox() = 0;
  virtual Blobs& blobs() = 0;
  virtual Mailboxes& mailboxes() = 0;
  virtual Desks& desks() = 0;
  virtual Members& members() = 0;
  virtual SecondFactors& second_factors() = 0;
  virtual Foundings& foundings() = 0;
  virtual Grants& grants() = 0;
  virtual Cases& cases() = 0;
  virtual Outbox& outbox() = 0;
  virtual MediaQueue& media_queue() = 0;
  virtual Queue& queue() = 0;
  virtual Figures& figures() = 0;
  virtual ReportViews& report_views() = 0;
  virtual Log& log() = 0;
  /// Where those wait who are to be told of new reports and of changes at a desk.
  virtual Arrivals& arrivals() = 0;
  virtual Calls& calls() = 0;
  virtual Retention& retention() = 0;

  /// A 32-byte key of this server, made at `hotline init` and kept in the database: "sms-dedupe", "unknown-member-salt", "calls".
  virtual Awaitable<Result<crypto::LockedKey>> server_key(std::string_view purpose) = 0;
  /// At this moment. Any thread.
  virtual Load load() const = 0;
  /// Commits a small write: what /healthz asks.
  virtual Awaitable<Result<void>> probe() = 0;
  /// Removes what has expired (idempotency keys, dedupe keys, answers, unclaimed blobs, and what storage/retention.hpp says) and destroys
  /// the page contents. A pass `at_start` believes no clock that is more than a day ahead of the last pass: destruction by time waits for the
  /// next one, so that starting again and again hurries nothing.
  virtual Awaitable<Result<void>> expire(std::int64_t now_hours, bool at_start = false) = 0;
};

}  // namespace hotline::storage
