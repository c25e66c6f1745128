#pragma once

#include "crypto/age_keys.hpp"
#include "crypto/secret_json.hpp"
#include "server/cli/casebook.hpp"
#include "server/cli/connection.hpp"

#include <functional>
#include <string_view>

namespace hotline::cli {

/// Writes the members of an event's `body`.
using EventBody = std::function<void(crypto::SecretJson&)>;

/// What colleagues read of a thread later: its case, and signed events in it.
struct CaseKey {
  CaseId id;
  crypto::age::Recipient recipient;
};

/// An event of docs/formats.md, signed by its author and sealed to the case. `now`: seconds since 1970.
Outcome<storage::Event> make_event(const MemberKeys& member, const CaseKey& key, std::string_view kind, const EventBody& body, std::int64_t now);

/// The thread's case; a new one, held by every colleague who can open the report, when there is none.
Outcome<CaseKey> case_of(Connection& connection, const Casebook& book, const Thread& thread, std::int64_t now);

/// Records an event in the thread's case, or in a new one, unless a colleague has recorded something since `thread` was fetched:
/// then the line says so, and nothing is stored. Gives the case.
Outcome<CaseKey> record_alone(Connection& connection, const Casebook& book, const Thread& thread, std::string_view kind, const EventBody& body,
                              std::int64_t now);

}  // namespace hotline::cli
