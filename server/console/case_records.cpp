#include "server/console/case_records.hpp"

#include "server/console/json.hpp"

#include <array>
#include <charconv>
#include <utility>

namespace hotline::console {

namespace json = boost::json;

namespace {

using storage::Act;
using storage::SubjectKind;

constexpr std::array<std::pair<Act, std::string_view>, 32> acts{{{Act::signed_in, "signed-in"},
                                                                 {Act::sign_in_refused, "sign-in-refused"},
                                                                 {Act::second_factor_refused, "second-factor-refused"},
                                                                 {Act::signed_out, "signed-out"},
                                                                 {Act::passphrase_changed, "passphrase-changed"},
                                                                 {Act::recovered, "recovered"},
                                                                 {Act::second_factor_added, "second-factor-added"},
                                                                 {Act::second_factor_removed, "second-factor-removed"},
                                                                 {Act::session_ended, "session-ended"},
                                                                 {Act::member_invited, "member-invited"},
                                                                 {Act::member_enrolled, "member-enrolled"},
                                                                 {Act::member_vouched, "member-vouched"},
                                                                 {Act::member_removed, "member-removed"},
                                                                 {Act::member_granted, "member-granted"},
                                                                 {Act::epoch_begun, "epoch-begun"},
                                                                 {Act::report_opened, "report-opened"},
                                                                 {Act::file_opened, "file-opened"},
                                                                 {Act::case_opened, "case-opened"},
                                                                 {Act::case_viewed, "case-viewed"},
                                                                 {Act::case_changed, "case-changed"},
                                                                 {Act::answer_stored, "answer-stored"},
                                                                 {Act::text_ordered, "text-ordered"},
                                                                 {Act::deleted, "deleted"},
                                                                 {Act::activity_read, "activity-read"},
                                                                 {Act::hold_changed, "hold-changed"},
                                                                 {Act::invitation_withdrawn, "invitation-withdrawn"},
                                                                 {Act::recovery_code_renewed, "recovery-code-renewed"},
                                                                 {Act::figures_read, "figures-read"},
                                                                 {Act::case_rekeyed, "case-rekeyed"},
                                                                 {Act::role_refused, "role-refused"},
                                                                 {Act::text_withdrawn, "text-withdrawn"},
                                                                 {Act::recovery_begun, "recovery-begun"}}};
constexpr std::array<std::pair<SubjectKind, std::string_view>, 10> subject_kinds{{{SubjectKind::none, "none"},
                                                                                  {SubjectKind::member, "member"},
                                                                                  {SubjectKind::report, "report"},
                                                                                  {SubjectKind::file, "file"},
                                                                                  {SubjectKind::case_, "case"},
                                                                                  {SubjectKind::epoch, "epoch"},
                                                                                  {SubjectKind::text, "text"},
                                                                                  {SubjectKind::invitation, "invitation"},
                                                                                  {SubjectKind::session, "session"},
                                                                                  {SubjectKind::second_factor, "second-factor"}}};
constexpr std::array<std::pair<std::string_view, storage::QueueView>, 6> views{{{"all", storage::QueueView::all},
                                                                                {"unread", storage::QueueView::unread},
                                                                                {"mine", storage::QueueView::mine},
                                                                                {"unassigned", storage::QueueView::unassigned},
                                                                                {"overdue", storage::QueueView::overdue},
                                                                                {"closed", storage::QueueView::closed}}};

template <class Table, class Value>
std::string_view name_of(const Table& table, Value value) noexcept {
  for (const auto& [entry, name] : table) {
    if (entry == value) return name;
  }
  return "unknown";
}

/// A whole number up to the next dot, taken off the front.
std::optional<std::int64_t> take_number(std::string_view& text) {
  const std::size_t dot = text.find('.');
  const std::string_view digits = text.substr(0, dot);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc() || end != digits.data() + digits.size() || number < 0) return std::nullopt;
  text.remove_prefix(dot == std::string_view::npos ? text.size() : dot + 1);
  return number;
}

}  // namespace

std::string_view act_name(Act act) noexcept { return name_of(acts, act); }
std::string_view subject_kind_name(SubjectKind kind) noexcept { return name_of(subject_kinds, kind); }

Result<storage::QueueView> queue_view_from(std::string_view name) {
  for (const auto& [entry, view] : views) {
    if (entry == name) return view;
  }
  return Errc::malformed;
}

json::object to_json(const storage::Summary& summary) {
  return {{"id", to_text(summary.id)},
          {"author", to_text(summary.author)},
          {"recorded_hour", summary.recorded_hour},
          {"sealed", encoded_sealed(summary.sealed)}};
}

json::object to_json(const storage::CaseView& view) {
  json::object object = to_json(view.file);
  if (view.summary) object["summary"] = to_json(*view.summary);
  if (view.grant) object["grant"] = encoded_sealed(*view.grant);
  return object;
}

json::object to_json(const storage::QueueItem& item) {
  if (item.report) return {{"kind", "report"}, {"report", to_json(*item.report)}};
  return {{"kind", "case"}, {"case", to_json(item.file.value())}};
}

json::object to_json(const storage::QueueCounts& counts) {
  json::object object{{"all", counts.all},         {"unread", counts.unread}, {"mine", counts.mine},    {"unassigned", counts.unassigned},
                      {"overdue", counts.overdue}, {"closed", counts.closed}, {"danger", counts.danger}};
  object["oldest_unread_due_hour"] = counts.oldest_unread_due_hour ? json::value(*counts.oldest_unread_due_hour) : json::value(nullptr);
  return object;
}

json::object to_json(const storage::ReportView& view) {
  return {{"id", to_text(view.id)}, {"author", to_text(view.author)}, {"recorded_hour", view.recorded_hour}, {"sealed", encoded_sealed(view.sealed)}};
}

json::object to_json(const storage::ActivityRow& row) {
  const storage::Activity& activity = row.activity;
  json::object object{{"number", row.number}, {"hour", activity.hour}, {"act", act_name(activity.act)}};
  object["member"] = activity.member == MemberId{} ? json::value(nullptr) : json::value(to_text(activity.member));
  object["subject_kind"] = subject_kind_name(activity.subject.kind);
  object["subject"] = activity.subject.kind == SubjectKind::none ? json::value(nullptr) : json::value(id_to_hex(activity.subject.id));
  return object;
}

std::string to_cursor(const storage::QueuePlace& place) {
  return std::to_string(place.urgency) + "." + std::to_string(place.hour) + (place.case_ ? ".1." : ".0.") + std::to_string(place.number);
}

Result<storage::QueuePlace> cursor_from(std::string_view text) {
  const auto urgency = take_number(text);
  const auto hour = take_number(text);
  const auto kind = take_number(text);
  const auto number = take_number(text);
  if (!urgency || !hour || !kind || *kind > 1 || !number || !text.empty()) return Errc::malformed;
  return storage::QueuePlace{*urgency, *hour, *kind == 1, *number};
}

Result<storage::Summary> summary_from(const json::object& object) {
  const auto id = id_field<EventId>(object, "id");
  auto sealed = bytes_field(object, "sealed", summary_bytes_max);
  if (!id || !sealed || sealed->empty()) return Errc::malformed;
  return storage::Summary{*id, {}, 0, std::move(*sealed)};
}

}  // namespace hotline::console
