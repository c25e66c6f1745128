#pragma once

#include "config/limits.hpp"
#include "storage/cases.hpp"
#include "storage/sqlcipher/writer.hpp"

namespace hotline::storage::sqlcipher {

/// Cases::remove(). Rows go in one commit; large files are overwritten after it in steps that each hold up other writes only
/// shortly; the write-ahead log is emptied last.
Awaitable<Result<Removed>> remove_for_good(Writer& writer, const Limits& limits, Removal removal);

}  // namespace hotline::storage::sqlcipher
