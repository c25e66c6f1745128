#pragma once

#include "storage/sqlcipher/writer.hpp"

#include <string>

namespace hotline::storage::sqlcipher {

/// Removes what has expired by `now_hours` (hours since 1970), in steps that each hold up other writes only shortly: idempotency
/// and dedupe keys, invitations, answers whose day has come, uploads that no report claimed, and what storage/retention.hpp says. Then mixes the answers' places and
/// empties the write-ahead log, so that no older copy of a page stays. Stops at the first failure; calling again goes on. The copy of before an
/// upgrade goes in any case once it is old, as does what a broken off restore left; `path`: of the database, as it was given when that copy was made. `clock_hour`: the hour that was believed
/// last, for that copy; zero at first, for this alone to change; outlives the writer's work.
Awaitable<Result<void>> expire(Writer& writer, const std::string& path, const Limits& limits, std::int64_t& clock_hour, std::int64_t now_hours, bool at_start);

}  // namespace hotline::storage::sqlcipher
