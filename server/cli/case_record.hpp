#pragma once

#include "crypto/age_keys.hpp"
#include "crypto/secret_json.hpp"
#include "server/cli/casebook.hpp"
#include "server/cli/connection.hpp"

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace hotline::cli {

/// Writes the members of an event's `body`.
using EventBody = std::function<void(crypto::SecretJson&)>;

/// What colleagues read of a thread later: its case, and signed events in it.
struct CaseKey {
  CaseId id;
  crypto::age::Recipient recipient;
};

/// What is to be recorded.
struct EventDraft {
  std::string kind;
  EventBody body;
  std::string hold{};                 ///< the step of a legal hold that goes along, or empty
};

/// An event of docs/formats.md, signed by its author and sealed to the case. `now`: seconds since 1970.
Outcome<storage::Event> make_event(const MemberKeys& member, const CaseKey& key, std::string_view kind, const EventBody& body, std::int64_t now);

/// That the member saw a report: the same, signed for the report and sealed to its epoch.
struct MadeView {
  EventId id;
  ByteVector sealed;
};
Outcome<MadeView> make_view(const MemberKeys& member, const crypto::age::Recipient& epoch, ReportId report, const EventBody& body, std::int64_t now);

/// Where who linked the thread's reports to its case is not known, the line says what to do first.
Outcome<void> check_link(const Thread& thread);

/// The number of the last report that somebody at the desk has opened or that its case is about; the last of all when there is none.
/// What came after it, the member who decides something cannot have seen.
std::int64_t last_seen_report(const Thread& thread);

/// Stores events in the thread's case, with the columns, grants and summary that follow from them, in one commit; in a new case, which is then
/// about all of the thread's reports, when it has none. `take_along`: the case is from now on also about what came since by the same way back, and, with
/// nothing else to store, about all that it is shown with (Thread::link_unknown: before that only a look is stored).
/// False, and nothing is stored, when a colleague has written in it since `thread` was fetched. Gives the case.
struct Stored {
  bool done = false;
  CaseKey key;
};
Outcome<Stored> store_change(Connection& connection, const Casebook& book, const Thread& thread, const std::vector<EventDraft>& drafts, std::int64_t now,
                             bool take_along = false);

/// The thread's case; a new one, held by every colleague who works on reports, when there is none; or the one that a colleague opens at the same
/// moment.
Outcome<CaseKey> case_of(Connection& connection, const Casebook& book, const Thread& thread, std::int64_t now);

/// Records what has been done already, such as an answer, in the thread's case of that key: whatever a colleague writes at the same time, it
/// is recorded. The summary goes along where nobody was quicker.
Outcome<void> record_done(Connection& connection, const Casebook& book, const Thread& thread, const CaseKey& key, const EventDraft& draft, std::int64_t now);

/// Records an event in the thread's case, or in a new one, unless a colleague has recorded something since `thread` was fetched:
/// then the line says so, and nothing is stored. Gives the case.
Outcome<CaseKey> record_alone(Connection& connection, const Casebook& book, const Thread& thread, std::string_view kind, const EventBody& body,
                              std::int64_t now);

}  // namespace hotline::cli
