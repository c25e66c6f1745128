#include "server/cli/case_record.hpp"

#include "crypto/age.hpp"
#include "crypto/encoding.hpp"
#include "crypto/padding.hpp"
#include "crypto/random.hpp"
#include "server/cli/case_rights.hpp"
#include "server/cli/case_summary.hpp"

#include <algorithm>
#include <initializer_list>
#include <limits>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr std::string_view written_meanwhile = "A colleague has written in this case at the same time, and was quicker. Read it again first.";

/// What the case's events are sealed to: a key that the member holds and that has opened what a colleague signed in this case. A grant is sealed by
/// nobody in particular: a server can make one with a key that it knows, but nothing signed that such a key opens.
Outcome<CaseKey> key_of(const Thread& thread, const Keyring& keyring) {
  const CaseId id = thread.case_->id;
  const crypto::age::Identity* identity = keyring.case_(id);
  if (identity == nullptr) return Problem{"you hold no key for this case; ask a colleague who has it"};
  const bool proved = std::ranges::any_of(thread.events, [&](const OpenedEvent& event) { return event.row.case_id == id && event.counts(); });
  if (!proved) {
    return Problem{"your key for this case has opened nothing that a colleague signed, so nothing is sealed to it: do not go on, tell your admin"};
  }
  return CaseKey{id, identity->recipient()};
}

/// A signed envelope before it is sealed.
struct Envelope {
  EventId id;
  json::object content;              ///< what is signed, as a reader has it
  crypto::SecretBuffer document;     ///< not padded yet
};

/// `scope`: "case" or "report", and its id.
Envelope sign_envelope(const MemberKeys& member, std::string_view scope, std::string_view scope_id, std::string_view kind, const EventBody& body,
                       std::int64_t now) {
  Envelope made;
  made.id = crypto::random_id<EventId>();
  crypto::SecretJson inner;
  inner.begin_object().number("v", 1).string("type", "event").string("id", to_text(made.id)).string(scope, scope_id);
  inner.string("author", to_text(member.member.id)).string("kind", kind).number("time", now).key("body").begin_object();
  body(inner);
  inner.end_object().end_object();
  const auto text = std::move(inner).finish();
  const auto signature = crypto::sign_event(member.signing, text.reveal());
  made.content = json::parse(text.reveal_text()).as_object();
  crypto::SecretJson outer;
  outer.begin_object().number("v", 1).string("type", "event").string("signed", text.reveal_text());
  outer.string("signature", crypto::to_base64(signature, crypto::Base64::url_unpadded)).end_object();
  made.document = std::move(outer).finish();
  return made;
}

Outcome<ByteVector> seal_envelope(Envelope& made, const crypto::age::Recipient& recipient) {
  if (!crypto::pad_json(made.document)) return Problem{"the text is too long to be recorded: at most 64 KiB"};
  auto sealed = crypto::age::seal(std::span(&recipient, 1), made.document.reveal());
  if (!sealed) return Problem{"sealing failed"};
  return std::move(*sealed);
}

std::int64_t last_event_of(const Thread& thread, CaseId id) {
  std::int64_t last = 0;
  for (const OpenedEvent& known : thread.events) {
    if (known.row.case_id == id) last = std::max(last, known.row.number);
  }
  return last;
}

bool is_linked(const Thread& thread, const OpenedReport& report) {
  return std::ranges::find(thread.linked, to_text(report.row.id)) != thread.linked.end();
}

/// Puts a change together: events as they are made, and the thread as it is with them.
class Composer {
 public:
  Composer(const MemberKeys& member, const CaseKey& key, const Thread& thread, std::int64_t now) : member_(member), key_(key), after_(thread), now_(now) {}

  Outcome<void> add(std::string_view kind, const EventBody& body) {
    Envelope made = sign_envelope(member_, "case", to_text(key_.id), kind, body, now_);
    OpenedEvent opened{.row = {}, .content = made.content, .author = member_.member.name, .problem = {}, .author_role = member_.member.role};
    opened.row.number = std::numeric_limits<std::int64_t>::max();
    opened.row.recorded_hour = now_ / 3600;
    after_.events.push_back(std::move(opened));
    auto sealed = seal_envelope(made, key_.recipient);
    if (!sealed) return sealed.error();
    storage::Event event;
    event.id = made.id;
    event.case_id = key_.id;
    event.sealed = std::move(*sealed);
    change.events.push_back(std::move(event));
    return {};
  }

  /// Names reports as the case's.
  Outcome<void> link(const std::vector<const OpenedReport*>& reports, std::int64_t seen) {
    if (reports.empty()) return {};
    for (const OpenedReport* report : reports) {
      if (report->row.state != storage::ReportState::filed) change.files.push_back(report->row.id);
    }
    return add("link", [&](crypto::SecretJson& body) {
      body.key("reports").begin_array();
      for (const OpenedReport* report : reports) body.string(to_text(report->row.id));
      body.end_array().number("seen", seen);
    });
  }

  CaseFacts facts() const { return after_.facts(); }

  /// Ids of all reports that the case's link events name, this change's among them.
  std::vector<std::string> about() const {
    std::vector<OpenedEvent> its;
    for (const OpenedEvent& event : after_.events) {
      if (event.row.case_id == key_.id || event.row.number == std::numeric_limits<std::int64_t>::max()) its.push_back(event);
    }
    return linked_reports(its);
  }

  /// For lists, as the case is with this change. None when even the shortest is too long.
  Outcome<void> summarise(std::int64_t last_event) {
    const CaseFacts facts = after_.facts();
    for (const std::size_t reports : {summary_reports_max, summary_reports_max / 4, std::size_t{0}}) {
      Envelope made = sign_envelope(member_, "case", to_text(key_.id), "summary",
                                    [&](crypto::SecretJson& body) { write_summary(body, after_, facts, last_event, reports); }, now_);
      if (made.document.size() > summary_bytes_max) continue;
      auto sealed = seal_envelope(made, key_.recipient);
      if (!sealed) return sealed.error();
      change.summary = {made.id, std::move(*sealed)};
      return {};
    }
    return {};
  }

  CaseChange change;

 private:
  const MemberKeys& member_;
  const CaseKey& key_;
  Thread after_;
  std::int64_t now_;
};

/// `keys`: the one of now first.
Outcome<void> add_grants(CaseChange& change, CaseId id, std::span<const crypto::age::Identity> keys, const std::vector<storage::Member>& readers) {
  for (const storage::Member& reader : readers) {
    auto grant = make_grant(storage::ScopeKind::case_, id.bytes, keys.front().reveal_seed(), reader, keys.subspan(1));
    if (!grant) return grant.error();
    change.grants.push_back(std::move(*grant));
  }
  return {};
}

/// A column's word for what events say.
storage::CaseState column_of(CaseFacts::State state) {
  switch (state) {
    case CaseFacts::State::open: return storage::CaseState::open;
    case CaseFacts::State::close_asked: return storage::CaseState::close_asked;
    case CaseFacts::State::closed: break;
  }
  return storage::CaseState::closed;
}

/// Columns that these events decide, where the server's are otherwise: it may have them from an event that counts no more, because nobody here knows
/// its author now. What others wrote is theirs to answer for: whoever looks at a case decides nothing in it. But what has become more urgent is so for all.
void set_columns(CaseChange& change, const std::vector<EventDraft>& drafts, const CaseFacts& facts, const storage::Case& row) {
  const auto speak = [&](std::initializer_list<std::string_view> kinds) {
    return std::ranges::any_of(drafts, [&](const EventDraft& draft) { return std::ranges::find(kinds, draft.kind) != kinds.end(); });
  };
  if (speak({"close", "close_ask", "reopen"}) && column_of(facts.state) != row.state) change.state = state_name(facts.state);
  if (facts.urgency < row.urgency || (speak({"urgency"}) && facts.urgency != row.urgency)) change.urgency = facts.urgency;
  if (speak({"task", "task_done", "close", "reopen"}) && facts.due_hour() != row.due_hour) change.due_hour = facts.due_hour();
  if (speak({"assign"})) {
    if (facts.assignee != row.assignee) change.assignee = facts.assignee;
    change.if_assignee = row.assignee;
  }
}

/// A new case about all of the thread's reports, with what follows. `only_first`: there is more to store, once it is fetched again.
Outcome<Stored> open_new(Connection& connection, const Casebook& book, const Thread& thread, const std::vector<EventDraft>& drafts, std::int64_t now,
                         bool only_first = false) {
  const auto identity = crypto::age::Identity::generate();
  const CaseKey key{crypto::random_id<CaseId>(), identity.recipient()};
  Composer composer(connection.member, key, thread, now);
  std::vector<const OpenedReport*> reports;
  for (const OpenedReport& report : thread.reports) reports.push_back(&report);
  if (auto linked = composer.link(reports, thread.reports.back().row.number); !linked) return linked.error();
  for (const EventDraft& draft : drafts) {
    if (auto added = composer.add(draft.kind, draft.body); !added) return added.error();
  }
  const CaseFacts facts = composer.facts();
  if (auto granted = add_grants(composer.change, key.id, std::span(&identity, 1), case_readers(book.desk(), facts.assignee)); !granted) return granted.error();
  if (auto summary = composer.summarise(0); !summary) return summary.error();
  if (facts.assignee) composer.change.assignee = facts.assignee;
  if (facts.due_hour()) composer.change.due_hour = facts.due_hour();
  storage::Case opened;
  opened.id = key.id;
  opened.recipient.assign(key.recipient.bytes().begin(), key.recipient.bytes().end());
  opened.urgency = static_cast<std::uint8_t>(facts.urgency);
  const auto done = connection.client.open_case(opened, composer.change);
  if (!done) return done.error();
  return Stored{*done && !only_first, key};
}

bool is_about_state(const EventDraft& draft) { return draft.kind == "close" || draft.kind == "close_ask" || draft.kind == "reopen"; }

}  // namespace

/// Where nobody knows who linked the reports, what is decided could be about somebody else.
Outcome<void> check_link(const Thread& thread) {
  if (!thread.link_unknown) return {};
  return Problem{"who linked these messages to this case is not known here: look with hotline case show " + thread.id().substr(0, 8) +
                 " whether they and what is written belong together, and if so: hotline case link " + thread.id().substr(0, 8)};
}

Outcome<storage::Event> make_event(const MemberKeys& member, const CaseKey& key, std::string_view kind, const EventBody& body, std::int64_t now) {
  Envelope made = sign_envelope(member, "case", to_text(key.id), kind, body, now);
  auto sealed = seal_envelope(made, key.recipient);
  if (!sealed) return sealed.error();
  storage::Event event;
  event.id = made.id;
  event.case_id = key.id;
  event.sealed = std::move(*sealed);
  return event;
}

Outcome<MadeView> make_view(const MemberKeys& member, const crypto::age::Recipient& epoch, ReportId report, const EventBody& body, std::int64_t now) {
  Envelope made = sign_envelope(member, "report", to_text(report), "view", body, now);
  auto sealed = seal_envelope(made, epoch);
  if (!sealed) return sealed.error();
  return MadeView{made.id, std::move(*sealed)};
}

std::int64_t last_seen_report(const Thread& thread) {
  std::int64_t number = 0;
  const auto look = [&](const Thread& one) {
    for (const OpenedReport& report : one.reports) {
      if (report.row.state != storage::ReportState::new_ || is_linked(thread, report)) number = std::max(number, report.row.number);
    }
  };
  look(thread);
  for (const Thread* one : thread.others) look(*one);
  return number != 0 ? number : thread.reports.back().row.number;
}

Outcome<Stored> store_change(Connection& connection, const Casebook& book, const Thread& thread, const std::vector<EventDraft>& drafts, std::int64_t now,
                             bool take_along) {
  if (!thread.case_) {
    // A case is opened open: what closes it is decided by its role in a request of its own.
    const bool closes = std::ranges::any_of(drafts, [](const EventDraft& draft) { return is_about_state(draft) || !draft.hold.empty(); });
    return open_new(connection, book, thread, closes ? std::vector<EventDraft>() : drafts, now, closes);
  }
  const bool links_or_looks = take_along ? drafts.empty() : std::ranges::all_of(drafts, [](const EventDraft& draft) { return draft.kind == "view"; });
  if (const auto known = check_link(thread); !known && !links_or_looks) return known.error();
  const auto key = key_of(thread, book.keyring());
  if (!key) return key.error();
  Composer composer(connection.member, *key, thread, now);
  if (take_along) {
    std::vector<const OpenedReport*> unlinked;
    for (const OpenedReport& report : thread.reports) {
      if (thread.link_unknown || !is_linked(thread, report)) unlinked.push_back(&report);
    }
    for (const Thread* other : thread.link_unknown ? thread.others : std::vector<const Thread*>()) {
      for (const OpenedReport& report : other->reports) {
        if (is_linked(thread, report)) unlinked.push_back(&report);
      }
    }
    if (auto linked = composer.link(unlinked, thread.reports.back().row.number); !linked) return linked.error();
  }
  for (const EventDraft& draft : drafts) {
    if (auto added = composer.add(draft.kind, draft.body); !added) return added.error();
  }
  CaseChange& change = composer.change;
  if (change.events.empty()) return Stored{true, *key};
  const CaseFacts facts = composer.facts();
  change.after = last_event_of(thread, key->id);
  change.if_key = storage::key_id(key->recipient.bytes());   // nothing more is sealed to a key that somebody took along
  set_columns(change, drafts, facts, *thread.case_);
  for (const EventDraft& draft : drafts) {
    if (!draft.hold.empty()) change.hold = draft.hold;
  }
  if (change.state == "closed" || change.hold == "propose") change.about = composer.about();
  if (change.if_assignee) {
    const auto keys = book.keyring().case_keys(key->id);
    if (keys.empty()) return Problem{"you hold no key for this case; ask a colleague who has it"};
    if (auto granted = add_grants(change, key->id, keys, case_readers(book.desk(), facts.assignee)); !granted) return granted.error();
  }
  if (auto summary = composer.summarise(*change.after); !summary) return summary.error();
  const auto done = connection.client.change_case(key->id, change);
  if (!done) return done.error();
  return Stored{*done, *key};
}

Outcome<CaseKey> case_of(Connection& connection, const Casebook& book, const Thread& thread, std::int64_t now) {
  if (const auto known = check_link(thread); !known) return known.error();
  if (thread.case_) return key_of(thread, book.keyring());
  const auto opened = open_new(connection, book, thread, {}, now);
  if (!opened) return opened.error();
  if (opened->done) return opened->key;
  // A colleague opened one at the same moment: that is the thread's.
  auto place = enter_desk(connection, {});
  if (!place) return place.error();
  if (place->desk.desk.desk_key != book.desk().desk.desk_key) return Problem{"the server names another desk key than before: do not go on, tell your admin"};
  const auto read = Casebook::load(connection.client, std::move(*place), [](std::size_t) {});
  if (!read) return read.error();
  const auto found = read->find(thread.id());
  if (!found) return found.error();
  if (!(*found)->case_) return Problem{std::string(written_meanwhile)};
  return key_of(**found, read->keyring());
}

Outcome<void> record_done(Connection& connection, const Casebook& book, const Thread& thread, const CaseKey& key, const EventDraft& draft, std::int64_t now) {
  if (thread.case_) {
    const auto stored = store_change(connection, book, thread, {draft}, now);
    if (!stored) return stored.error();
    if (stored->done) return {};
  }
  auto event = make_event(connection.member, key, draft.kind, draft.body, now);
  if (!event) return event.error();
  return connection.client.append_events(key.id, {std::move(*event)});
}

Outcome<CaseKey> record_alone(Connection& connection, const Casebook& book, const Thread& thread, std::string_view kind, const EventBody& body,
                              std::int64_t now) {
  auto stored = store_change(connection, book, thread, {{std::string(kind), body}}, now);
  if (!stored) return stored.error();
  if (!stored->done) return Problem{std::string(written_meanwhile)};
  return stored->key;
}

}  // namespace hotline::cli
