// hotline case note, label, task, translate, status, link: what a caseworker writes down of a case.
#include "config/clock.hpp"
#include "crypto/random.hpp"
#include "server/cli/case_people.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/due_time.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/vocabulary.hpp"
#include "server/cli/work_options.hpp"

#include <algorithm>
#include <iostream>

namespace hotline::cli {
namespace {

struct Options : WorkOptions {
  std::vector<std::string> add;
  std::vector<std::string> remove;
  std::string language;
  std::string due;
  std::string for_;
  std::string done;
  std::string report;
  std::string status;
  std::string decided_by;
};

std::vector<EventDraft> one(std::string_view kind, EventBody body) { return {{std::string(kind), std::move(body)}}; }

int note(const Options& options) {
  const auto words = read_words(options.text, options.file);
  if (!words) return fail(words.error());
  if (const auto good = check_text(words->reveal_text(), "the note", event_text_bytes_max); !good) return fail(good.error());
  const auto make = [&](const Casebook&, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    const std::int64_t seen = last_seen_report(thread);
    return one("note", [&words, seen](crypto::SecretJson& body) { body.string("text", words->reveal_text()).number("seen", seen); });
  };
  return change_and_say(options, make, "Noted.");
}

int list_labels(const Options& options) {
  const std::string& language = options.language;
  for (const auto& group : Vocabulary::built_in().groups()) {
    std::cout << in_language(group.name, language) << "\n";
    for (const auto& label : group.labels) std::cout << "  " << label.key << "  " << in_language(label, language) << "\n";
  }
  std::cout << "own:WORDS is a label of the desk's own.\n";
  return Exit::done;
}

void write_labels(crypto::SecretJson& body, std::string_view name, const std::vector<std::string>& labels) {
  if (labels.empty()) return;
  body.key(name).begin_array();
  for (const std::string& label : labels) body.string(label);
  body.end_array();
}

Outcome<std::vector<std::string>> meant_labels(const std::vector<std::string>& typed) {
  std::vector<std::string> labels;
  for (const std::string& each : typed) {
    auto label = Vocabulary::built_in().label(each);
    if (!label) return label.error();
    labels.push_back(std::move(*label));
  }
  return labels;
}

int label(const Options& options) {
  if (options.add.empty() && options.remove.empty()) {
    return misuse("give --add or --remove with a label; hotline case labels shows them");
  }
  const auto add = meant_labels(options.add);
  if (!add) return fail(add.error());
  const auto remove = meant_labels(options.remove);
  if (!remove) return fail(remove.error());
  const auto make = [&](const Casebook&, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    const auto labels = thread.facts().labels;
    const auto holds = [&](const std::string& one_label) { return std::ranges::find(labels, one_label) != labels.end(); };
    std::vector<std::string> added = *add;
    std::vector<std::string> removed = *remove;
    std::erase_if(added, holds);
    std::erase_if(removed, [&](const std::string& one_label) { return !holds(one_label); });
    if (added.empty() && removed.empty()) return std::vector<EventDraft>();
    return one("labels", [added, removed](crypto::SecretJson& body) {
      write_labels(body, "add", added);
      write_labels(body, "remove", removed);
    });
  };
  return change_and_say(options, make, "Labelled.");
}

/// The one open task whose id begins so.
Outcome<CaseTask> task_of(const Thread& thread, const std::string& id) {
  std::optional<CaseTask> found;
  for (const CaseTask& task : thread.facts().tasks) {
    if (id.size() < 4 || !task.task.starts_with(id)) continue;
    if (found) return Problem{"more than one task begins so; give more digits of its id"};
    found = task;
  }
  if (!found) return Problem{"no task of that id in this case; hotline case show names them (at least four digits)"};
  return *found;
}

int finish_task(const Options& options) {
  const auto make = [&](const Casebook&, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    const auto task = task_of(thread, options.done);
    if (!task) return task.error();
    if (task->done) return std::vector<EventDraft>();
    const std::string id = task->task;
    return one("task_done", [id](crypto::SecretJson& body) { body.string("task", id); });
  };
  return change_and_say(options, make, "Done.");
}

int task(const Options& options) {
  if (!options.done.empty()) return finish_task(options);
  if (options.due.empty()) {
    return misuse("say until when: --due +3h, --due +2d, --due 2026-12-01 or --due \"2026-12-01 14:00\" (UTC)");
  }
  const auto due = due_hour_of(options.due, SystemClock().hour());
  if (!due) return fail(due.error());
  const auto words = read_words(options.text, options.file);
  if (!words) return fail(words.error());
  if (const auto good = check_text(words->reveal_text(), "the task", task_text_bytes_max); !good) return fail(good.error());
  ByteArray<16> id{};
  crypto::random_bytes(id);
  const auto make = [&](const Casebook& book, const Thread&) -> Outcome<std::vector<EventDraft>> {
    std::string member;
    if (!options.for_.empty()) {
      const auto found = std::ranges::find(book.desk().members, options.for_, &storage::Member::name);
      if (found == book.desk().members.end()) return Problem{"no member of that name; hotline member list shows them"};
      member = to_text(found->id);
    }
    return one("task", [&words, id, member, hour = *due](crypto::SecretJson& body) {
      body.string("task", id_to_hex(id)).string("text", words->reveal_text()).number("due_hour", hour);
      if (!member.empty()) body.string("for", member);
    });
  };
  return change_and_say(options, make, "To be done until " + hour_text(*due) + ": task " + id_to_hex(id).substr(0, 8) + ".");
}

bool is_language_tag(std::string_view text) {
  return text.size() >= 2 && text.size() <= 35 && std::ranges::all_of(text, [](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-';
  });
}

int translate(const Options& options) {
  if (!is_language_tag(options.language)) return misuse("name the language that you translate into by its tag, such as --language en");
  const auto words = read_words(options.text, options.file);
  if (!words) return fail(words.error());
  if (const auto good = check_text(words->reveal_text(), "the translation", event_text_bytes_max); !good) return fail(good.error());
  const auto make = [&](const Casebook& book, const Thread& home) -> Outcome<std::vector<EventDraft>> {
    const auto asked = book.find(options.id);   // of several people in a case, the one who was named
    std::string report = to_text((asked ? **asked : home).reports.front().row.id);
    if (!options.report.empty()) {
      report.clear();
      for (const Thread* one : people_of(book.threads(), home)) {
        const auto found = std::ranges::find_if(one->reports, [&](const OpenedReport& entry) { return to_text(entry.row.id).starts_with(options.report); });
        if (found != one->reports.end() && report.empty()) report = to_text(found->row.id);
      }
      if (options.report.size() < 4 || report.empty()) return Problem{"no report of that id in this case; hotline case show names them"};
    }
    return one("translation", [&words, report, &options](crypto::SecretJson& body) {
      body.string("report", report).string("language", options.language).string("text", words->reveal_text());
    });
  };
  return change_and_say(options, make, "The translation stands beside the reporter's own words.");
}

int status(const Options& options) {
  const Vocabulary& words = Vocabulary::built_in();
  if (!has_key(words.statuses(), options.status)) return misuse("no such status; one of " + keys_of(words.statuses()));
  if (!has_key(words.decided_by(), options.decided_by)) return misuse("--decided-by is one of " + keys_of(words.decided_by()));
  const auto make = [&](const Casebook&, const Thread&) -> Outcome<std::vector<EventDraft>> {
    return one("status", [&options](crypto::SecretJson& body) { body.string("status", options.status).string("decided_by", options.decided_by); });
  };
  return change_and_say(options, make, "Recorded.");
}

int link(const Options& options) {
  auto open = open_desk(options.connection);
  if (!open) return fail(open.error());
  const auto make = [](const Casebook&, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    if (!thread.case_) return Problem{"these messages are in no case yet: hotline case claim opens one"};
    return std::vector<EventDraft>();
  };
  if (const auto linked = change_thread(*open, options.id, make, true); !linked) return fail(linked.error());
  std::cout << "Linked: what is shown with this case belongs to it, in your name.\n";
  return Exit::done;
}

}  // namespace

void add_work_commands(CLI::App& case_command, Action& chosen) {
  auto options = std::make_shared<Options>();
  const auto set = [&chosen, options](CLI::App* command, int (*action)(const Options&)) {
    command->callback([&chosen, options, action] { chosen = [options, action] { return action(*options); }; });
  };

  auto* note_command = case_command.add_subcommand("note", "writes a note for the desk; the reporter never sees it");
  options->add_case(*note_command);
  options->add_words(*note_command, "the note; without it, standard input is read to its end");
  set(note_command, note);

  auto* label_command = case_command.add_subcommand("label", "gives a case labels of the field's vocabulary, or takes them off");
  options->add_case(*label_command);
  label_command->add_option("--add", options->add, "a label; may be given again")->take_all();
  label_command->add_option("--remove", options->remove, "a label; may be given again")->take_all();
  set(label_command, label);

  auto* labels_command = case_command.add_subcommand("labels", "prints the labels that there are");
  labels_command->add_option("--language", options->language, "en or es; without it English");
  set(labels_command, list_labels);

  auto* task_command = case_command.add_subcommand("task", "something to be done until some time; the lists show what is overdue");
  options->add_case(*task_command);
  options->add_words(*task_command, "what is to be done; without it, standard input is read to its end");
  task_command->add_option("--due", options->due, "+3h, +2d, 2026-12-01 or \"2026-12-01 14:00\", UTC");
  task_command->add_option("--for", options->for_, "a colleague's name");
  task_command->add_option("--done", options->done, "id of a task, or its first digits: it is done");
  set(task_command, task);

  auto* translate_command = case_command.add_subcommand("translate", "puts a translation beside the reporter's own words, with your name");
  options->add_case(*translate_command);
  options->add_words(*translate_command, "the translation; without it, standard input is read to its end");
  translate_command->add_option("--report", options->report, "id of the message; without it the first");
  translate_command->add_option("--language", options->language, "the language that it is translated into, such as en")->required();
  set(translate_command, translate);

  auto* link_command = case_command.add_subcommand("link", "says that the messages shown with a case belong to it: where whoever linked them is not known any more");
  options->add_case(*link_command);
  set(link_command, link);

  auto* status_command = case_command.add_subcommand("status", "whether the person is a victim of trafficking, and who decided so");
  options->add_case(*status_command);
  status_command->add_option("--status", options->status, keys_of(Vocabulary::built_in().statuses()))->required();
  status_command->add_option("--decided-by", options->decided_by, keys_of(Vocabulary::built_in().decided_by()))->required();
  set(status_command, status);
}

}  // namespace hotline::cli
