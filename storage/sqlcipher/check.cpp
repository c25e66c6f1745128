#include "storage/inbox.hpp"
#include "storage/sqlcipher/backup.hpp"
#include "storage/sqlcipher/check_chains.hpp"
#include "storage/sqlcipher/opening.hpp"
#include "storage/sqlcipher/page_finding.hpp"
#include "storage/sqlcipher/schema.hpp"

#include <algorithm>
#include <functional>
#include <set>

namespace hotline::storage {
namespace {

using sqlcipher::Database;
using sqlcipher::Fault;

constexpr std::size_t problems_max = 100;

class Checker {
 public:
  /// `move_log` moves what the log holds into the database file, as far as it can be done now.
  Checker(Database& database, std::function<void()> move_log) : database_(database), move_log_(std::move(move_log)) {}

  CheckReport run_structure_only(int version) {
    report_.schema_version = version;
    check_pages();
    part("the structure of the database", [this] { check_structure(); });
    part("the references between tables", [this] { check_references(); });
    return std::move(report_);
  }

  CheckReport run(int version) {
    report_.schema_version = version;
    check_pages();
    database_.run("BEGIN");
    part("the structure of the database", [this] { check_structure(); });
    part("the references between tables", [this] { check_references(); });
    part("the counts", [this] { count(); });
    part("the reports", [this] { check_reports(); });
    part("the files", [this] { check_blobs(); });
    const sqlcipher::Finding tell = [this](std::string line) { found(std::move(line)); };
    part("the activity", [&] { sqlcipher::check_activity_chain(database_, tell); });
    part("the events", [&] { sqlcipher::check_event_chain(database_, tell); });
    part("the views of reports", [&] { sqlcipher::check_report_views(database_, tell); });
    database_.roll_back();
    return std::move(report_);
  }

 private:
  void found(std::string line) {
    if (report_.problems.size() < problems_max) report_.problems.push_back(std::move(line));
  }

  /// A part that cannot be read is a finding, not the end of the check.
  template <class Work>
  void part(const char* what, Work work) {
    try {
      work();
    } catch (const Fault& fault) {
      found(std::string(what) + " cannot be read to the end (SQLite error " + std::to_string(fault.code()) + ")");
    }
  }

  /// SQLCipher's check reads the file beneath SQLite's locks: beside a running server a page may be caught half written.
  /// What is wrong in three looks is wrong. A power failure may leave half of a page there whose whole is in the log, from where
  /// every reader takes it and the next server moves it: so the log is moved before the second look.
  void check_pages() {
    std::set<std::string> wrong;
    const std::int64_t page_bytes = database_.number("PRAGMA page_size");
    for (int look = 0; look < 3; ++look) {
      std::set<std::string> now;
      part("the pages", [&] {
        auto query = database_.query("PRAGMA cipher_integrity_check");
        while (query.next()) {
          if (!sqlcipher::is_about_page_beyond_4_gib(query.text(0), page_bytes)) now.emplace(query.text(0));
        }
      });
      if (look == 0) {
        wrong = std::move(now);
      } else {
        std::erase_if(wrong, [&](const std::string& line) { return !now.contains(line); });
      }
      if (wrong.empty()) return;
      if (look == 0) move_log_();
    }
    for (const std::string& line : wrong) found("page authentication: " + line);
  }

  void check_structure() {
    auto query = database_.query("PRAGMA integrity_check");
    while (query.next()) {
      // Its lines may quote values: the first words say enough.
      if (query.text(0) != "ok") found("structure: " + std::string(query.text(0).substr(0, 120)));
    }
  }

  void check_references() {
    auto query = database_.query("PRAGMA foreign_key_check");
    while (query.next()) {
      found("a row of " + std::string(query.text(0)) + " refers to one of " + std::string(query.text(2)) + " that is not there");
    }
  }

  void count() {
    report_.reports = database_.number("SELECT count(*) FROM report");
    report_.blobs = database_.number("SELECT count(*) FROM blob WHERE report IS NOT NULL");
    report_.waiting_uploads = database_.number("SELECT count(*) FROM blob WHERE report IS NULL");
    report_.pieces = database_.number("SELECT count(*) FROM piece");
    report_.answers = database_.number("SELECT count(*) FROM mailbox");
    report_.desks = database_.number("SELECT count(*) FROM desk");
    report_.epochs = database_.number("SELECT count(*) FROM epoch");
    report_.members = database_.number("SELECT count(*) FROM member");
    report_.grants = database_.number("SELECT count(*) FROM access_grant");
    report_.cases = database_.number("SELECT count(*) FROM case_file");
    report_.events = database_.number("SELECT count(*) FROM event");
    report_.activity = database_.number("SELECT count(*) FROM activity");
  }

  void check_reports() {
    auto query = database_.query("SELECT r.id, r.sealed, r.desk = e.desk FROM report r JOIN epoch e ON e.number = r.epoch ORDER BY r.number");
    while (query.next()) {
      const ReportId id = query.id<ReportId>(0);
      if (report_id(query.blob(1)) != id) found("report " + to_text(id) + ": its content is not the one that was received");
      if (query.integer(2) == 0) found("report " + to_text(id) + ": its epoch is another desk's");
    }
  }

  void check_blobs() {
    auto query = database_.query(
        "SELECT r.id, b.id, b.bytes = sum(length(p.bytes)), b.pieces = count(p.position), "
        "count(p.position) = max(p.position) + 1, "
        "b.length IS NULL, b.length IS NULL OR b.length = b.bytes, "   // a resumable upload's pieces are of any size
        "sum(length(p.bytes) <> (SELECT length(f.bytes) FROM piece f WHERE f.blob = b.handle AND f.position = 0)) "
        "  - (count(p.position) > 1 AND (SELECT length(l.bytes) FROM piece l WHERE l.blob = b.handle ORDER BY l.position DESC LIMIT 1) "
        "     < (SELECT length(f.bytes) FROM piece f WHERE f.blob = b.handle AND f.position = 0)) "
        "FROM blob b JOIN report r ON r.number = b.report LEFT JOIN piece p ON p.blob = b.handle GROUP BY b.handle");
    while (query.next()) {
      const bool whole = query.integer(2) == 1 && query.integer(3) == 1 && query.integer(4) == 1 &&
                         query.integer(6) == 1 && (query.integer(5) == 0 || query.integer(7) == 0);
      if (!whole) found("report " + to_text(query.id<ReportId>(0)) + ": file " + to_text(query.id<BlobId>(1)) + " is not whole");
    }
    if (database_.number("SELECT count(*) FROM resumable_total WHERE uploads = (SELECT count(*) FROM blob WHERE length IS NOT NULL AND "
                         "begun_hour IS NOT NULL) AND bytes = (SELECT coalesce(sum(length(p.bytes)), 0) FROM blob b JOIN piece p ON "
                         "p.blob = b.handle WHERE b.length IS NOT NULL AND b.begun_hour IS NOT NULL)") != 1) {
      found("the uploads that wait for their report: their total is not what they are together");
    }
  }

  Database& database_;
  std::function<void()> move_log_;
  CheckReport report_;
};

/// Fails silently: then the pages are told as they are.
void move_log(const std::string& path, const crypto::LockedKey& key) {
  try {
    Database(path, key, Database::Mode::read_write).checkpoint(Database::Checkpoint::passive, std::chrono::milliseconds{0});
  } catch (const Fault&) {
  }
}

}  // namespace

Outcome<CheckReport> check_database(const std::string& path, const crypto::LockedKey& key, OlderSchema older) {
  int version = 0;
  auto database = sqlcipher::open_database(path, key, Database::Mode::read_only, version);
  if (!database) return database.error();
  const bool is_older = version < sqlcipher::newest_schema_version();
  if (is_older && older == OlderSchema::refused) {
    return Problem{"the database " + path + " has an older schema. If it is a backup:  hotline restore --verify " + path +
                   "  judges it as it is. If it is in use: start this Hotline's server on it once, then check again"};
  }
  try {
    Checker checker(**database, [&] { move_log(path, key); });
    return is_older ? checker.run_structure_only(version) : checker.run(version);
  } catch (const Fault& fault) {
    return sqlcipher::describe(fault, path);
  }
}

}  // namespace hotline::storage
