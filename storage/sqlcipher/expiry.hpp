#pragma once

#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// Removes what has expired by `now_hours` (hours since 1970), in steps that each hold up other writes only shortly: idempotency
/// and dedupe keys, invitations, answers whose day has come, uploads that no report claimed, and what storage/retention.hpp says. Then mixes the answers' places and
/// empties the write-ahead log, so that no older copy of a page stays. Stops at the first failure; calling again goes on.
Awaitable<Result<void>> expire(Writer& writer, const Limits& limits, std::int64_t now_hours, bool at_start);

}  // namespace hotline::storage::sqlcipher
