// hotline figures: how many came, by month, of what the server sees.
#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/csv.hpp"
#include "server/cli/terminal.hpp"

#include <array>
#include <iostream>

namespace hotline::cli {
namespace {

namespace json = boost::json;

struct Options {
  ConnectionOptions connection;
  std::string from;
  std::string to;
  bool exact = false;
  bool json = false;
  bool csv = false;
};

/// What is held back is under 5, or would give away what is.
constexpr const char* held_back = "<5*";

std::string count_text(const json::value& count) { return count.is_int64() ? std::to_string(count.get_int64()) : held_back; }

struct Line {
  std::string month;
  std::string what;     ///< reports or cases
  std::string by;       ///< urgency, channel, state, first_read; "all" for the sum
  std::string value;
  std::string count;
};

void take(std::vector<Line>& lines, const json::object& month, const char* what) {
  const json::value* found = month.if_contains(what);
  if (found == nullptr || !found->is_object()) return;
  const json::value* name = month.if_contains("month");
  const std::string of = name != nullptr && name->is_string() ? std::string(name->get_string()) : std::string();
  for (const auto& [by, cells] : found->get_object()) {
    if (!cells.is_object()) {
      lines.push_back({of, what, std::string(by), "", count_text(cells)});
      continue;
    }
    for (const auto& [value, count] : cells.get_object()) lines.push_back({of, what, std::string(by), std::string(value), count_text(count)});
  }
}

/// "  reports 31", and below it a line for each way of counting them.
void print_part(const json::object& month, const char* what) {
  const json::value* found = month.if_contains(what);
  if (found == nullptr || !found->is_object()) return;
  for (const auto& [by, cells] : found->get_object()) {
    if (!cells.is_object()) {
      std::cout << "  " << what << " " << count_text(cells) << "\n";
      continue;
    }
    std::string line;
    for (const auto& [value, count] : cells.get_object()) line += (line.empty() ? "" : ", ") + std::string(value) + " " + count_text(count);
    std::cout << "    " << std::string(by) << ": " << line << "\n";
  }
}

void print_month(const json::value& entry) {
  const json::object* month = entry.if_object();
  const json::value* name = month != nullptr ? month->if_contains("month") : nullptr;
  if (name == nullptr || !name->is_string()) return;
  std::cout << printable(std::string_view(name->get_string())) << "\n";
  print_part(*month, "reports");
  print_part(*month, "cases");
}

int figures(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto found = connection->client.figures(options.from, options.to, options.exact);
  if (!found) return fail(found.error());
  if (options.json) {
    std::cout << json::serialize(*found) << "\n";
    return Exit::done;
  }
  const json::value* months = found->if_contains("months");
  if (months == nullptr || !months->is_array()) return fail("the server's answer makes no sense: is it a Hotline of the same version?");
  if (options.csv) {
    std::cout << csv_line(std::array<std::string, 5>{"month", "what", "by", "value", "count"});
    for (const json::value& entry : months->get_array()) {
      std::vector<Line> lines;
      if (entry.is_object()) take(lines, entry.get_object(), "reports");
      if (entry.is_object()) take(lines, entry.get_object(), "cases");
      for (const Line& line : lines) std::cout << csv_line(std::array<std::string, 5>{line.month, line.what, line.by, line.value, line.count});
    }
    return Exit::done;
  }
  if (months->get_array().empty()) std::cout << "No month of these has ended yet.\n";
  for (const json::value& month : months->get_array()) print_month(month);
  if (options.exact) {
    std::cout << "These are exact: for the desk alone. Small numbers tell who somebody is.\n";
  } else {
    std::cout << held_back << " is under 5, or held back so that a sum does not tell what is.\n";
  }
  return Exit::done;
}

}  // namespace

void add_figures_command(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("figures", "how many reports and cases there were, by month, urgency, channel, state and time to the first reading");
  options->connection.add_to(*command);
  command->add_option("--from", options->from, "first month, as 2026-01; without it a year's");
  command->add_option("--to", options->to, "last month; without it the last one that has ended");
  command->add_flag("--exact", options->exact, "small numbers too, and the month that still runs (supervisors, admins, auditors); not to be passed on");
  auto* as_json = command->add_flag("--json", options->json, "as the server tells them; null is held back");
  command->add_flag("--csv", options->csv, "a table for a spreadsheet: month, what, by, value, count")->excludes(as_json);
  command->callback([&chosen, options] { chosen = [options] { return figures(*options); }; });
}

}  // namespace hotline::cli
