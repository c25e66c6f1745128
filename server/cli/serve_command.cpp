#include "server/app/server.hpp"
#include "server/cli/command_line.hpp"
#include "server/cli/settings_option.hpp"
#include "server/cli/terminal.hpp"

namespace hotline::cli {

void add_serve_command(CLI::App& app, Action& chosen) {
  auto* command = app.add_subcommand("serve", "runs the server until SIGTERM; SIGHUP reads the TLS certificates again");
  auto file = add_settings_option(*command);
  command->callback([&chosen, file] {
    chosen = [file] {
      auto settings = load_settings(*file);
      if (!settings) return fail(settings.error());
      const auto served = app::run_server(std::move(*settings));
      return served ? static_cast<int>(Exit::done) : fail(served.error());
    };
  });
}

}  // namespace hotline::cli
