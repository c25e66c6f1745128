#pragma once

#include "config/ids.hpp"
#include "storage/sqlcipher/database.hpp"

#include <vector>

namespace hotline::storage::sqlcipher {

/// Who deletes, for the line of activity that each case and report leaves. `member` zero: the server, because its time had come.
struct Deletion {
  DeskId desk;
  MemberId member{};
  std::int64_t hour = 0;
};

// Within a job of the writer; rows are overwritten with its commit.

/// The case with its events, summary, texts and keys. The links of its events stay in their chain; the line of activity names their leaves.
void delete_case(Database& database, const Deletion& deletion, std::int64_t number, const CaseId& id);
/// The report with its views and the pictures that it waits for. Its files are out of every reader's sight and added to `files`: their bytes
/// go by remove_blob_step(), or with the next expiry.
void delete_report(Database& database, const Deletion& deletion, std::int64_t number, const ReportId& id, std::vector<std::int64_t>& files);

}  // namespace hotline::storage::sqlcipher
