#include "storage/sqlcipher/check_chains.hpp"

#include "crypto/hash.hpp"
#include "storage/chain.hpp"

#include <map>

namespace hotline::storage::sqlcipher {
namespace {

/// Follows one chain from its first row to its head.
class Walk {
 public:
  Walk(std::string_view chain, std::string what, const Finding& found) : chain_(chain), what_(std::move(what)), found_(found) {}

  /// False: the first fault is found and told; nothing behind it can be judged.
  bool step(std::int64_t number, const ChainHash& leaf, const ChainHash& hash) {
    if (number != next_) return fault(what_ + " " + std::to_string(next_) + " is missing");
    before_ = next_link(chain_, before_, leaf);
    if (before_ != hash) return fault(what_ + " " + std::to_string(number) + " was changed after it was recorded");
    ++next_;
    return true;
  }
  void end(Database& database) {
    if (faulty_) return;
    auto head = database.query("SELECT count, hash FROM chain_head WHERE chain = ?", chain_);
    if (!head.next()) {
      fault("the end of the chain of " + what_ + " is missing");
    } else if (next_ <= head.integer(0)) {
      fault(what_ + " " + std::to_string(next_) + " is missing");
    } else if (next_ - 1 > head.integer(0)) {
      fault(what_ + " " + std::to_string(head.integer(0) + 1) + " was added beside the chain");
    } else if (head.fixed<32>(1) != before_) {
      fault("the end of the chain of " + what_ + " was changed");
    }
  }

 private:
  bool fault(std::string line) {
    faulty_ = true;
    found_(std::move(line));
    return false;
  }

  std::string_view chain_;
  std::string what_;
  const Finding& found_;
  std::int64_t next_ = 1;
  ChainHash before_{};
  bool faulty_ = false;
};

/// What is at the place of a link: the event as it was recorded, or the deletion that took it.
void check_link(Database& database, std::int64_t number, const ChainHash& leaf, std::optional<std::int64_t> removed, const Finding& found) {
  auto query = database.query(
      "SELECT e.id, c.id, e.author, e.recorded_hour, e.sealed FROM event e JOIN case_file c ON c.number = e.case_file WHERE e.number = ?", number);
  if (!query.next()) {
    if (!removed) found("event " + std::to_string(number) + " is missing");
    return;
  }
  const Event event{number, query.id<EventId>(0), query.id<CaseId>(1), query.id<MemberId>(2), query.integer(3), {}};
  if (removed || leaf_of(event, crypto::blake2b({query.blob(4)})) != leaf) {
    found("event " + std::to_string(number) + " of case " + to_text(event.case_id) + " was changed after it was recorded");
  }
}

}  // namespace

void check_activity_chain(Database& database, const Finding& found) {
  Walk walk(activity_chain, "activity", found);
  auto query = database.query("SELECT number, desk, member, hour, act, subject_kind, subject, detail, hash FROM activity ORDER BY number");
  while (query.next()) {
    ActivityRow row;
    row.number = query.integer(0);
    row.activity = {static_cast<Act>(query.integer(4)), query.id<DeskId>(1), query.id<MemberId>(2), query.integer(3),
                    Subject(static_cast<SubjectKind>(query.integer(5)), query.fixed<16>(6)), query.fixed<32>(7)};
    if (!walk.step(row.number, leaf_of(row), query.fixed<32>(8))) break;
  }
  walk.end(database);
}

void check_event_chain(Database& database, const Finding& found) {
  Walk walk(event_chain, "record of an event", found);
  std::map<std::int64_t, ByteVector> removed_leaves;
  {
    auto query = database.query("SELECT position, event, leaf, hash, removed FROM event_link ORDER BY position");
    while (query.next()) {
      const ChainHash leaf = query.fixed<32>(2);
      if (!walk.step(query.integer(0), leaf, query.fixed<32>(3))) break;
      std::optional<std::int64_t> removed;
      if (!query.null(4)) removed = query.integer(4);
      if (removed) append(removed_leaves[*removed], leaf);
      check_link(database, query.integer(1), leaf, removed, found);
    }
  }
  walk.end(database);
  for (const auto& [line, leaves] : removed_leaves) {
    const ByteArray<32> detail = crypto::blake2b({leaves});
    auto query = database.query("SELECT 1 FROM activity WHERE number = ? AND act = ? AND detail = ?", line, Act::deleted, detail);
    if (!query.next()) found("events are missing that activity " + std::to_string(line) + " does not account for");
  }
  auto unlinked = database.query("SELECT number FROM event WHERE number NOT IN (SELECT event FROM event_link) ORDER BY number LIMIT 1");
  if (unlinked.next()) found("event " + std::to_string(unlinked.integer(0)) + " was added beside the chain");
}

void check_report_views(Database& database, const Finding& found) {
  auto query = database.query(
      "SELECT v.id, v.sealed, a.detail, a.member = v.author AND a.hour = v.recorded_hour AND a.subject = r.id FROM report_view v "
      "JOIN report r ON r.number = v.report LEFT JOIN activity a ON a.number = v.activity ORDER BY v.number");
  while (query.next()) {
    if (query.null(2) || query.integer(3) != 1 || query.fixed<32>(2) != crypto::blake2b({query.blob(1)})) {
      found("view " + to_text(query.id<EventId>(0)) + " of a report was changed after it was recorded");
    }
  }
  auto missing = database.query(
      "SELECT a.number FROM activity a JOIN report r ON r.id = a.subject WHERE a.act = ? AND a.detail <> zeroblob(32) "
      "AND NOT EXISTS (SELECT 1 FROM report_view v WHERE v.report = r.number AND v.activity = a.number) "
      // The same bytes sent again after they were deleted are a report of the same id, which nobody has opened yet.
      "AND NOT EXISTS (SELECT 1 FROM activity d WHERE d.act = ? AND d.subject = a.subject AND d.number > a.number) ORDER BY a.number LIMIT 1",
      Act::report_opened, Act::deleted);
  if (missing.next()) found("the view of a report that activity " + std::to_string(missing.integer(0)) + " tells of is missing");
}

}  // namespace hotline::storage::sqlcipher
