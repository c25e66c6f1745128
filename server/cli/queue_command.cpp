// hotline case queue: what waits at the desk, by the server's order, opened from summaries only. Fast where case list reads everything.
#include "config/clock.hpp"
#include "crypto/encoding.hpp"
#include "server/cli/case_summary.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/csv.hpp"
#include "server/cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <iostream>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr std::array<std::string_view, 6> views{"all", "unread", "mine", "unassigned", "overdue", "closed"};
constexpr std::size_t words_bytes_max = 80;

struct Options {
  ConnectionOptions connection;
  std::string view = "all";
  std::size_t limit = 100;
  bool json = false;
  bool csv = false;
  bool counts = false;
};

std::optional<std::int64_t> number_of(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}

json::value due_text(const std::optional<std::int64_t>& hour) { return hour ? json::value(hour_text(*hour)) : json::value(); }

json::object report_item(const storage::ReportRow& row, const Workplace& place, std::int64_t now_hour) {
  const OpenedReport report = open_report(row, place.keyring, place.desk);
  json::object item{{"kind", "report"},
                    {"id", to_text(row.id)},
                    {"urgency", row.priority},
                    {"state", row.state == storage::ReportState::new_ ? "new" : "seen"},
                    {"received", hour_text(row.received_hour)},
                    {"due", hour_text(row.due_hour)},
                    {"overdue", row.state == storage::ReportState::new_ && row.due_hour < now_hour},
                    {"assignee", nullptr},
                    {"labels", json::array()},
                    {"text", text_of(report.content)}};
  if (!report.problem.empty()) item["problem"] = report.problem;
  return item;
}

/// The member's own grant, which came with the case, opened.
std::vector<crypto::age::Identity> case_keys(const Connection& connection, const json::object& row, CaseId id) {
  auto sealed = crypto::from_base64(string_of(row, "grant"), crypto::Base64::url_unpadded);
  if (!sealed) return {};
  return Keyring::open_case(connection.member, {storage::ScopeKind::case_, id.bytes, connection.member.member.id, std::move(*sealed)}, id);
}

json::object case_item(const Connection& connection, const json::object& row, const Workplace& place, std::int64_t now_hour) {
  const auto due = number_of(row, "due_hour");
  const auto assignee = parse_id<MemberId>(string_of(row, "assignee"));
  const std::string state = string_of(row, "state");
  json::object item{{"kind", "case"},
                    {"id", string_of(row, "id")},
                    {"urgency", number_of(row, "urgency").value_or(4)},
                    {"state", state},
                    {"due", due_text(due)},
                    {"overdue", due && *due < now_hour && state != "closed"},
                    {"assignee", assignee ? json::value(name_of(place.desk, *assignee)) : json::value()},
                    {"labels", json::array()},
                    {"text", ""}};
  const auto id = parse_id<CaseId>(string_of(row, "id"));
  const auto keys = id ? case_keys(connection, row, *id) : std::vector<crypto::age::Identity>();
  if (keys.empty()) {
    item["problem"] = "you hold no key for this case";
    return item;
  }
  const json::value* summary = row.if_contains("summary");
  const auto sealed = summary != nullptr && summary->is_object() ? crypto::from_base64(string_of(summary->get_object(), "sealed"), crypto::Base64::url_unpadded)
                                                                  : Result<ByteVector>(Errc::not_found);
  const auto opened = sealed ? open_summary(*id, *sealed, keys, place.desk) : std::nullopt;
  if (!opened) {
    item["problem"] = "no summary yet: hotline case show reads it whole";
    return item;
  }
  item["text"] = string_of(*opened, "title");
  for (const char* name : {"labels", "child", "tasks", "last", "language", "never"}) {
    if (const json::value* value = opened->if_contains(name)) item[name] = *value;
  }
  return item;
}

std::string labels_text(const json::object& item) {
  std::string text;
  const json::value& labels = item.at("labels");
  if (!labels.is_array()) return text;
  for (const json::value& label : labels.get_array()) {
    if (label.is_string()) text += (text.empty() ? "" : " ") + std::string(label.get_string());
  }
  return text;
}

std::string line_of(const json::object& item) {
  std::string line = std::to_string(item.at("urgency").to_number<int>()) + "  " + string_of(item, "state");
  line.resize(16, ' ');
  const std::string due = string_of(item, "due");
  line += (item.at("overdue").as_bool() ? "! " : "  ") + (due.empty() ? std::string(20, ' ') : due) + "  " + string_of(item, "id").substr(0, 8) + "  ";
  if (const std::string name = string_of(item, "assignee"); !name.empty()) line += "[" + name + "] ";
  if (item.contains("problem")) return line + "! " + string_of(item, "problem");
  return line + short_text(string_of(item, "text"), words_bytes_max);
}

std::string csv_of(const json::object& item) {
  const std::array<std::string, 9> fields{string_of(item, "kind"), string_of(item, "id"), std::to_string(item.at("urgency").to_number<int>()), string_of(item, "state"),
                                          string_of(item, "due"), item.at("overdue").as_bool() ? "yes" : "no", string_of(item, "assignee"), labels_text(item),
                                          short_text(string_of(item, "text"), 1000)};
  return csv_line(fields);
}

void print_counts(const json::object& counts, bool as_json) {
  if (as_json) {
    std::cout << json::serialize(counts) << "\n";
    return;
  }
  for (const auto& [name, value] : counts) {
    if (name == "oldest_unread_due_hour") {
      if (value.is_int64()) std::cout << "oldest unread is due " << hour_text(value.get_int64()) << "\n";
    } else {
      std::cout << std::string(name) << " " << json::serialize(value) << "\n";
    }
  }
}

int queue(const Options& options) {
  if (std::ranges::find(views, options.view) == views.end()) return misuse("no such view; one of all, unread, mine, unassigned, overdue, closed");
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  if (options.counts) {
    const auto counts = connection->client.queue_counts();
    if (!counts) return fail(counts.error());
    print_counts(*counts, options.json);
    return Exit::done;
  }
  const auto place = enter_desk(*connection, options.connection.desk_words);
  if (!place) return fail(place.error());
  const std::int64_t now_hour = SystemClock().hour();
  std::size_t shown = 0;
  if (options.csv) std::cout << csv_line(std::array<std::string, 9>{"kind", "id", "urgency", "state", "due", "overdue", "assignee", "labels", "text"});
  for (std::string after; shown < options.limit;) {
    const auto page = connection->client.queue(options.view, after, std::min<std::size_t>(options.limit - shown, 100));
    if (!page) return fail(page.error());
    for (const QueueItem& entry : page->items) {
      const json::object item = entry.report ? report_item(*entry.report, *place, now_hour) : case_item(*connection, entry.case_, *place, now_hour);
      std::cout << (options.json ? json::serialize(item) + "\n" : options.csv ? csv_of(item) : printable(line_of(item)) + "\n");
      ++shown;
    }
    after = page->next;
    if (after.empty()) break;
  }
  if (shown == 0 && !options.json && !options.csv) std::cout << "Nothing is waiting here.\n";
  return Exit::done;
}

}  // namespace

void add_queue_command(CLI::App& case_command, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = case_command.add_subcommand("queue", "what waits at the desk, the most urgent first, then what is due first; cases by their summary");
  options->connection.add_to(*command);
  command->add_option("--view", options->view, "all, unread, mine, unassigned, overdue or closed")->capture_default_str();
  command->add_option("--limit", options->limit, "how many at most")->capture_default_str();
  auto* as_json = command->add_flag("--json", options->json, "one JSON object a line: kind (report or case), id, urgency, state, due, overdue, assignee, labels, text");
  command->add_flag("--csv", options->csv, "a table for a spreadsheet; what would be a formula there is made text")->excludes(as_json);
  command->add_flag("--counts", options->counts, "only how many there are of each; auditors may ask too");
  command->callback([&chosen, options] { chosen = [options] { return queue(*options); }; });
}

}  // namespace hotline::cli
