#pragma once

#include "storage/media_queue.hpp"
#include "storage/sqlcipher/readers.hpp"

namespace hotline::storage::sqlcipher {

class SqlcipherMediaQueue final : public MediaQueue {
 public:
  explicit SqlcipherMediaQueue(Readers& readers) : readers_(readers) {}
  Awaitable<Result<std::vector<WaitingMedia>>> list(std::int64_t after, std::size_t count_max) override;

 private:
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
