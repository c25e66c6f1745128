#pragma once

#include "crypto/secret.hpp"
#include "storage/blobs.hpp"
#include "storage/cases.hpp"
#include "storage/desks.hpp"
#include "storage/grants.hpp"
#include "storage/inbox.hpp"
#include "storage/mailboxes.hpp"
#include "storage/members.hpp"

#include <cstdint>
#include <string_view>

namespace hotline::storage {

/// All stores of one database, opened and closed together. See storage/sqlcipher/stores.hpp for the one that is built in.
class Stores {
 public:
  virtual ~Stores() = default;
  virtual Inbox& inbox() = 0;
  virtual Blobs& blobs() = 0;
  virtual Mailboxes& mailboxes() = 0;
  virtual Desks& desks() = 0;
  virtual Members& members() = 0;
  virtual Grants& grants() = 0;
  virtual Cases& cases() = 0;

  /// A 32-byte key of this server, made at `hotline init` and kept in the database: "sms-dedupe", "unknown-member-salt".
  virtual Awaitable<Result<crypto::LockedKey>> server_key(std::string_view purpose) = 0;
  /// Commits a small write: what /healthz asks.
  virtual Awaitable<Result<void>> probe() = 0;
  /// Removes what has expired (idempotency keys, dedupe keys, answers, unclaimed blobs) and destroys the page contents.
  virtual Awaitable<Result<void>> expire(std::int64_t now_hours) = 0;
};

}  // namespace hotline::storage
