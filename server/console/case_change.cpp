#include "server/console/case_change.hpp"

#include "crypto/hash.hpp"
#include "server/console/case_records.hpp"
#include "server/console/json.hpp"
#include "server/console/record.hpp"
#include "server/console/roles.hpp"

#include <algorithm>
#include <limits>

namespace hotline::console {
namespace {

namespace json = boost::json;

constexpr std::size_t events_max = 100;
constexpr std::size_t grants_max = 1000;
constexpr std::size_t files_max = 500;
constexpr std::size_t about_max = 10'000;
constexpr std::int64_t hour_max = 10'000'000;   ///< far beyond any date, and exact in every client
constexpr std::int64_t number_max = std::numeric_limits<std::int64_t>::max();

using Members = std::vector<storage::Member>;

/// Only who works on reports is given a key or a case: the server refuses it, whatever a client makes.
bool works_here(const Members& members, const MemberId& id) {
  return std::ranges::any_of(members, [&](const auto& member) { return member.id == id && may(member.role, Right::report_work); });
}

/// Events of a body, with author and hour set by the server.
Result<std::vector<storage::Event>> events_of(const json::object& body, const Context& context, const SignedIn& who, CaseId id) {
  std::vector<storage::Event> events;
  if (!body.contains("events")) return events;
  const auto list = array_field(body, "events", events_max);
  if (!list) return list.error();
  for (const json::value& entry : **list) {
    json::object object = entry.get_object();
    if (!object.contains("case")) object["case"] = to_text(id);
    auto event = event_from(object);
    if (!event) return event.error();
    if (event->case_id != id) return Errc::malformed;
    event->author = who.member;
    event->recorded_hour = context.clock.hour();
    events.push_back(std::move(*event));
  }
  return events;
}

Result<std::vector<storage::Grant>> grants_of(const json::object& body, const Members& members, CaseId id) {
  std::vector<storage::Grant> grants;
  if (!body.contains("grants")) return grants;
  const auto list = array_field(body, "grants", grants_max);
  if (!list) return list.error();
  for (const json::value& entry : **list) {
    auto grant = grant_from(entry.get_object());
    if (!grant || grant->kind != storage::ScopeKind::case_ || grant->scope != id.bytes || !works_here(members, grant->member)) return Errc::malformed;
    grants.push_back(std::move(*grant));
  }
  return grants;
}

bool is_null(const json::value* value) { return value == nullptr || value->is_null(); }

Result<std::optional<MemberId>> assignee_of(const json::object& object) {
  if (is_null(object.if_contains("assignee"))) return std::optional<MemberId>();
  const auto id = id_field<MemberId>(object, "assignee");
  if (!id) return id.error();
  return std::optional(*id);
}

Result<std::optional<std::int64_t>> due_hour_of(const json::object& object) {
  if (is_null(object.if_contains("due_hour"))) return std::optional<std::int64_t>();
  const auto hour = number_field(object, "due_hour", 0, hour_max);
  if (!hour) return hour.error();
  return std::optional(*hour);
}

Result<storage::CaseState> state_of(const json::object& object) {
  const auto text = text_field(object, "state", 16);
  if (!text) return text.error();
  return case_state_from(*text);
}

Result<std::optional<storage::Summary>> summary_of(const json::object& object, const Context& context, const SignedIn& who) {
  const json::value* given = object.if_contains("summary");
  if (is_null(given)) return std::optional<storage::Summary>();
  if (!given->is_object()) return Errc::malformed;
  auto summary = summary_from(given->get_object());
  if (!summary) return summary.error();
  summary->author = who.member;
  summary->recorded_hour = context.clock.hour();
  return std::optional(std::move(*summary));
}

Result<storage::CaseChange::Set> set_of(const json::object& body, const Context& context, const SignedIn& who, const Members& members) {
  storage::CaseChange::Set set;
  const json::value* given = body.if_contains("set");
  if (given == nullptr) return set;
  if (!given->is_object()) return Errc::malformed;
  const json::object& object = given->get_object();
  if (object.contains("state")) {
    const auto state = state_of(object);
    if (!state) return state.error();
    set.state = *state;
  }
  if (object.contains("urgency")) {
    const auto urgency = number_field(object, "urgency", 0, 4);
    if (!urgency) return urgency.error();
    set.urgency = static_cast<std::uint8_t>(*urgency);
  }
  if (object.contains("assignee")) {
    const auto assignee = assignee_of(object);
    if (!assignee || (*assignee && !works_here(members, **assignee))) return Errc::malformed;
    set.assignee = *assignee;
  }
  if (object.contains("due_hour")) {
    const auto hour = due_hour_of(object);
    if (!hour) return hour.error();
    set.due_hour = *hour;
  }
  auto summary = summary_of(object, context, who);
  if (!summary) return summary.error();
  set.summary = std::move(*summary);
  if (object.contains("recipient")) {
    auto recipient = bytes_field(object, "recipient", recipient_bytes);
    if (!recipient || recipient->size() != recipient_bytes) return Errc::malformed;
    set.recipient = std::move(*recipient);
  }
  return set;
}

Result<storage::CaseChange::Expected> expected_of(const json::object& body) {
  storage::CaseChange::Expected expected;
  if (body.contains("after")) {
    const auto after = number_field(body, "after", 0, number_max);
    if (!after) return after.error();
    expected.last_event = *after;
  }
  const json::value* given = body.if_contains("if");
  if (given == nullptr) return expected;
  if (!given->is_object()) return Errc::malformed;
  const json::object& object = given->get_object();
  if (object.contains("assignee")) {
    const auto assignee = assignee_of(object);
    if (!assignee) return assignee.error();
    expected.assignee = *assignee;
  }
  if (object.contains("state")) {
    const auto state = state_of(object);
    if (!state) return state.error();
    expected.state = *state;
  }
  if (object.contains("key")) {
    const auto text = text_field(object, "key", 32);
    ByteArray<16> key;
    if (!text || !id_from_hex(*text, key)) return Errc::malformed;
    expected.key = key;
  }
  return expected;
}

Result<std::optional<storage::CaseChange::HoldChange>> hold_of(const json::object& body, const SignedIn& who) {
  const json::value* given = body.if_contains("hold");
  if (given == nullptr) return std::optional<storage::CaseChange::HoldChange>();
  if (!given->is_object()) return Errc::malformed;
  const auto name = text_field(given->get_object(), "step", 16);
  if (!name) return name.error();
  const auto step = hold_step_from(*name);
  if (!step) return step.error();
  return std::optional(storage::CaseChange::HoldChange{*step, who.member});
}

/// Binds the line of activity to what was written: over the events' sealed bytes in their order.
ByteArray<32> detail_of(const std::vector<storage::Event>& events) {
  if (events.empty()) return {};
  ByteVector hashes;
  for (const storage::Event& event : events) append(hashes, crypto::blake2b({event.sealed}));
  return events.size() == 1 ? crypto::blake2b({events.front().sealed}) : crypto::blake2b({hashes});
}

}  // namespace

http::Awaitable<Result<storage::NewCase>> new_case_of(const json::object& body, const Context& context, const SignedIn& who) {
  const json::value* object = body.if_contains("case");
  if (object == nullptr || !object->is_object()) co_return Errc::malformed;
  auto opened = case_from(object->get_object(), who.desk);
  if (!opened) co_return opened.error();
  const auto members = co_await context.stores.members().list(who.desk);
  if (!members) co_return members.error();
  auto events = events_of(body, context, who, opened->id);
  auto grants = grants_of(body, *members, opened->id);
  auto files = ids_of<ReportId>(body, "files", files_max);
  auto summary = summary_of(body, context, who);
  const auto assignee = assignee_of(body);
  const auto due_hour = due_hour_of(body);
  // Without a grant nobody could open it: lost from the first moment.
  if (!events || !grants || grants->empty() || !files || !summary || !assignee || !due_hour) co_return Errc::malformed;
  if (*assignee && !works_here(*members, **assignee)) co_return Errc::malformed;
  opened->created_hour = context.clock.hour();
  opened->assignee = *assignee;
  opened->due_hour = *due_hour;
  const auto activity = activity_of(context, storage::Act::case_opened, who, opened->id, detail_of(*events));
  co_return storage::NewCase{std::move(*opened), std::move(*grants), std::move(*events), std::move(*files), std::move(*summary), activity};
}

http::Awaitable<Result<storage::CaseChange>> case_change_of(const json::object& body, const Context& context, const SignedIn& who, CaseId id) {
  const auto members = co_await context.stores.members().list(who.desk);
  if (!members) co_return members.error();
  auto events = events_of(body, context, who, id);
  auto set = set_of(body, context, who, *members);
  const auto expected = expected_of(body);
  auto files = ids_of<ReportId>(body, "files", files_max);
  auto grants = grants_of(body, *members, id);
  auto about = ids_of<ReportId>(body, "about", about_max);
  const auto hold = hold_of(body, who);
  if (!events || !set || !expected || !files || !grants || !about || !hold) co_return Errc::malformed;
  // Who asks for a hold, and why, stands in the case for good, signed.
  if (*hold && events->empty()) co_return Errc::malformed;
  if (events->empty() && files->empty() && grants->empty() && !body.contains("set")) co_return Errc::malformed;
  // A key that nobody was given would open nothing that is written from then on; one that takes the place of another says of which.
  if (set->recipient && (grants->empty() || !expected->key)) co_return Errc::malformed;
  storage::CaseChange change{.desk = who.desk, .id = id, .hour = context.clock.hour()};
  const auto act = *hold ? storage::Act::hold_changed : set->recipient ? storage::Act::case_rekeyed : storage::Act::case_changed;
  change.activity = activity_of(context, act, who, id, detail_of(*events));
  change.allowed = [role = who.role, member = who.member, set_to = *set, step = *hold, with_events = !events->empty()](const storage::Case& now) {
    return may_change(role, member, now, set_to, with_events) && (!step || may_hold(role, member, now, step->step));
  };
  change.hold = *hold;
  change.about = std::move(*about);
  change.events = std::move(*events);
  change.set = std::move(*set);
  change.expected = *expected;
  change.files = std::move(*files);
  change.grants = std::move(*grants);
  co_return change;
}

}  // namespace hotline::console
