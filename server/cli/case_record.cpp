#include "server/cli/case_record.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "crypto/padding.hpp"
#include "crypto/random.hpp"
#include "server/cli/case_rights.hpp"
#include "server/cli/trust.hpp"

#include <algorithm>

namespace hotline::cli {
namespace {

Outcome<CaseKey> key_of(const storage::Case& opened) {
  auto recipient = crypto::age::Recipient::from_bytes(opened.recipient);
  if (!recipient) return Problem{"the case's key is damaged; run hotline check"};
  return CaseKey{opened.id, std::move(*recipient)};
}

/// Opens a case for the thread. Its first event says what it is about; `more`, when given, makes those that are stored with it.
Outcome<CaseKey> open_new(Connection& connection, const Casebook& book, const Thread& thread, std::int64_t now,
                          const std::function<Outcome<storage::Event>(const CaseKey&)>& more) {
  const auto identity = crypto::age::Identity::generate();
  const CaseKey key{crypto::random_id<CaseId>(), identity.recipient()};
  storage::Case opened;
  opened.id = key.id;
  opened.recipient.assign(key.recipient.bytes().begin(), key.recipient.bytes().end());
  opened.urgency = static_cast<std::uint8_t>(thread.urgency());
  std::vector<storage::Grant> grants;
  for (const storage::Member& colleague : key_holders(book.desk())) {
    auto grant = make_grant(storage::ScopeKind::case_, opened.id.bytes, identity.reveal_seed(), colleague);
    if (!grant) return grant.error();
    grants.push_back(std::move(*grant));
  }
  const auto link = [&](crypto::SecretJson& body) {
    body.key("reports").begin_array();
    for (const OpenedReport& report : thread.reports) body.string(to_text(report.row.id));
    body.end_array().number("seen", thread.reports.back().row.number);
  };
  std::vector<storage::Event> events;
  auto first = make_event(connection.member, key, "link", link, now);
  if (!first) return first.error();
  events.push_back(std::move(*first));
  if (more) {
    auto second = more(key);
    if (!second) return second.error();
    events.push_back(std::move(*second));
  }
  const auto stored = connection.client.open_case(opened, grants, events);
  if (!stored) return stored.error();
  return key;
}

}  // namespace

Outcome<storage::Event> make_event(const MemberKeys& member, const CaseKey& key, std::string_view kind, const EventBody& body, std::int64_t now) {
  const auto id = crypto::random_id<EventId>();
  crypto::SecretJson inner;
  inner.begin_object().number("v", 1).string("type", "event").string("id", to_text(id)).string("case", to_text(key.id));
  inner.string("author", to_text(member.member.id)).string("kind", kind).number("time", now).key("body").begin_object();
  body(inner);
  inner.end_object().end_object();
  const auto text = std::move(inner).finish();
  const auto signature = crypto::sign_event(member.signing, text.reveal());
  crypto::SecretJson outer;
  outer.begin_object().number("v", 1).string("type", "event").string("signed", text.reveal_text());
  outer.string("signature", crypto::to_base64(signature, crypto::Base64::url_unpadded)).end_object();
  auto document = std::move(outer).finish();
  if (!crypto::pad_json(document)) return Problem{"the text is too long to be recorded: at most 64 KiB"};
  auto sealed = crypto::age::seal(std::span(&key.recipient, 1), document.reveal());
  if (!sealed) return Problem{"sealing failed"};
  storage::Event event;
  event.id = id;
  event.case_id = key.id;
  event.sealed = std::move(*sealed);
  return event;
}

Outcome<CaseKey> case_of(Connection& connection, const Casebook& book, const Thread& thread, std::int64_t now) {
  if (thread.case_) return key_of(*thread.case_);
  return open_new(connection, book, thread, now, {});
}

Outcome<CaseKey> record_alone(Connection& connection, const Casebook& book, const Thread& thread, std::string_view kind, const EventBody& body,
                              std::int64_t now) {
  const auto event_for = [&](const CaseKey& key) { return make_event(connection.member, key, kind, body, now); };
  if (!thread.case_) return open_new(connection, book, thread, now, event_for);
  auto key = key_of(*thread.case_);
  if (!key) return key.error();
  auto event = event_for(*key);
  if (!event) return event.error();
  std::int64_t last_seen = 0;
  for (const OpenedEvent& known : thread.events) {
    if (known.row.case_id == key->id) last_seen = std::max(last_seen, known.row.number);
  }
  const auto recorded = connection.client.append_events(key->id, {std::move(*event)}, last_seen);
  if (!recorded) return recorded.error();
  return key;
}

}  // namespace hotline::cli
