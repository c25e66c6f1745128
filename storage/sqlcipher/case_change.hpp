#pragma once

#include "storage/cases.hpp"
#include "storage/sqlcipher/database.hpp"

#include <limits>

namespace hotline::storage::sqlcipher {

/// How a case without an hour is kept, so that it sorts behind those that have one.
inline constexpr std::int64_t no_due_hour = std::numeric_limits<std::int64_t>::max();

/// Within the writer's transaction; each event with its link in the chain. Errc::not_found: no such case.
Result<void> insert_events(Database& database, const std::vector<Event>& events);
Result<void> insert_case(Database& database, const NewCase& made);
Result<void> change_case(Database& database, const CaseChange& change);

}  // namespace hotline::storage::sqlcipher
