#include "storage/sqlcipher/deletion.hpp"

#include "crypto/hash.hpp"
#include "storage/grants.hpp"
#include "storage/sqlcipher/log.hpp"

namespace hotline::storage::sqlcipher {
namespace {

/// No event can go without a line that names its leaf.
void delete_events(Database& database, const Deletion& deletion, std::int64_t number, const CaseId& id) {
  ByteVector leaves;
  {
    auto links = database.query("SELECT l.leaf FROM event e JOIN event_link l ON l.event = e.number WHERE e.case_file = ? ORDER BY l.position", number);
    while (links.next()) append(leaves, links.blob(0));
  }
  const std::int64_t line = append_activity(database, {Act::deleted, deletion.desk, deletion.member, deletion.hour, id, crypto::blake2b({leaves})});
  database.run("UPDATE event_link SET removed = ? WHERE event IN (SELECT number FROM event WHERE case_file = ?)", line, number);
  database.run("DELETE FROM event WHERE case_file = ?", number);
}

}  // namespace

void delete_case(Database& database, const Deletion& deletion, std::int64_t number, const CaseId& id) {
  delete_events(database, deletion, number, id);
  database.run("DELETE FROM case_summary WHERE case_file = ?", number);
  database.run("DELETE FROM case_report WHERE case_file = ?", number);
  database.run("DELETE FROM delivery_key WHERE text IN (SELECT number FROM outgoing_text WHERE case_file = ?)", number);
  database.run("DELETE FROM outgoing_text WHERE case_file = ?", number);
  database.run("DELETE FROM access_grant WHERE kind = ? AND scope = ?", ScopeKind::case_, id.bytes);
  database.run("DELETE FROM case_file WHERE number = ?", number);
}

void delete_report(Database& database, const Deletion& deletion, std::int64_t number, const ReportId& id, std::vector<std::int64_t>& files) {
  {
    auto claimed = database.query("SELECT handle FROM blob WHERE report = ?", number);
    while (claimed.next()) files.push_back(claimed.integer(0));
  }
  // Neither received nor claimed: being removed.
  database.run("UPDATE blob SET report = NULL, begun_hour = NULL WHERE report = ?", number);
  database.run("DELETE FROM media_waiting WHERE report = ?", number);
  database.run("DELETE FROM report_view WHERE report = ?", number);
  database.run("DELETE FROM case_report WHERE report = ?", number);
  append_activity(database, {Act::deleted, deletion.desk, deletion.member, deletion.hour, id, {}});
  database.run("DELETE FROM report WHERE number = ?", number);
}

}  // namespace hotline::storage::sqlcipher
