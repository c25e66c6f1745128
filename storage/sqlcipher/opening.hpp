#pragma once

#include "storage/sqlcipher/database.hpp"

#include <memory>
#include <string>

namespace hotline::storage::sqlcipher {

/// The line for a person at a terminal: what is wrong with the database at `path`, and what to do.
Problem describe(const Fault& fault, const std::string& path);

/// Opens a database that is there: file mode, owner and directory are right, it is encrypted with this key, it is Hotline's and not
/// newer than this program. `schema_version_out`: 0 for an empty database, which is not refused here.
Outcome<std::unique_ptr<Database>> open_database(const std::string& path, const crypto::LockedKey& key, Database::Mode mode,
                                                 int& schema_version_out);

}  // namespace hotline::storage::sqlcipher
