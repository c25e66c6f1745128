// hotline retention: what time destroys next at a desk, and what it leaves alone.
#include "server/cli/command_line.hpp"
#include "server/cli/connection.hpp"
#include "server/cli/hold_view.hpp"
#include "server/cli/opened.hpp"
#include "server/cli/terminal.hpp"
#include "server/console/records.hpp"

#include <iostream>

namespace hotline::cli {
namespace {

namespace json = boost::json;

struct Options {
  ConnectionOptions connection;
  int days = 30;
  bool json = false;
};

std::int64_t number_in(const json::object& object, std::string_view name) {
  const json::value* value = object.if_contains(name);
  return value != nullptr && value->is_int64() ? value->get_int64() : 0;
}

std::string counted(std::int64_t count, const std::string& one) { return std::to_string(count) + " " + one + (count == 1 ? "" : "s"); }

std::string rule(std::int64_t days) { return days == 0 ? "never" : "after " + counted(days, "day"); }

void print_held(const json::object& view, const DeskView& desk) {
  const json::value* held = view.if_contains("held");
  if (held == nullptr || !held->is_array()) return;
  for (const json::value& entry : held->get_array()) {
    if (!entry.is_object()) continue;
    const auto hold = console::hold_from(entry.get_object());
    if (hold) std::cout << printable("Case " + string_of(entry.get_object(), "case").substr(0, 8) + ": " + hold_line(*hold, desk));
  }
}

int retention(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto view = connection->client.retention(options.days);
  if (!view) return fail(view.error());
  if (options.json) {
    std::cout << *view << "\n";
    return Exit::done;
  }
  const std::int64_t cases = number_in(*view, "due_cases");
  const std::int64_t reports = number_in(*view, "due_reports");
  std::cout << "Closed cases are destroyed " << rule(number_in(*view, "closed_case_days")) << ", with their reports; reports that were read and put into no case "
            << rule(number_in(*view, "unfiled_report_days")) << ".\n";
  if (cases + reports == 0) {
    std::cout << "Within " << counted(options.days, "day") << " nothing goes.\n";
  } else {
    std::cout << "Within " << counted(options.days, "day") << ": " << counted(cases, "case") << " and " << counted(reports, "report")
              << ". Whatever must stay: hotline case hold ID --reason WHY, or reopen it.\n";
  }
  if (const std::int64_t next = number_in(*view, "next_hour"); next != 0) std::cout << "The next goes at " << hour_text(next) << ".\n";
  if (const std::int64_t unread = number_in(*view, "unread"); unread != 0) {
    std::cout << "Nobody has read " << counted(unread, "report") << ", the oldest of " << hour_text(number_in(*view, "oldest_unread_hour"))
              << ". Time never destroys what nobody has read: hotline case queue --view unread\n";
  }
  if (const std::int64_t unknown = number_in(*view, "unknown_cases"); unknown != 0) {
    std::cout << counted(unknown, "closed case") << " never " << (unknown == 1 ? "goes" : "go")
              << " by time, because the server was not told which reports belong there: reopen and close again, or delete.\n";
  }
  if (view->contains("held")) {
    const auto desk = connection->client.desk(connection->member.member.desk);
    if (!desk) return fail(desk.error());
    print_held(*view, *desk);
  }
  return Exit::done;
}

}  // namespace

void add_retention_command(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("retention", "what time destroys next at the desk, what it leaves alone, and what is under a legal hold");
  options->connection.add_to(*command);
  command->add_option("--days", options->days, "how far to look; 30 without")->check(CLI::Range(0, 36'500));
  command->add_flag("--json", options->json, "as JSON");
  command->callback([&chosen, options] { chosen = [options] { return retention(*options); }; });
}

}  // namespace hotline::cli
