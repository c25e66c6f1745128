#pragma once

#include "storage/queue.hpp"
#include "storage/sqlcipher/readers.hpp"

namespace hotline::storage::sqlcipher {

/// Reads the places of a page from indices alone, and then only the rows that are on it.
class SqlcipherQueue final : public Queue {
 public:
  explicit SqlcipherQueue(Readers& readers) : readers_(readers) {}
  Awaitable<Result<QueuePage>> page(QueueQuery query) override;
  Awaitable<Result<QueueCounts>> counts(QueueQuery query) override;

 private:
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
