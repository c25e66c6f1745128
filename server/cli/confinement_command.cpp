#include "server/app/confinement_trial.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/settings_option.hpp"
#include "server/cli/terminal.hpp"

#include <iostream>

namespace hotline::cli {
namespace {

int try_confinement(const std::string& file) {
  const auto settings = load_settings(file);
  if (!settings) return fail(settings.error());
  const auto trials = app::try_confinement(app::permissions_of(*settings), settings->storage.path);
  if (!trials) return fail(trials.error());
  std::size_t wrong = 0;
  for (const app::Trial& trial : *trials) {
    std::cout << (trial.worked ? "works    " : "refused  ") << trial.what << (trial.as_it_should() ? "" : "   <- should not be so") << "\n";
    if (!trial.as_it_should()) ++wrong;
  }
  if (wrong == 0) return Exit::done;
  return fail(std::to_string(wrong) + " of " + std::to_string(trials->size()) +
              " are not as they should be; it takes Linux 6.7 or later, with Landlock and seccomp, and a container that lets them through");
}

}  // namespace

void add_confinement_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("confinement", "tries, as confined as the server, what an intruder would do and what the server needs");
  auto file = add_settings_option(*command);
  command->callback([&chosen, file] { chosen = [file] { return try_confinement(*file); }; });
}

}  // namespace hotline::cli
