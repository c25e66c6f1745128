#pragma once

#include "storage/mailboxes.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// The table has no row numbers, but the pages of a database file are handed out in the order of storing: whoever holds the
/// file and its key could read that order from them. So answers trade places at random; see shuffle_mailbox.
class SqlcipherMailboxes final : public Mailboxes {
 public:
  SqlcipherMailboxes(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}
  Awaitable<Result<void>> put(Answer answer, std::int64_t expiry_day) override;
  Awaitable<Result<std::vector<Answer>>> get(std::vector<Tag> tags) override;

 private:
  Writer& writer_;
  Readers& readers_;
};

/// Lets all answers trade places in the file at random, in bounded steps of which each mixes with the next. Does nothing when
/// none was stored since the last time. Part of expire().
Awaitable<Result<void>> shuffle_mailbox(Writer& writer);

}  // namespace hotline::storage::sqlcipher
