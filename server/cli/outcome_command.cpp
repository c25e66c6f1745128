#include "server/cli/case_desk.hpp"
#include "server/cli/case_outcome.hpp"
#include "server/cli/case_record.hpp"
#include "server/cli/case_wishes.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_option.hpp"

#include <iostream>

namespace hotline::cli {
namespace {

std::string counted(std::size_t count, const std::string& one) { return std::to_string(count) + " " + one + (count == 1 ? "" : "s"); }

int keep_case(const ConnectionOptions& options, const std::string& id, const std::optional<std::string>& text, const std::string& file) {
  const auto why = read_words(text, file);
  if (!why) return fail(why.error());
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto thread = open->book.find(id);
  if (!thread) return fail(thread.error());
  const auto done = keep(open->connection, open->book, **thread, why->reveal_text());
  if (!done) return fail(done.error());
  std::cout << "Kept. The reporter reads why with their code.\n";
  return Exit::done;
}

/// What is left of a case whose messages a colleague deleted at the same moment.
int delete_leftover(OpenDesk& open, CaseId id, bool yes) {
  if (!yes) {
    const auto meant = confirm("The messages of case " + to_text(id).substr(0, 8) + " are gone. This deletes for good what the desk wrote about it.");
    if (!meant) return fail(meant.error());
    if (!*meant) return fail("nothing was deleted");
  }
  const auto removed = open.connection.client.remove({id}, {});
  if (!removed) return fail("not deleted: " + removed.error().line);
  std::cout << "Deleted what the desk had written; the messages were gone before.\n";
  return Exit::done;
}

/// Says on standard error what a deletion takes with it, and asks when there is someone to ask.
Outcome<bool> is_meant(const Deletion& deletion, const Thread& thread, bool yes) {
  if (deletion.threads.size() > 1) {
    std::string others;
    for (std::size_t i = 1; i < deletion.threads.size(); ++i) others += (i == 1 ? "" : ", ") + deletion.threads[i]->id().substr(0, 8);
    if (!yes) return Problem{"this case is about several reporters, and all their messages go with it (" + others + " too): add --yes if each of them is to be deleted"};
    std::cerr << "Several reporters' messages go with this case: " << others << " too.\n";
  }
  if (yes) return true;
  std::string question = "This deletes case " + thread.id().substr(0, 8) + " for good: " + counted(deletion.reports.size(), "message") + ", " +
                         counted(deletion.files, "file") + " and all that the desk wrote about it.";
  if (!wishes_of(thread).delete_asked) question += " The reporter has not asked for it.";
  question += deletion.told != 0 ? " The reporter is told first." : " There is no mailbox to tell the reporter in.";
  return confirm(question);
}

int delete_case(const ConnectionOptions& options, const std::string& id, const std::optional<std::string>& text, const std::string& file, bool yes) {
  crypto::SecretBuffer words;   // none: the built-in text
  if (text || !file.empty()) {
    auto given = read_words(text, file);
    if (!given) return fail(given.error());
    words = std::move(*given);
  }
  auto open = open_desk(options);
  if (!open) return fail(open.error());
  const auto thread = open->book.find(id);
  if (!thread) {
    for (const CaseId& left : open->book.leftovers()) {
      if (id.size() >= 4 && to_text(left).starts_with(id)) return delete_leftover(*open, left, yes);
    }
    return fail(thread.error());
  }
  const Deletion deletion = deletion_of(open->book, **thread);
  // Before the reporter is told of a deletion that the server would then refuse.
  for (const Thread* each : deletion.threads) {
    if (each->case_ && each->case_->hold.state != storage::HoldState::none) {
      return fail("case " + each->id().substr(0, 8) + " is under a legal hold, or one was asked for: see hotline case show; nothing was deleted, and nobody was told");
    }
  }
  for (const Thread* each : deletion.threads) {
    if (const auto known = check_link(*each); !known) return fail(known.error().line + "; nothing was deleted, and nobody was told");
  }
  const auto meant = is_meant(deletion, **thread, yes);
  if (!meant) return fail(meant.error());
  if (!*meant) return fail("nothing was deleted");
  const auto removed = delete_for_good(open->connection, open->book, deletion, words.reveal_text());
  if (!removed) return fail(removed.error());
  std::cout << "Deleted: " << counted(removed->reports, "message") << ", " << counted(removed->files, "file") << ".\n";
  if (deletion.told == deletion.threads.size()) {
    std::cout << "The reporter reads it with their code.\n";
  } else if ((*thread)->reports.front().row.channel == storage::Channel::sms) {
    std::cout << "It came by SMS, and the sender was told nothing. Your gateway keeps its own copy of the text: delete it there.\n";
  } else {
    std::cout << "The reporter was told nothing: there is no mailbox to tell them in.\n";
  }
  return Exit::done;
}

}  // namespace

void add_outcome_commands(CLI::App& case_command, Action& chosen) {
  struct Options {
    ConnectionOptions connection;
    std::string id;
    std::optional<std::string> text;
    std::string file;
    bool yes = false;
  };
  auto options = std::make_shared<Options>();
  const auto about = [&](CLI::App& command, const char* text_help) {
    options->connection.add_to(command);
    command.add_option("id", options->id, "id of the case or of one of its reports, or its first digits")->required();
    auto* text = add_text_option(command, options->text, text_help);
    command.add_option("--file", options->file, "read that text from this text file, at most 8 KiB")->excludes(text);
  };

  auto* keep_command = case_command.add_subcommand(
      "keep", "refuses a wish to delete, and tells the reporter why; the wish counts as answered");
  about(*keep_command, "why it is kept, for the reporter; without it, standard input is read to its end");
  keep_command->callback([&chosen, options] {
    chosen = [options] { return keep_case(options->connection, options->id, options->text, options->file); };
  });

  auto* delete_command = case_command.add_subcommand(
      "delete", "tells the reporter, then deletes the case for good: messages, files, notes, keys. Backups made before still hold it");
  about(*delete_command, "what the reporter reads; without it, a built-in text in their language");
  delete_command->add_flag("--yes", options->yes, "do not ask: for programs, and for a case with several reporters' messages");
  delete_command->footer("Stopped half way, it may be run again: it goes on where it was, and the reporter is told once.");
  delete_command->callback([&chosen, options] {
    chosen = [options] { return delete_case(options->connection, options->id, options->text, options->file, options->yes); };
  });
}

}  // namespace hotline::cli
