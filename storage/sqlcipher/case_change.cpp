#include "storage/sqlcipher/case_change.hpp"

#include "storage/inbox.hpp"
#include "storage/sqlcipher/desks.hpp"
#include "storage/sqlcipher/grants.hpp"
#include "storage/sqlcipher/holds.hpp"
#include "storage/sqlcipher/log.hpp"
#include "storage/sqlcipher/cases.hpp"
#include "storage/sqlcipher/retention.hpp"

namespace hotline::storage::sqlcipher {
namespace {

/// Of several who file the same report, the first one has it. What waits in a closed case (`seen`) has no one yet.
Result<void> file_reports(Database& database, std::int64_t desk, const std::vector<ReportId>& reports, ReportState state = ReportState::filed) {
  for (const ReportId& id : reports) {
    if (database.run("UPDATE report SET state = ?1 WHERE id = ?2 AND desk = ?3 AND state <> ?4", state, id, desk, ReportState::filed) != 0) {
      if (state == ReportState::filed && !take_from_closed_cases(database, id)) return Errc::duplicate;
      continue;
    }
    auto there = database.query("SELECT 1 FROM report WHERE id = ? AND desk = ?", id, desk);
    return there.next() ? Errc::duplicate : Errc::not_found;
  }
  return {};
}

void put_summary(Database& database, std::int64_t number, const Summary& summary) {
  database.run("INSERT INTO case_summary (case_file, id, author, recorded_hour, sealed) VALUES (?, ?, ?, ?, ?) ON CONFLICT (case_file) DO UPDATE SET "
               "id = excluded.id, author = excluded.author, recorded_hour = excluded.recorded_hour, sealed = excluded.sealed",
               number, summary.id, summary.author, summary.recorded_hour, summary.sealed);
}

void set_assignee(Database& database, std::int64_t number, const std::optional<MemberId>& assignee) {
  if (assignee) {
    database.run("UPDATE case_file SET assignee = ? WHERE number = ?", assignee->bytes, number);
  } else {
    database.run("UPDATE case_file SET assignee = NULL WHERE number = ?", number);
  }
}

void set_state(Database& database, std::int64_t number, CaseState state, std::int64_t hour) {
  if (state == CaseState::closed) {
    database.run("UPDATE case_file SET state = ?1, closed_hour = CASE state WHEN ?1 THEN closed_hour ELSE ?2 END WHERE number = ?3", state, hour, number);
  } else {
    database.run("UPDATE case_file SET state = ?, closed_hour = NULL WHERE number = ?", state, number);
  }
}

/// The hour by which a case that is closed now is kept. One hour with a proposal's says that nobody but the proposal told what the case is about
/// (keep_reports_of_case): so it is said here too, and else not by chance.
std::int64_t closing_hour(Database& database, const CaseChange& change, const Case& now) {
  const std::int64_t hour = not_before_seen(database, change.hour);
  if (now.hold.state != HoldState::proposed) return hour;
  return change.about.empty() ? now.hold.hour : std::max(hour, now.hold.hour + 1);
}

void set(Database& database, const CaseChange& change, const Case& now) {
  const std::int64_t number = now.number;
  if (change.set.state) set_state(database, number, *change.set.state, closing_hour(database, change, now));
  if (change.set.urgency) database.run("UPDATE case_file SET urgency = ? WHERE number = ?", *change.set.urgency, number);
  if (change.set.assignee) set_assignee(database, number, *change.set.assignee);
  if (change.set.due_hour) database.run("UPDATE case_file SET due_hour = ? WHERE number = ?", change.set.due_hour->value_or(no_due_hour), number);
  if (change.set.summary) put_summary(database, number, *change.set.summary);
}

Result<void> check_expected(const CaseChange& change, const Case& now) {
  const CaseChange::Expected& expected = change.expected;
  if (expected.last_event && now.last_event > *expected.last_event) return Errc::conflict;
  if (expected.key && *expected.key != key_id(now.recipient)) return Errc::conflict;
  if (expected.state && now.state != *expected.state) return Errc::conflict;
  if (expected.assignee && now.assignee != *expected.assignee) return Errc::conflict;
  return {};
}

bool stays_closed(const CaseChange& change, const Case& now) {
  return now.state == CaseState::closed && change.set.state.value_or(CaseState::closed) == CaseState::closed;
}

/// The step of a hold, and what must be known of the case's reports while it is held or closed.
Result<void> hold(Database& database, const CaseChange& change, const Case& now, std::int64_t desk) {
  const bool proposes = change.hold && change.hold->step == HoldStep::propose;
  const bool closes = change.set.state && *change.set.state == CaseState::closed && now.state != CaseState::closed;
  // Whoever could name them at another time could take a hold off one report, or have another's destroyed with a case that is closed.
  if (!change.about.empty() && !proposes && !closes) return Errc::malformed;
  std::int64_t hour = not_before_seen(database, change.hour);
  if (change.hold) {
    if (proposes && change.about.empty()) return Errc::malformed;
    // Not by chance the hour of a closing that said what the case is about.
    if (proposes && (closes || (now.state == CaseState::closed && keeps_reports(database, now.number)))) {
      hour = std::max(hour, database.number("SELECT closed_hour FROM case_file WHERE number = ?", now.number) + 1);
    }
    if (auto taken = take_hold_step(database, now, change.hold->step, change.hold->by, hour); !taken) return taken;
    if (change.hold->step == HoldStep::withdraw) forget_what_was_proposed(database, now);
  }
  if (!change.about.empty()) {
    if (auto kept = keep_reports_of_case(database, desk, now, change.about, hour); !kept) return kept;
  }
  add_reports_of_case(database, now.number, change.files);
  if (now.state == CaseState::closed && !stays_closed(change, now)) {
    take_what_waits_from_closed_cases(database, now.number);
    file_what_waits(database, now.number);
  }
  forget_reports_of_case(database, now.number);
  return {};
}

Result<void> check_ids(const CaseId& id, const std::vector<Event>& events, const std::vector<Grant>& grants) {
  for (const Event& event : events) {
    if (event.case_id != id) return Errc::malformed;
  }
  for (const Grant& grant : grants) {
    if (grant.kind != ScopeKind::case_ || grant.scope != id.bytes) return Errc::malformed;
  }
  return {};
}

}  // namespace

Result<void> insert_events(Database& database, const std::vector<Event>& events) {
  for (const Event& event : events) {
    if (database.run("INSERT INTO event (id, case_file, author, recorded_hour, sealed) SELECT ?, number, ?, ?, ? FROM case_file WHERE id = ?",
                     event.id, event.author, event.recorded_hour, event.sealed, event.case_id) == 0) {
      return Errc::not_found;
    }
    Event stored = event;
    stored.number = database.last_row();
    append_event_link(database, stored);
    database.run("UPDATE case_file SET last_event = ? WHERE id = ?", stored.number, event.case_id);
  }
  return {};
}

Result<void> insert_case(Database& database, const NewCase& made) {
  const Case& opened = made.opened;
  const Result<std::int64_t> desk = desk_number(database, opened.desk);
  if (!desk) return desk.error();
  if (const Result<void> right = check_ids(opened.id, made.events, made.grants); !right) return right;
  database.run("INSERT INTO case_file (id, desk, recipient, state, urgency, created_hour, due_hour) VALUES (?, ?, ?, ?, ?, ?, ?)", opened.id, *desk,
               opened.recipient, CaseState::open, opened.urgency, opened.created_hour, opened.due_hour.value_or(no_due_hour));
  const std::int64_t number = database.last_row();
  if (opened.state != CaseState::open) set_state(database, number, opened.state, not_before_seen(database, opened.created_hour));
  set_assignee(database, number, opened.assignee);
  if (made.summary) put_summary(database, number, *made.summary);
  if (const Result<void> granted = insert_grants(database, made.grants); !granted) return granted;
  if (const Result<void> filed = file_reports(database, *desk, made.files); !filed) return filed;
  if (made.activity) append_activity(database, *made.activity);
  return insert_events(database, made.events);
}

Result<void> change_case(Database& database, const CaseChange& change) {
  const Result<std::int64_t> desk = desk_number(database, change.desk);
  if (!desk) return desk.error();
  std::int64_t number = 0;
  {
    auto query = database.query("SELECT number FROM case_file WHERE id = ? AND desk = ?", change.id, *desk);
    if (!query.next()) return Errc::not_found;
    number = query.integer(0);
  }
  const Case now = read_case(database, number, {}).file;
  if (change.allowed && !change.allowed(now)) return Errc::forbidden;
  if (const Result<void> so = check_expected(change, now); !so) return so;
  if (const Result<void> right = check_ids(change.id, change.events, change.grants); !right) return right;
  if (change.set.recipient) {
    // Only those to whom the new key is sealed hold it; what was sealed to the others goes.
    database.run("UPDATE case_file SET recipient = ?, key_known_outside = 0 WHERE number = ?", *change.set.recipient, number);
    database.run("DELETE FROM access_grant WHERE kind = ? AND scope = ?", ScopeKind::case_, change.id);
  }
  // A person wrote again after the end: whoever looked has decided nothing, so it stays in the queue. Where the reports are not kept, nothing would file it later.
  const ReportState filed_as = stays_closed(change, now) && keeps_reports(database, number) ? ReportState::seen : ReportState::filed;
  set(database, change, now);
  if (const Result<void> granted = insert_grants(database, change.grants); !granted) return granted;
  if (const Result<void> filed = file_reports(database, *desk, change.files, filed_as); !filed) return filed;
  if (const Result<void> held = hold(database, change, now, *desk); !held) return held;
  if (change.activity) append_activity(database, *change.activity);
  return insert_events(database, change.events);
}

}  // namespace hotline::storage::sqlcipher
