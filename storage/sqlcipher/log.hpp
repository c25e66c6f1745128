#pragma once

#include "storage/chain.hpp"
#include "storage/log.hpp"
#include "storage/sqlcipher/readers.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// Adds to the chain within the caller's transaction, so that an act and its line are there together or not at all. Gives its number.
std::int64_t append_activity(Database& database, const Activity& activity);
/// All of them, in their order.
void append_lines(Database& database, const ActivityLines& lines);
/// Adds the link of an event that was just inserted; `event.number` is set.
void append_event_link(Database& database, const Event& event);
/// Links all events that are there and have none: for the schema's step that begins the chain.
void begin_event_chain(Database& database);

class SqlcipherLog final : public Log {
 public:
  SqlcipherLog(Writer& writer, Readers& readers) : writer_(writer), readers_(readers) {}
  Awaitable<Result<void>> append(Activity activity) override;
  Awaitable<Result<void>> append_once_an_hour(Activity activity) override;
  Awaitable<Result<std::vector<ActivityRow>>> list(ActivityQuery query) override;
  Awaitable<Result<ActivityHead>> head() override;

 private:
  Writer& writer_;
  Readers& readers_;
};

}  // namespace hotline::storage::sqlcipher
