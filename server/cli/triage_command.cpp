// hotline case claim, assign, urgency, close, reopen: who has a case, how urgent it is, and its end.
#include "server/cli/case_rights.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/vocabulary.hpp"
#include "server/cli/work_options.hpp"

#include <algorithm>
#include <array>
#include <iostream>

namespace hotline::cli {
namespace {

struct Options : WorkOptions {
  std::string to;
  bool nobody = false;
  int urgency = 4;
  std::string type;
  bool ask = false;
  std::array<std::string, 5> police;   // in the order of the vocabulary
};

std::vector<EventDraft> one(std::string_view kind, EventBody body) { return {{std::string(kind), std::move(body)}}; }

EventBody assign_body(const std::optional<MemberId>& to, const std::string& reason) {
  return [to, reason](crypto::SecretJson& body) {
    if (to) {
      body.string("to", to_text(*to));
    } else {
      body.key("to").null();
    }
    if (!reason.empty()) body.string("reason", reason);
  };
}

int claim(const Options& options) {
  auto open = open_desk(options.connection);
  if (!open) return fail(open.error());
  const MemberId me = open->connection.member.member.id;
  const auto make = [&](const Casebook& book, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    const auto told = thread.facts().assignee;
    const auto column = thread.case_ ? thread.case_->assignee : std::nullopt;
    if (told == me && column == me) return std::vector<EventDraft>();
    // The column may come from an event that counts no more: also then this takes it from nobody.
    for (const auto& assignee : {column, told}) {
      if (assignee && assignee != me) return Problem{name_of(book.desk(), *assignee) + " has this case; hotline case list --view unassigned shows what nobody has"};
    }
    return one("assign", assign_body(me, options.reason));
  };
  const auto changed = change_thread(*open, options.id, make);
  if (!changed) return fail(changed.error());
  std::cout << "You have this case.\n";
  return Exit::done;
}

/// A member who can be given a case.
Outcome<MemberId> reader_called(const DeskView& desk, const std::string& name) {
  const auto found = std::ranges::find(desk.members, name, &storage::Member::name);
  if (found == desk.members.end()) return Problem{"no member of that name; hotline member list shows them"};
  if (!holds_keys(found->role)) return Problem{"a member of that role reads no cases: name a caseworker, a supervisor or an admin"};
  const auto holders = key_holders(desk);
  if (std::ranges::none_of(holders, [&](const auto& member) { return member.id == found->id; })) {
    return Problem{"nobody has let this member in yet: hotline member grant"};
  }
  return found->id;
}

int assign(const Options& options) {
  if (options.nobody == !options.to.empty()) {
    return misuse("name a colleague, or --nobody");
  }
  const auto make = [&](const Casebook& book, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    std::optional<MemberId> to;
    if (!options.nobody) {
      const auto member = reader_called(book.desk(), options.to);
      if (!member) return member.error();
      to = *member;
    }
    if (thread.case_ && thread.facts().assignee == to && thread.case_->assignee == to) return std::vector<EventDraft>();
    return one("assign", assign_body(to, options.reason));
  };
  return change_and_say(options, make, options.nobody ? "Nobody has this case now." : options.to + " has this case now.");
}

int urgency(const Options& options) {
  if (const auto good = check_text(options.reason, "the reason", event_text_bytes_max); !good) return fail(good.error());
  const auto make = [&](const Casebook&, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    const int from = thread.urgency();
    const std::int64_t seen = last_seen_report(thread);
    return one("urgency", [from, seen, &options](crypto::SecretJson& body) {
      body.number("from", from).number("to", options.urgency).string("reason", options.reason).string("by", "person").number("seen", seen);
    });
  };
  return change_and_say(options, make, "The urgency is " + std::to_string(options.urgency) + " now. A new message may raise it.");
}

/// Complete or empty; the line names what is missing.
Outcome<void> check_police(const Options& options, bool needed) {
  std::string missing;
  std::size_t given = 0;
  for (std::size_t i = 0; i < options.police.size(); ++i) {
    const auto& word = Vocabulary::built_in().police()[i];
    if (options.police[i].empty()) {
      missing += (missing.empty() ? "" : ", ") + std::string("--police-") + word.key;
      continue;
    }
    ++given;
    if (const auto good = check_text(options.police[i], "--police-" + word.key, police_text_bytes_max); !good) return good;
  }
  if (missing.empty() || (given == 0 && !needed)) return {};
  if (needed) {
    return Problem{"this is about a child: whoever has reason to believe that a child is abused must tell the police, and the case is closed only with the record of it: give " +
                   missing};
  }
  return Problem{"the record for the police is not complete: give " + missing + " too"};
}

int close(const Options& options) {
  const Vocabulary& words = Vocabulary::built_in();
  if (!has_key(words.close_types(), options.type)) return misuse("no such type of closing; one of " + keys_of(words.close_types()));
  if (const auto good = check_text(options.reason, "the reason", event_text_bytes_max); !good) return fail(good.error());
  auto open = open_desk(options.connection);
  if (!open) return fail(open.error());
  const bool asks = options.ask || !leads_desk(open->connection.member.member.role);
  const auto make = [&](const Casebook&, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    const CaseFacts facts = thread.facts();
    if (facts.state == CaseFacts::State::closed) return Problem{"this case is closed already; hotline case reopen opens it again"};
    if (asks && facts.state == CaseFacts::State::close_asked) return Problem{"it was asked before that this case be closed; a supervisor decides"};
    if (const auto good = check_police(options, facts.child && !asks); !good) return good.error();
    const std::int64_t seen = last_seen_report(thread);
    return one(asks ? "close_ask" : "close", [&options, &words, asks, seen](crypto::SecretJson& body) {
      body.string("type", options.type).string("reason", options.reason).number("seen", seen);
      if (asks || options.police.front().empty()) return;
      body.key("police").begin_object();
      for (std::size_t i = 0; i < options.police.size(); ++i) body.string(words.police()[i].key, options.police[i]);
      body.end_object();
    });
  };
  const auto changed = change_thread(*open, options.id, make);
  if (!changed) return fail(changed.error());
  std::cout << (asks ? "Asked to close it. A supervisor decides.\n" : "Closed. If the reporter writes again, it comes up again.\n");
  return Exit::done;
}

int reopen(const Options& options) {
  if (const auto good = check_text(options.reason, "the reason", event_text_bytes_max); !good) return fail(good.error());
  auto open = open_desk(options.connection);
  if (!open) return fail(open.error());
  const bool leads = leads_desk(open->connection.member.member.role);
  const auto make = [&](const Casebook&, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    // Events and the server's column may differ, where nobody knows the author of the last one now: time destroys by the column.
    const auto is = [&](std::string_view state, storage::CaseState column) { return thread.state() == state || thread.case_->state == column; };
    if (!thread.case_ || !(is("closed", storage::CaseState::closed) || is("close_asked", storage::CaseState::close_asked))) return Problem{"this case is open"};
    if (!leads && is("closed", storage::CaseState::closed)) return Problem{"a closed case is opened again by a supervisor or an admin"};
    return one("reopen", [&options](crypto::SecretJson& body) { body.string("reason", options.reason); });
  };
  const auto changed = change_thread(*open, options.id, make);
  if (!changed) return fail(changed.error());
  std::cout << "Open again.\n";
  return Exit::done;
}

}  // namespace

void add_triage_commands(CLI::App& case_command, Action& chosen) {
  auto options = std::make_shared<Options>();
  const auto add = [&](const char* name, const char* what, int (*action)(const Options&), const char* reason, bool needs_reason) {
    auto* command = case_command.add_subcommand(name, what);
    options->add_case(*command);
    auto* why = command->add_option("--reason", options->reason, reason);
    if (needs_reason) why->required();
    command->callback([&chosen, options, action] { chosen = [options, action] { return action(*options); }; });
    return command;
  };
  add("claim", "takes a case that nobody has; one of those who try gets it", claim, "why, for colleagues", false);

  auto* assign_command = add("assign", "hands a case to a colleague, who can open it from then on", assign, "why, for colleagues", false);
  assign_command->add_option("to", options->to, "the colleague's name");
  assign_command->add_flag("--nobody", options->nobody, "nobody has it: whoever is free may take it");

  add("urgency", "sets how urgent a case is; new messages may raise it, never lower it", urgency, "why, for colleagues", true)
      ->add_option("urgency", options->urgency, "0 danger now, 1 crisis, 2 high, 3 moderate, 4 other")
      ->required()
      ->check(CLI::Range(0, 4));

  auto* close_command = add("close", "closes a case (supervisors, admins), or asks for it (caseworkers)", close, "why", true);
  close_command->add_option("--type", options->type, keys_of(Vocabulary::built_in().close_types()))->required();
  close_command->add_flag("--ask", options->ask, "only ask that it be closed");
  for (std::size_t i = 0; i < options->police.size(); ++i) {
    const auto& word = Vocabulary::built_in().police().at(i);
    close_command->add_option("--police-" + word.key, options->police[i], "with a child, of the report to the police: " + word.en);
  }

  add("reopen", "opens a closed case again, or refuses that it be closed", reopen, "why", true);
}

}  // namespace hotline::cli
