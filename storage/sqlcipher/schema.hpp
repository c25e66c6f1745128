#pragma once

#include "storage/sqlcipher/database.hpp"

namespace hotline::storage::sqlcipher {

/// Marks the file as ours: "Hotl".
inline constexpr std::int64_t application_id = 0x486f746c;
/// The newest schema that this program knows.
int newest_schema_version() noexcept;
/// The schema of an open database; 0 when it is empty.
int schema_version(Database& database);
/// Brings the schema up to the newest, step by step, all in one transaction; forward only.
/// The caller has refused databases that are newer or not ours.
/// `up_to` an earlier one: what that version of the program would have made.
void migrate(Database& database, int up_to = newest_schema_version());

}  // namespace hotline::storage::sqlcipher
