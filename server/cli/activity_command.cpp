// hotline activity, hotline case activity: who did what and when, without what it says.
#include "server/cli/case_desk.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/csv.hpp"
#include "server/cli/terminal.hpp"

#include <algorithm>
#include <array>
#include <iostream>

namespace hotline::cli {
namespace {

namespace json = boost::json;

constexpr std::size_t page_rows = 200;

struct Options {
  ConnectionOptions connection;
  std::string id;
  std::string case_;
  std::string report;
  std::string of;
  std::size_t limit = 200;
  bool json = false;
  bool csv = false;
};

std::string who(const ActivityLine& line, const DeskView& desk) { return line.member ? name_of(desk, *line.member) : "nobody known"; }

/// A member is named; of everything else there is only the id.
std::string subject_text(const ActivityLine& line, const DeskView& desk) {
  if (line.subject.empty()) return {};
  const auto member = line.subject_kind == "member" ? parse_id<MemberId>(line.subject) : std::nullopt;
  return line.subject_kind + " " + (member ? name_of(desk, *member) : line.subject);
}

void print(const ActivityLine& line, const DeskView& desk, const Options& options) {
  const std::string subject = subject_text(line, desk);
  if (options.json) {
    std::cout << json::object{{"number", line.number}, {"when", hour_text(line.hour)}, {"member", line.member ? json::value(name_of(desk, *line.member)) : json::value()},
                              {"act", line.act}, {"subject_kind", line.subject_kind}, {"subject", line.subject}}
              << "\n";
  } else if (options.csv) {
    std::cout << csv_line(std::array<std::string, 5>{std::to_string(line.number), hour_text(line.hour), who(line, desk), line.act, subject});
  } else {
    std::cout << printable(std::to_string(line.number) + "  " + hour_text(line.hour) + "  " + who(line, desk) + "  " + line.act + "  " + subject) << "\n";
  }
}

int print_all(ConsoleClient& client, const DeskView& desk, const Options& options, const std::string& about) {
  ActivityQuestion question{.before = std::nullopt, .about = about, .limit = page_rows};
  if (options.csv) std::cout << csv_line(std::array<std::string, 5>{"number", "when", "member", "act", "subject"});
  std::string head;
  for (std::size_t shown = 0; shown < options.limit;) {
    question.limit = std::min(page_rows, options.limit - shown);
    const auto page = client.activity(question);
    if (!page) return fail(page.error());
    if (shown == 0) head = std::to_string(page->head_count) + " lines, " + page->head_hash;
    for (const ActivityLine& line : page->rows) print(line, desk, options);
    shown += page->rows.size();
    if (page->rows.size() < question.limit) break;
    question.before = page->rows.back().number;
  }
  // Who writes the end of the chain down elsewhere can see later that nothing before it was taken away.
  if (!options.json && !options.csv) std::cout << "The chain ends at: " << printable(head) << "\n";
  return Exit::done;
}

/// All of the desk, or of a case, report or member that is named in full.
int activity(const Options& options) {
  auto connection = sign_in(options.connection);
  if (!connection) return fail(connection.error());
  const auto desk = connection->client.desk(connection->member.member.desk);
  if (!desk) return fail(desk.error());
  std::string about;
  if (!options.of.empty()) {
    const auto found = std::ranges::find(desk->members, options.of, &storage::Member::name);
    if (found == desk->members.end()) return fail("no member of that name; hotline member list shows them");
    about = "member=" + to_text(found->id);
  } else if (!options.case_.empty() || !options.report.empty()) {
    const auto& id = options.case_.empty() ? options.report : options.case_;
    if (!parse_id<CaseId>(id)) return fail("give the whole id, 32 digits");
    about = (options.case_.empty() ? "report=" : "case=") + id;
  }
  return print_all(connection->client, *desk, options, about);
}

/// Of one case, found as everywhere else.
int case_activity(const Options& options) {
  auto open = open_desk(options.connection);
  if (!open) return fail(open.error());
  const auto thread = open->book.find(options.id);
  if (!thread) return fail(thread.error());
  const std::string about = (*thread)->case_ ? "case=" + to_text((*thread)->case_->id) : "report=" + (*thread)->id();
  return print_all(open->connection.client, open->book.desk(), options, about);
}

void add_output(CLI::App& command, Options& options) {
  command.add_option("--limit", options.limit, "how many lines at most")->capture_default_str();
  auto* as_json = command.add_flag("--json", options.json, "one JSON object a line");
  command.add_flag("--csv", options.csv, "a table for a spreadsheet; what would be a formula there is made text")->excludes(as_json);
}

}  // namespace

void add_activity_command(CLI::App& app, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = app.add_subcommand("activity", "who did what at the desk and when, newest first, never what was written (auditors, supervisors, admins)");
  options->connection.add_to(*command);
  auto* only = command->add_option_group("only", "of one of these");
  only->add_option("--of", options->of, "a member's name");
  only->add_option("--case", options->case_, "a case's id");
  only->add_option("--report", options->report, "a report's id");
  only->require_option(0, 1);
  add_output(*command, *options);
  command->callback([&chosen, options] { chosen = [options] { return activity(*options); }; });
}

void add_case_activity_command(CLI::App& case_command, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = case_command.add_subcommand("activity", "who saw and did what in one case");
  options->connection.add_to(*command);
  command->add_option("id", options->id, "id of the case or of one of its reports, or its first digits")->required();
  add_output(*command, *options);
  command->callback([&chosen, options] { chosen = [options] { return case_activity(*options); }; });
}

}  // namespace hotline::cli
