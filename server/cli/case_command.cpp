#include "config/clock.hpp"
#include "server/cli/case_desk.hpp"
#include "server/cli/case_export.hpp"
#include "server/cli/case_look.hpp"
#include "server/cli/case_people.hpp"
#include "server/cli/case_reply.hpp"
#include "server/cli/case_search.hpp"
#include "server/cli/case_text.hpp"
#include "server/cli/case_view.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/covered_numbers.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_option.hpp"
#include "server/cli/vocabulary.hpp"

#include <iostream>

namespace hotline::cli {
namespace {

namespace json = boost::json;

int list(const ConnectionOptions& options, ListFilter filter, bool as_json) {
  if (!filter.label.empty()) {
    const auto label = Vocabulary::built_in().label(filter.label);
    if (!label) return fail(label.error());
    filter.label = *label;
  }
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const std::int64_t now_hour = SystemClock().hour();
  filter.me = open->connection.member.member.id;
  bool any = false;
  for (const Thread* thread : by_urgency(open->book)) {
    if (!fits(*thread, filter, now_hour)) continue;
    any = true;
    FactsFrame frame{.desk = open->book.desk(), .now_hour = now_hour, .report_views = {}};
    if (as_json) {
      auto views = views_of(*open, *thread);
      if (!views) return fail(views.error());
      frame.report_views = std::move(*views);
    }
    std::cout << (as_json ? json::serialize(summary(*thread, &frame)) : summary_line(*thread, &frame)) << "\n";
  }
  if (!as_json && open->book.threads().empty()) {
    std::cout << "Nothing has come in yet.\n";
  } else if (!as_json && !any) {
    std::cout << "Nothing of that kind.\n";
  }
  for (const CaseId& id : open->book.leftovers()) {
    std::cerr << "hotline: the messages of a case are deleted, but what the desk wrote is left: hotline case delete " << to_text(id).substr(0, 8) << "\n";
  }
  for (const CaseId& id : open->book.unplaced()) {
    std::cerr << "hotline: what case " << to_text(id).substr(0, 8)
              << " is about cannot be checked: not all of it opens here, or whoever wrote it is not known to this desk. Delete nothing of it; its messages, where they "
                 "are shown, can be worked on in a new case (hotline case claim)\n";
  }
  if (const std::size_t count = open->book.elsewhere().size(); count != 0 && !as_json) {
    std::cerr << "hotline: " << count << (count == 1 ? " message is" : " messages are") << " in cases that you cannot open: colleagues have them\n";
  }
  return Exit::done;
}

int show(const ConnectionOptions& options, const std::string& id, bool as_json, const std::string& reason) {
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto found = open->book.find(id);
  if (!found) return fail(found.error());
  auto views = views_of(*open, **found);
  if (!views) return fail(views.error());
  // First it is recorded that somebody sees it, then it is shown.
  const std::string thread_id = (*found)->id();
  if (const auto seen = record_look(*open, thread_id); !seen) return fail(seen.error());
  if (!reason.empty()) {
    if (const auto seen = record_look(*open, thread_id, reason, "number"); !seen) return fail(seen.error());
  }
  const auto thread = open->book.find(id);
  if (!thread) return fail(thread.error());
  const auto texts = texts_of(open->connection, **thread);
  if (!texts) return fail(texts.error());
  const FactsFrame frame{.desk = open->book.desk(), .now_hour = SystemClock().hour(), .report_views = std::move(*views)};
  if (as_json) {
    json::value said = whole(**thread, *texts, &frame);
    if (reason.empty()) cover_numbers(**thread, said);
    std::cout << json::serialize(said) << "\n";
  } else {
    std::cout << page(**thread, *texts, &frame);
  }
  return Exit::done;
}

/// The phone that a case came from. Who asks for it says why, and that is recorded first.
int number(const ConnectionOptions& options, const std::string& id, const std::string& reason) {
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto thread = open->book.find(id);
  if (!thread) return fail(thread.error());
  const auto phone = phone_of(**thread);
  if (!phone) return fail("no phone number came with this case");
  if (const auto seen = record_look(*open, (*thread)->id(), reason, "number"); !seen) return fail(seen.error());
  std::cout << printable(phone->number) << "\n";
  if (phone->silenced) std::cerr << "hotline: this person asked for no more texts (STOP)\n";
  if (phone->not_safe) std::cerr << "hotline: this person said that it is not safe to get texts now\n";
  return Exit::done;
}

int reply(const ConnectionOptions& options, const std::string& id, const std::string& to, const std::optional<std::string>& text, const std::string& file, const TextOptions& by_text) {
  const auto words = read_words(text, file);
  if (!words) return fail(words.error());
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto thread = open->book.find(id);
  if (!thread) return fail(thread.error());
  const auto people = people_of(open->book.threads(), **thread);
  const auto whom = addressee(people, to);
  if (!whom) return fail(whom.error());
  if (const auto phone = phone_of(**whom)) {
    const auto done = reply_by_text(open->connection, open->book, *people.front(), **whom, *phone, words->reveal_text(), by_text);
    if (!done) return fail(done.error());
    std::cout << "Waiting to leave by " << phone->gateway << ". hotline case show tells what becomes of it.\n";
    return Exit::done;
  }
  const auto done = reply_to(open->connection, open->book, *people.front(), **whom, words->reveal_text());
  if (!done) return fail(done.error());
  std::cout << "Answered. The reporter sees it with their code.\n";
  return Exit::done;
}

}  // namespace

void add_case_commands(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("case", "the caseworker's client: reads, answers, exports, deletes; opens everything on this machine only");
  command->require_subcommand(1);
  struct Options {
    ConnectionOptions connection;
    std::string id;
    std::string to;
    std::optional<std::string> text;
    std::string file;
    std::string output;
    std::string reason;
    bool json = false;
    ListFilter filter;
    TextOptions by_text;
  };
  auto options = std::make_shared<Options>();

  auto* list_command = command->add_subcommand("list", "all cases, the most urgent first; a wish to have everything deleted comes up");
  options->connection.add_to(*list_command);
  list_command->add_flag("--json", options->json,
                         "one JSON object a line: id, received, channel, urgency, state, text (parts of a long text put together); flags; never (desks that must not be told), consents "
                         "(that hold now), withdrawn, write_back; wish \"delete\" while that is asked and not answered; assignee, labels, child, tasks, overdue, unread, "
                         "reasons (of the urgency), views, closing");
  list_command->add_option("--view", options->filter.view, "only unread, mine, unassigned, overdue or closed")
      ->check(CLI::IsMember({"unread", "mine", "unassigned", "overdue", "closed"}));
  list_command->add_option("--label", options->filter.label, "only with this label");
  list_command->add_option("--search", options->filter.words, "only where all of these words occur; looked for on this machine");
  list_command->callback([&chosen, options] { chosen = [options] { return list(options->connection, options->filter, options->json); }; });

  auto* show_command = command->add_subcommand("show", "one case whole: what the reporter allows now, then reports, answers, notes in order");
  options->connection.add_to(*show_command);
  show_command->add_option("id", options->id, "id of the case or of one of its reports, or its first digits")->required();
  auto* show_json = show_command->add_flag("--json", options->json, "as one JSON object; a phone number that texts came from is covered");
  show_command->add_option("--reason", options->reason, "why you need the phone number, for colleagues: it is recorded, and the number stands in the JSON")->needs(show_json);
  show_command->callback([&chosen, options] { chosen = [options] { return show(options->connection, options->id, options->json, options->reason); }; });

  auto* number_command = command->add_subcommand("number", "the phone number that a case came from; that you asked for it, and why, is recorded");
  options->connection.add_to(*number_command);
  number_command->add_option("id", options->id, "id of the case or of one of its reports, or its first digits")->required();
  number_command->add_option("--reason", options->reason, "why you need it, for colleagues")->required();
  number_command->callback([&chosen, options] { chosen = [options] { return number(options->connection, options->id, options->reason); }; });

  auto* reply_command = command->add_subcommand("reply", "answers the reporter, who reads it with their code, or gets it as a text");
  options->connection.add_to(*reply_command);
  reply_command->add_option("id", options->id, "id of the case or of one of its reports, or its first digits")->required();
  auto* text = add_text_option(*reply_command, options->text, "the answer; without it, standard input is read to its end");
  reply_command->add_option("--file", options->file, "read the answer from this text file")->excludes(text);
  reply_command->add_option("--to", options->to, "id of a report of whom you answer, or its first digits: needed when a case is about several reporters");
  reply_command->add_flag("--at-any-hour", options->by_text.at_any_hour, "a text leaves now, outside the gateway's hours too");
  reply_command->add_flag("--after-stop", options->by_text.after_stop, "a text although the person once texted STOP: only when they asked for it");
  reply_command->callback([&chosen, options] {
    chosen = [options] { return reply(options->connection, options->id, options->to, options->text, options->file, options->by_text); };
  });

  add_work_commands(*command, chosen);
  add_triage_commands(*command, chosen);
  add_queue_command(*command, chosen);
  add_case_activity_command(*command, chosen);
  add_outcome_commands(*command, chosen);
  add_hold_command(*command, chosen);

  auto* export_command = command->add_subcommand("export", "writes a case to a folder: case.json, the sealed originals, the files as they were sent");
  options->connection.add_to(*export_command);
  export_command->add_option("id", options->id, "id of the case or of one of its reports, or its first digits")->required();
  export_command->add_option("--output", options->output, "the folder; it must not exist yet")->required();
  export_command->add_option("--reason", options->reason,
                             "why you need the phone number, for colleagues: it is recorded, and the number stands in case.json, where it is covered otherwise");
  export_command->callback([&chosen, options] { chosen = [options] { return export_case(options->connection, options->id, options->output, options->reason); }; });
}

}  // namespace hotline::cli
