#include "storage/sqlcipher/media_queue.hpp"

namespace hotline::storage::sqlcipher {

Awaitable<Result<std::vector<WaitingMedia>>> SqlcipherMediaQueue::list(std::int64_t after, std::size_t count_max) {
  return readers_.submit<std::vector<WaitingMedia>>([after, count_max](Database& database) -> Result<std::vector<WaitingMedia>> {
    std::vector<WaitingMedia> waiting;
    auto query = database.query("SELECT number, queued_hour, sealed FROM media_waiting WHERE number > ? ORDER BY number LIMIT ?", after, count_max);
    while (query.next()) waiting.push_back({query.integer(0), query.integer(1), query.bytes(2)});
    return waiting;
  });
}

}  // namespace hotline::storage::sqlcipher
