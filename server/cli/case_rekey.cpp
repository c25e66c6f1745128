#include "server/cli/case_rekey.hpp"

#include "server/cli/case_rights.hpp"
#include "server/cli/terminal.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

/// False when the member holds no key of it, or the case has changed meanwhile.
Outcome<bool> rekey(Connection& connection, const DeskView& desk, const ConsoleClient::CaseToRekey& found) {
  const CaseId id = found.row.id;
  auto keys = Keyring::open_case(connection.member, {storage::ScopeKind::case_, id.bytes, connection.member.member.id, found.grant}, id);
  if (keys.empty()) return false;
  const auto fresh = crypto::age::Identity::generate();
  const crypto::age::Recipient recipient = fresh.recipient();
  CaseChange change;
  change.recipient.assign(recipient.bytes().begin(), recipient.bytes().end());
  change.if_key = storage::key_id(found.row.recipient);
  for (const storage::Member& reader : case_readers(desk, found.row.assignee)) {
    auto grant = make_grant(storage::ScopeKind::case_, id.bytes, fresh.reveal_seed(), reader, keys);
    if (!grant) return grant.error();
    change.grants.push_back(std::move(*grant));
  }
  // Whose key this server names is not the one that the members hold: a grant of it would open nothing of before.
  const crypto::age::Recipient held = keys.front().recipient();
  if (!std::ranges::equal(held.bytes(), Bytes(found.row.recipient))) return false;
  return connection.client.change_case(id, change);
}

}  // namespace

Outcome<Rekeyed> rekey_cases(Connection& connection, const DeskView& desk) {
  Rekeyed rekeyed;
  Progress progress("cases got new keys");
  for (std::int64_t after = 0;;) {
    const auto page = connection.client.cases_to_rekey(desk.desk.id, after);
    if (!page) return page.error();
    if (page->empty()) return rekeyed;
    for (const ConsoleClient::CaseToRekey& found : *page) {
      after = found.row.number;
      if (found.row.state == storage::CaseState::closed) continue;   // nothing more is written there; it waits for its reopening
      const auto done = rekey(connection, desk, found);
      if (!done) return done.error();
      ++(*done ? rekeyed.done : rekeyed.left);
      progress.show(rekeyed.done);
    }
  }
}

std::string rekeyed_text(const Rekeyed& rekeyed) {
  std::string text = "Open cases with new keys: " + std::to_string(rekeyed.done) + ".";
  if (rekeyed.left != 0) {
    text += " Without: " + std::to_string(rekeyed.left) + "; you in a moment, or another admin who holds their keys: hotline member rekey";
  }
  return text;
}

}  // namespace hotline::cli
