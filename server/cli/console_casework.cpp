// The calls of casework: cases and their changes, views, the queue, activity.
#include "server/cli/console_client.hpp"
#include "server/cli/console_reply.hpp"
#include "server/console/json.hpp"
#include "server/http/query.hpp"

#include <limits>

namespace hotline::cli {
namespace {

namespace json = boost::json;
using console::encoded;

constexpr std::size_t sealed_bytes_max = 256 * 1024;
constexpr int created = 201;
constexpr int conflict = 409;

json::value id_or_null(const std::optional<MemberId>& id) { return id ? json::value(to_text(*id)) : json::value(); }
json::value number_or_null(const std::optional<std::int64_t>& number) { return number ? json::value(*number) : json::value(); }
json::object summary_of(const SealedSummary& summary) { return {{"id", to_text(summary.id)}, {"sealed", encoded(summary.sealed)}}; }

json::array ids_of(const std::vector<ReportId>& ids) {
  json::array list;
  for (const ReportId& id : ids) list.emplace_back(to_text(id));
  return list;
}


Result<ReportView> view_from(const json::object& object) {
  const auto author = console::id_field<MemberId>(object, "author");
  const auto hour = console::number_field(object, "recorded_hour", 0, std::numeric_limits<std::int64_t>::max());
  auto sealed = console::bytes_field(object, "sealed", sealed_bytes_max);
  if (!author || !hour || !sealed) return Errc::malformed;
  return ReportView{*author, *hour, std::move(*sealed)};
}

Result<QueueItem> item_from(const json::object& object) {
  QueueItem item;
  if (const json::value* report = object.if_contains("report"); report != nullptr && report->is_object()) {
    auto row = report_of_list(report->get_object());
    if (!row) return row.error();
    item.report = std::move(*row);
    return item;
  }
  const json::value* described = object.if_contains("case");
  if (described == nullptr || !described->is_object()) return Errc::malformed;
  item.case_ = described->get_object();
  return item;
}

Result<ActivityLine> line_from(const json::object& object) {
  const auto text = [&](std::string_view name) {
    const json::value* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
  };
  const auto number = console::number_field(object, "number", 0, std::numeric_limits<std::int64_t>::max());
  const auto hour = console::number_field(object, "hour", 0, std::numeric_limits<std::int64_t>::max());
  if (!number || !hour || text("act").empty()) return Errc::malformed;
  return ActivityLine{.number = *number, .hour = *hour, .member = parse_id<MemberId>(text("member")), .act = text("act"),
                      .subject_kind = text("subject_kind"), .subject = text("subject")};
}

}  // namespace

Outcome<std::vector<ConsoleClient::CaseToRekey>> ConsoleClient::cases_to_rekey(DeskId desk_id, std::int64_t after) {
  const auto answer = call("GET", "/api/v1/cases?key_known_outside=true&limit=100&after=" + std::to_string(after));
  if (!answer) return answer.error();
  return list_of(*answer, "cases", [&](const json::object& entry) -> Result<CaseToRekey> {
    auto row = console::case_from(entry, desk_id);
    if (!row) return row.error();
    auto grant = entry.contains("grant") ? console::bytes_field(entry, "grant", console::grant_bytes_max) : Result<ByteVector>(ByteVector());
    if (!grant) return grant.error();
    return CaseToRekey{std::move(*row), std::move(*grant)};
  });
}

Outcome<bool> ConsoleClient::open_case(const storage::Case& opened, const CaseChange& first) {
  json::object body{{"case", console::to_json(opened)}, {"grants", array_of(first.grants)}, {"events", array_of(first.events)},
                    {"files", ids_of(first.files)}};
  if (first.assignee) body["assignee"] = id_or_null(*first.assignee);
  if (first.due_hour) body["due_hour"] = number_or_null(*first.due_hour);
  if (!first.summary.sealed.empty()) body["summary"] = summary_of(first.summary);
  const auto reply = transport_->send("POST", "/api/v1/cases", json::serialize(body), {});
  if (!reply) return reply.error();
  if (reply->status == conflict) return false;
  if (reply->status != created) return Problem{detail_of(*reply)};
  return true;
}

Outcome<bool> ConsoleClient::change_case(CaseId id, const CaseChange& change) {
  json::object body{{"events", array_of(change.events)}};
  if (change.after) body["after"] = *change.after;
  json::object set;
  if (!change.state.empty()) set["state"] = change.state;
  if (change.urgency) set["urgency"] = *change.urgency;
  if (change.assignee) set["assignee"] = id_or_null(*change.assignee);
  if (change.due_hour) set["due_hour"] = number_or_null(*change.due_hour);
  if (!change.summary.sealed.empty()) set["summary"] = summary_of(change.summary);
  if (!change.recipient.empty()) set["recipient"] = encoded(change.recipient);
  if (!set.empty()) body["set"] = std::move(set);
  json::object expected;
  if (change.if_assignee) expected["assignee"] = id_or_null(*change.if_assignee);
  if (change.if_key) expected["key"] = id_to_hex(*change.if_key);
  if (!expected.empty()) body["if"] = std::move(expected);
  if (!change.files.empty()) body["files"] = ids_of(change.files);
  if (!change.grants.empty()) body["grants"] = array_of(change.grants);
  if (!change.about.empty()) body["about"] = json::array(change.about.begin(), change.about.end());
  if (!change.hold.empty()) body["hold"] = json::object{{"step", change.hold}};
  const auto reply = transport_->send("POST", "/api/v1/cases/" + to_text(id) + "/events", json::serialize(body), {});
  if (!reply) return reply.error();
  if (reply->status == conflict) return false;
  if (reply->status == 404) return Problem{"this case is not there any more: a colleague has deleted it"};
  if (reply->status != created) return Problem{detail_of(*reply)};
  return true;
}

Outcome<void> ConsoleClient::add_view(ReportId report, EventId id, const ByteVector& sealed) {
  const json::object body{{"id", to_text(id)}, {"sealed", encoded(sealed)}};
  const auto answer = call("POST", "/api/v1/reports/" + to_text(report) + "/views", json::serialize(body));
  if (!answer) return answer.error();
  return {};
}

Outcome<std::vector<ReportView>> ConsoleClient::views(ReportId report) {
  const auto answer = call("GET", "/api/v1/reports/" + to_text(report) + "/views");
  if (!answer) return answer.error();
  return list_of(*answer, "views", view_from);
}

Outcome<QueuePage> ConsoleClient::queue(const std::string& view, const std::string& after, std::size_t limit) {
  const auto answer = call("GET", "/api/v1/queue?view=" + view + "&limit=" + std::to_string(limit) +
                                      (after.empty() ? "" : "&after=" + http::percent_encode(after)));
  if (!answer) return answer.error();
  auto items = list_of(*answer, "items", item_from);
  if (!items) return items.error();
  const json::value* next = answer->get_object().if_contains("next");
  return QueuePage{std::move(*items), next != nullptr && next->is_string() ? std::string(next->get_string()) : std::string()};
}

Outcome<json::object> ConsoleClient::queue_counts() {
  auto answer = call("GET", "/api/v1/queue/counts");
  if (!answer) return answer.error();
  if (!answer->is_object()) return not_understood();
  return std::move(answer->get_object());
}

Outcome<json::object> ConsoleClient::retention(int days) {
  auto answer = call("GET", "/api/v1/retention?days=" + std::to_string(days));
  if (!answer) return answer.error();
  if (!answer->is_object()) return not_understood();
  return std::move(answer->get_object());
}

Outcome<json::object> ConsoleClient::figures(const std::string& from, const std::string& to, bool exact) {
  std::string target = std::string("/api/v1/figures?exact=") + (exact ? "true" : "false");
  if (!from.empty()) target += "&from=" + http::percent_encode(from);
  if (!to.empty()) target += "&to=" + http::percent_encode(to);
  auto answer = call("GET", target);
  if (!answer) return answer.error();
  if (!answer->is_object()) return not_understood();
  return std::move(answer->get_object());
}

Outcome<ActivityPage> ConsoleClient::activity(const ActivityQuestion& question) {
  std::string target = "/api/v1/activity?limit=" + std::to_string(question.limit);
  if (question.before) target += "&before=" + std::to_string(*question.before);
  if (!question.about.empty()) target += "&" + question.about;
  const auto answer = call("GET", target);
  if (!answer) return answer.error();
  auto rows = list_of(*answer, "rows", line_from);
  if (!rows) return rows.error();
  ActivityPage page{std::move(*rows), 0, {}};
  const json::value* head = answer->get_object().if_contains("head");
  if (head != nullptr && head->is_object()) {
    const auto count = console::number_field(head->get_object(), "count", 0, std::numeric_limits<std::int64_t>::max());
    page.head_count = count ? *count : 0;
    const json::value* hash = head->get_object().if_contains("hash");
    if (hash != nullptr && hash->is_string()) page.head_hash = std::string(hash->get_string());
  }
  return page;
}

}  // namespace hotline::cli
