// hotline case hold: what is on legal hold is deleted by nobody and by no time, until two members lift it.
#include "server/cli/command_line.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/work_options.hpp"

#include <array>
#include <iostream>

namespace hotline::cli {
namespace {

using storage::HoldState;

struct Step {
  const char* name;               ///< as the API and the event have it
  HoldState from;
  const char* done;
  const char* refused;            ///< when the hold does not stand so
};

constexpr Step propose{"propose", HoldState::none, "Asked for. It protects for two weeks; another member, a supervisor or admin, confirms it for good: hotline case hold ID --confirm",
                       "there is a hold on this case already, or one was asked for"};
constexpr std::array others{
    Step{"confirm", HoldState::proposed, "Held. Nothing of this case is deleted until two members lift the hold.", "no hold was asked for that waits to be confirmed"},
    Step{"withdraw", HoldState::proposed, "The hold that was asked for is taken back.", "no hold was asked for that waits to be confirmed"},
    Step{"lift", HoldState::held, "Asked for its end. It holds on until another member, a supervisor or admin, confirms: hotline case hold ID --confirm-lift",
         "there is no confirmed hold on this case"},
    Step{"confirm_lift", HoldState::lifting, "Lifted. Time and deletions go on.", "nobody has asked for the end of a hold on this case"},
    Step{"keep", HoldState::lifting, "The hold stays.", "nobody has asked for the end of a hold on this case"},
};

struct Options : WorkOptions {
  std::array<bool, others.size()> chosen{};
};

int hold(const Options& options) {
  const Step* step = &propose;
  for (std::size_t i = 0; i < others.size(); ++i) {
    if (options.chosen.at(i)) step = &others.at(i);
  }
  const std::string name = step->name;
  const bool needs_reason = name == "propose" || name == "lift";
  if (needs_reason || !options.reason.empty()) {
    if (options.reason.empty()) {
      return misuse("say why, with --reason: colleagues read it in the case");
    }
    if (const auto good = check_text(options.reason, "the reason", event_text_bytes_max); !good) return fail(good.error());
  }
  auto open = open_desk(options.connection);
  if (!open) return fail(open.error());
  const MemberId me = open->connection.member.member.id;
  const auto make = [&](const Casebook&, const Thread& thread) -> Outcome<std::vector<EventDraft>> {
    const storage::Hold now = thread.case_ ? thread.case_->hold : storage::Hold();
    if (now.state != step->from) return Problem{step->refused};
    if (name.starts_with("confirm") && now.by == me) return Problem{"a legal hold takes two members, and you are the one who asked: a colleague confirms it"};
    const EventBody body = [&](crypto::SecretJson& event) {
      event.string("step", name);
      if (!options.reason.empty()) event.string("reason", options.reason);
    };
    return std::vector<EventDraft>{{"hold", body, name}};
  };
  if (const auto changed = change_thread(*open, options.id, make); !changed) return fail(changed.error());
  std::cout << step->done << "\n";
  return Exit::done;
}

}  // namespace

void add_hold_command(CLI::App& case_command, Action& chosen) {
  auto options = std::make_shared<Options>();
  auto* command = case_command.add_subcommand("hold", "asks that nothing of a case be deleted, by nobody and by no time: a second member confirms");
  options->add_case(*command);
  command->add_option("--reason", options->reason, "why, for colleagues; needed by who asks");
  const std::array<std::pair<const char*, const char*>, others.size()> flags{{{"--confirm", "the hold that a colleague asked for (supervisors, admins)"},
                                                                             {"--withdraw", "takes back what was asked for"},
                                                                             {"--lift", "asks for the end of the hold"},
                                                                             {"--confirm-lift", "ends it, as a colleague asked (supervisors, admins)"},
                                                                             {"--keep", "refuses that it ends"}}};
  auto* steps = command->add_option_group("step", "one of these, or none: asks for a hold");
  for (std::size_t i = 0; i < flags.size(); ++i) steps->add_flag(flags.at(i).first, options->chosen.at(i), flags.at(i).second);
  steps->require_option(0, 1);
  command->callback([&chosen, options] { chosen = [options] { return hold(*options); }; });
}

}  // namespace hotline::cli
