#pragma once

#include "storage/sqlcipher/database.hpp"

#include <functional>
#include <string>

namespace hotline::storage::sqlcipher {

/// Told of each finding: one line without content.
using Finding = std::function<void(std::string)>;

/// Computes the chain of activity anew, and names the first row that is missing or was changed.
void check_activity_chain(Database& database, const Finding& found);
/// The same for the events of cases: each is there as it was recorded, or a line of activity says that it was deleted with its case.
void check_event_chain(Database& database, const Finding& found);
/// Each view of a report is the one that its line of activity was written with, and none is missing.
void check_report_views(Database& database, const Finding& found);

}  // namespace hotline::storage::sqlcipher
