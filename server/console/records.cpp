#include "server/console/records.hpp"

#include "server/console/json.hpp"

#include <array>
#include <limits>
#include <utility>

namespace hotline::console {

namespace json = boost::json;

using TextStateName = std::pair<std::string_view, storage::TextState>;
constexpr std::array<TextStateName, 5> text_states{{{"waiting", storage::TextState::waiting},
                                                    {"sent", storage::TextState::sent},
                                                    {"delivered", storage::TextState::delivered},
                                                    {"refused", storage::TextState::refused},
                                                    {"not-sent", storage::TextState::not_sent}}};
using TextReasonName = std::pair<std::string_view, storage::TextReason>;
constexpr std::array<TextReasonName, 13> text_reasons{{{"", storage::TextReason::none},
                                                       {"opted-out", storage::TextReason::opted_out},
                                                       {"bad-number", storage::TextReason::bad_number},
                                                       {"account", storage::TextReason::account},
                                                       {"content", storage::TextReason::content},
                                                       {"undelivered", storage::TextReason::undelivered},
                                                       {"other", storage::TextReason::other},
                                                       {"restarted", storage::TextReason::restarted},
                                                       {"perhaps-sent", storage::TextReason::perhaps_sent},
                                                       {"expired", storage::TextReason::expired},
                                                       {"cancelled", storage::TextReason::cancelled},
                                                       {"no-gateway", storage::TextReason::no_gateway},
                                                       {"became-unsafe", storage::TextReason::became_unsafe}}};

namespace {

constexpr std::int64_t number_max = std::numeric_limits<std::int64_t>::max();

constexpr std::array<std::pair<storage::Role, std::string_view>, 6> roles{{{storage::Role::caseworker, "caseworker"},
                                                                           {storage::Role::supervisor, "supervisor"},
                                                                           {storage::Role::admin, "admin"},
                                                                           {storage::Role::auditor, "auditor"},
                                                                           {storage::Role::analyst, "analyst"},
                                                                           {storage::Role::partner, "partner"}}};
constexpr std::array<std::pair<storage::Channel, std::string_view>, 3> channels{
    {{storage::Channel::web, "web"}, {storage::Channel::sealed_by_browser, "sealed"}, {storage::Channel::sms, "sms"}}};
constexpr std::array<std::pair<storage::ScopeKind, std::string_view>, 3> scope_kinds{
    {{storage::ScopeKind::desk_key, "desk_key"}, {storage::ScopeKind::epoch, "epoch"}, {storage::ScopeKind::case_, "case"}}};
constexpr std::array<std::pair<storage::CaseState, std::string_view>, 3> case_states{
    {{storage::CaseState::open, "open"}, {storage::CaseState::closed, "closed"}, {storage::CaseState::close_asked, "close_asked"}}};
constexpr std::array<std::pair<storage::HoldState, std::string_view>, 4> hold_states{{{storage::HoldState::none, "none"},
                                                                                      {storage::HoldState::proposed, "proposed"},
                                                                                      {storage::HoldState::held, "held"},
                                                                                      {storage::HoldState::lifting, "lifting"}}};
constexpr std::array<std::pair<storage::HoldStep, std::string_view>, 6> hold_steps{{{storage::HoldStep::propose, "propose"},
                                                                                    {storage::HoldStep::confirm, "confirm"},
                                                                                    {storage::HoldStep::withdraw, "withdraw"},
                                                                                    {storage::HoldStep::lift, "lift"},
                                                                                    {storage::HoldStep::confirm_lift, "confirm_lift"},
                                                                                    {storage::HoldStep::keep, "keep"}}};
constexpr std::array<std::pair<storage::ReportState, std::string_view>, 3> report_states{
    {{storage::ReportState::new_, "new"}, {storage::ReportState::seen, "seen"}, {storage::ReportState::filed, "filed"}}};

json::value or_null(const std::optional<std::int64_t>& number) { return number ? json::value(*number) : json::value(nullptr); }

template <class Table, class Value>
std::string_view name_of(const Table& table, Value value) noexcept {
  for (const auto& [entry, name] : table) {
    if (entry == value) return name;
  }
  return "unknown";
}

template <class Table>
auto value_of(const Table& table, std::string_view wanted) -> Result<decltype(table[0].first)> {
  for (const auto& [entry, name] : table) {
    if (name == wanted) return entry;
  }
  return Errc::malformed;
}

/// Reads a named value through one of the tables.
template <class Table>
auto named_field(const Table& table, const json::object& object, std::string_view name)
    -> Result<std::remove_const_t<decltype(table[0].first)>> {
  const auto text = text_field(object, name, 32);
  if (!text) return text.error();
  const auto value = value_of(table, *text);
  if (!value) return value.error();
  return *value;
}

/// Collects fields; after the first failure the rest is skipped.
class Fields {
 public:
  explicit Fields(const json::object& object) : object_(object) {}

  template <class T>
  void take(T& into, Result<T> value) {
    if (error_) return;
    if (value) {
      into = std::move(*value);
    } else {
      error_ = value.error();
    }
  }
  const json::object& object() const { return object_; }
  template <class T>
  Result<T> finish(T value) {
    if (error_) return error_;
    return value;
  }

 private:
  const json::object& object_;
  boost::system::error_code error_;
};

Result<std::string> string_field(const json::object& object, std::string_view name, std::size_t bytes_max) {
  const auto text = text_field(object, name, bytes_max);
  if (!text) return text.error();
  return std::string(*text);
}

/// Nothing when it is absent or null.
Result<std::optional<std::int64_t>> optional_number(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr || value->is_null()) return std::optional<std::int64_t>();
  const auto number = number_field(object, name, 0, number_max);
  if (!number) return number.error();
  return std::optional(*number);
}

Result<ByteVector> recipient_field(const json::object& object) {
  auto bytes = bytes_field(object, "recipient", recipient_bytes);
  if (bytes && bytes->size() != recipient_bytes) return Errc::malformed;
  return bytes;
}

}  // namespace

std::string_view role_name(storage::Role role) noexcept { return name_of(roles, role); }
Result<storage::Role> role_from(std::string_view name) {
  const auto value = value_of(roles, name);
  if (!value) return value.error();
  return *value;
}
std::string_view channel_name(storage::Channel channel) noexcept { return name_of(channels, channel); }

bool names_grant_kind(std::string_view list, storage::ScopeKind kind) noexcept {
  while (!list.empty()) {
    const std::size_t comma = list.find(',');
    if (list.substr(0, comma) == name_of(scope_kinds, kind)) return true;
    list.remove_prefix(comma == std::string_view::npos ? list.size() : comma + 1);
  }
  return false;
}

bool grant_kinds_known(std::string_view list) noexcept {
  for (;;) {
    const std::size_t comma = list.find(',');
    if (!value_of(scope_kinds, list.substr(0, comma))) return false;
    if (comma == std::string_view::npos) return true;
    list.remove_prefix(comma + 1);
  }
}

json::object to_json(const storage::Desk& desk) {
  return {{"id", to_text(desk.id)}, {"name", desk.name}, {"desk_key", encoded(desk.desk_key)}, {"demo", desk.demo}};
}

json::object to_json(const storage::Epoch& epoch) {
  return {{"id", to_text(epoch.id)},
          {"recipient", encoded(epoch.recipient)},
          {"not_before", epoch.not_before},
          {"not_after", epoch.not_after},
          {"signature", encoded(epoch.signature)}};
}

json::object to_json(const storage::Grant& grant) {
  return {{"kind", name_of(scope_kinds, grant.kind)},
          {"scope", id_to_hex(grant.scope)},
          {"member", to_text(grant.member)},
          {"sealed", encoded_sealed(grant.sealed)}};
}

json::object to_json(const storage::ReportRow& report) {
  json::array attachments;
  for (const BlobId& id : report.attachments) attachments.emplace_back(to_text(id));
  return {{"number", report.number},
          {"id", to_text(report.id)},
          {"epoch", to_text(report.epoch)},
          {"channel", channel_name(report.channel)},
          {"priority", report.priority},
          {"received_hour", report.received_hour},
          {"attachments", std::move(attachments)},
          {"state", name_of(report_states, report.state)},
          {"due_hour", report.due_hour},
          {"sealed", encoded_sealed(report.sealed)}};
}

json::object to_json(const storage::Hold& hold) {
  return {{"state", name_of(hold_states, hold.state)}, {"by", to_text(hold.by)}, {"hour", hold.hour}};
}

Result<storage::Hold> hold_from(const json::object& object) {
  storage::Hold hold;
  Fields fields(object);
  fields.take(hold.state, named_field(hold_states, object, "state"));
  fields.take(hold.by, id_field<MemberId>(object, "by"));
  fields.take(hold.hour, number_field(object, "hour", 0, number_max));
  return fields.finish(hold);
}

Result<storage::HoldStep> hold_step_from(std::string_view name) {
  const auto value = value_of(hold_steps, name);
  if (!value) return value.error();
  return *value;
}

json::object to_json(const storage::Case& opened) {
  json::object object{{"id", to_text(opened.id)},
          {"recipient", encoded(opened.recipient)},
          {"state", name_of(case_states, opened.state)},
          {"urgency", opened.urgency},
          {"created_hour", opened.created_hour},
          {"number", opened.number},
          {"assignee", opened.assignee ? json::value(to_text(*opened.assignee)) : json::value(nullptr)},
          {"due_hour", or_null(opened.due_hour)},
          {"closed_hour", or_null(opened.closed_hour)},
          {"last_event", opened.last_event},
          {"key_known_outside", opened.key_known_outside}};
  if (opened.hold.state != storage::HoldState::none) object["hold"] = to_json(opened.hold);
  return object;
}

Result<storage::CaseState> case_state_from(std::string_view name) {
  const auto value = value_of(case_states, name);
  if (!value) return value.error();
  return *value;
}

json::object to_json(const storage::Event& event) {
  return {{"number", event.number},
          {"id", to_text(event.id)},
          {"case", to_text(event.case_id)},
          {"author", to_text(event.author)},
          {"recorded_hour", event.recorded_hour},
          {"sealed", encoded_sealed(event.sealed)}};
}

json::object to_json(const storage::TextRow& text) {
  return {{"id", to_text(text.id)},
          {"case", to_text(text.case_id)},
          {"author", to_text(text.author)},
          {"gateway", text.gateway},
          {"queued_hour", text.queued_hour},
          {"state", text_state_name(text.state)},
          {"reason", text_reason_name(text.reason)},
          {"code", text.code},
          {"state_hour", text.state_hour}};
}

json::object to_json(const storage::Member& member) {
  return {{"id", to_text(member.id)},
          {"name", member.name},
          {"role", role_name(member.role)},
          {"recipient", encoded(member.recipient)},
          {"sign_key", encoded(member.sign_key)},
          {"voucher", encoded(member.voucher)}};
}

Result<storage::Desk> desk_from(const json::object& object) {
  storage::Desk desk;
  Fields fields(object);
  fields.take(desk.id, id_field<DeskId>(object, "id"));
  fields.take(desk.name, string_field(object, "name", name_bytes_max));
  fields.take(desk.desk_key, fixed_field<32>(object, "desk_key"));
  const json::value* demo = object.if_contains("demo");
  desk.demo = demo != nullptr && demo->is_bool() && demo->get_bool();
  return fields.finish(std::move(desk));
}

Result<storage::Epoch> epoch_from(const json::object& object, DeskId desk) {
  storage::Epoch epoch;
  epoch.desk = desk;
  Fields fields(object);
  fields.take(epoch.id, id_field<EpochId>(object, "id"));
  fields.take(epoch.recipient, recipient_field(object));
  fields.take(epoch.not_before, number_field(object, "not_before", 0, number_max));
  fields.take(epoch.not_after, number_field(object, "not_after", epoch.not_before, number_max));
  fields.take(epoch.signature, fixed_field<64>(object, "signature"));
  return fields.finish(std::move(epoch));
}

Result<storage::Grant> grant_from(const json::object& object) {
  storage::Grant grant;
  Fields fields(object);
  fields.take(grant.kind, named_field(scope_kinds, object, "kind"));
  CaseId scope;
  fields.take(scope, id_field<CaseId>(object, "scope"));
  grant.scope = scope.bytes;
  fields.take(grant.member, id_field<MemberId>(object, "member"));
  fields.take(grant.sealed, bytes_field(object, "sealed", grant_bytes_max));
  return fields.finish(std::move(grant));
}

Result<storage::ReportRow> report_from(const json::object& object) {
  storage::ReportRow report;
  Fields fields(object);
  std::int64_t priority = 0;
  fields.take(report.number, number_field(object, "number", 0, number_max));
  fields.take(report.id, id_field<ReportId>(object, "id"));
  fields.take(report.epoch, id_field<EpochId>(object, "epoch"));
  fields.take(report.channel, named_field(channels, object, "channel"));
  fields.take(priority, number_field(object, "priority", 0, 4));
  fields.take(report.received_hour, number_field(object, "received_hour", 0, number_max));
  fields.take(report.sealed, bytes_field(object, "sealed", 1024 * 1024));
  report.priority = static_cast<std::uint8_t>(priority);
  if (object.contains("state")) fields.take(report.state, named_field(report_states, object, "state"));
  if (object.contains("due_hour")) fields.take(report.due_hour, number_field(object, "due_hour", 0, number_max));
  const json::value* attachments = object.if_contains("attachments");
  if (attachments == nullptr || !attachments->is_array()) return Errc::malformed;
  for (const json::value& entry : attachments->get_array()) {
    const auto id = entry.is_string() ? parse_id<BlobId>(entry.get_string()) : std::nullopt;
    if (!id) return Errc::malformed;
    report.attachments.push_back(*id);
  }
  return fields.finish(std::move(report));
}

Result<storage::Case> case_from(const json::object& object, DeskId desk) {
  storage::Case opened;
  opened.desk = desk;
  Fields fields(object);
  std::int64_t urgency = 0;
  fields.take(opened.id, id_field<CaseId>(object, "id"));
  fields.take(opened.recipient, recipient_field(object));
  fields.take(opened.state, named_field(case_states, object, "state"));
  fields.take(urgency, number_field(object, "urgency", 0, 4));
  opened.urgency = static_cast<std::uint8_t>(urgency);
  if (object.contains("created_hour")) fields.take(opened.created_hour, number_field(object, "created_hour", 0, number_max));
  if (object.contains("number")) fields.take(opened.number, number_field(object, "number", 0, number_max));
  if (object.contains("last_event")) fields.take(opened.last_event, number_field(object, "last_event", 0, number_max));
  const json::value* known_outside = object.if_contains("key_known_outside");
  opened.key_known_outside = known_outside != nullptr && known_outside->is_bool() && known_outside->get_bool();
  fields.take(opened.due_hour, optional_number(object, "due_hour"));
  fields.take(opened.closed_hour, optional_number(object, "closed_hour"));
  const json::value* assignee = object.if_contains("assignee");
  if (assignee != nullptr && !assignee->is_null()) {
    MemberId member;
    fields.take(member, id_field<MemberId>(object, "assignee"));
    opened.assignee = member;
  }
  if (const json::value* hold = object.if_contains("hold"); hold != nullptr && hold->is_object()) fields.take(opened.hold, hold_from(hold->get_object()));
  return fields.finish(std::move(opened));
}

Result<storage::Event> event_from(const json::object& object) {
  storage::Event event;
  Fields fields(object);
  fields.take(event.id, id_field<EventId>(object, "id"));
  fields.take(event.case_id, id_field<CaseId>(object, "case"));
  fields.take(event.sealed, bytes_field(object, "sealed", event_bytes_max));
  if (object.contains("author")) fields.take(event.author, id_field<MemberId>(object, "author"));
  if (object.contains("number")) fields.take(event.number, number_field(object, "number", 0, number_max));
  if (object.contains("recorded_hour")) fields.take(event.recorded_hour, number_field(object, "recorded_hour", 0, number_max));
  return fields.finish(std::move(event));
}

Result<storage::Member> member_from(const json::object& object, DeskId desk) {
  storage::Member member;
  member.desk = desk;
  Fields fields(object);
  fields.take(member.id, id_field<MemberId>(object, "id"));
  fields.take(member.name, string_field(object, "name", name_bytes_max));
  fields.take(member.role, named_field(roles, object, "role"));
  fields.take(member.recipient, recipient_field(object));
  fields.take(member.sign_key, fixed_field<32>(object, "sign_key"));
  if (object.contains("voucher")) fields.take(member.voucher, bytes_field(object, "voucher", 64));
  return fields.finish(std::move(member));
}

std::string_view text_state_name(storage::TextState state) noexcept {
  const auto found = std::ranges::find(text_states, state, &TextStateName::second);
  return found == text_states.end() ? std::string_view("not-sent") : found->first;
}

std::string_view text_reason_name(storage::TextReason reason) noexcept {
  const auto found = std::ranges::find(text_reasons, reason, &TextReasonName::second);
  return found == text_reasons.end() ? std::string_view("other") : found->first;
}

Result<storage::TextRow> text_from(const json::object& object) {
  const auto id = id_field<TextId>(object, "id");
  const auto case_id = id_field<CaseId>(object, "case");
  const auto author = id_field<MemberId>(object, "author");
  const auto gateway = text_field(object, "gateway", 32);
  const auto state = text_field(object, "state", 32);
  const auto reason = text_field(object, "reason", 32);
  const auto code = text_field(object, "code", 32);
  const auto queued = number_field(object, "queued_hour", 0, number_max);
  const auto hour = number_field(object, "state_hour", 0, number_max);
  if (!id || !case_id || !author || !gateway || !state || !reason || !code || !queued || !hour) return Errc::malformed;
  const auto known_state = std::ranges::find(text_states, *state, &TextStateName::first);
  const auto known_reason = std::ranges::find(text_reasons, *reason, &TextReasonName::first);
  if (known_state == text_states.end()) return Errc::malformed;
  storage::TextRow row;
  row.id = *id;
  row.case_id = *case_id;
  row.author = *author;
  row.gateway = *gateway;
  row.queued_hour = *queued;
  row.state = known_state->second;
  row.reason = known_reason == text_reasons.end() ? storage::TextReason::other : known_reason->second;
  row.code = *code;
  row.state_hour = *hour;
  return row;
}

}  // namespace hotline::console
