#include "server/cli/command_line.hpp"
#include "server/cli/completion.hpp"
#include "server/cli/manual.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/version.hpp"

#include <iostream>

namespace hotline::cli {

/// `licences`; and for packages, not shown among the commands, `manual` and `completion`.
void add_manual_commands(CLI::App& app, Action& chosen) {
  auto* manual = app.add_subcommand("manual", "prints the manual page, or that of one command, for man(1)")->group("");
  auto name = std::make_shared<std::string>();
  manual->add_option("command", *name, "case, member, serve …; without it the page of the whole program");
  manual->callback([&app, &chosen, name] {
    chosen = [&app, name] {
      if (name->empty()) {
        std::cout << manual_page(app, app.get_name());
        return static_cast<int>(Exit::done);
      }
      for (const CLI::App* command : app.get_subcommands([&](const CLI::App* sub) { return sub->get_name() == *name; })) {
        std::cout << manual_page(*command, app.get_name() + " " + *name);
        return static_cast<int>(Exit::done);
      }
      return fail("there is no command of that name; hotline --help lists them");
    };
  });
  auto* licences = app.add_subcommand("licences", "what is built in and linked, and under which licences");
  licences->callback([&chosen] {
    chosen = [] {
      std::cout << licences_text();
      return static_cast<int>(Exit::done);
    };
  });
  auto* complete = app.add_subcommand("completion", "prints what a shell needs to complete commands and options")->group("");
  auto shell = std::make_shared<std::string>("bash");
  complete->add_option("shell", *shell, "bash, zsh or fish");
  complete->callback([&app, &chosen, shell] {
    chosen = [&app, shell] {
      const auto known = shell_of(*shell);
      if (!known) return fail("there is completion for bash, zsh and fish");
      std::cout << completion(app, *known);
      return static_cast<int>(Exit::done);
    };
  });
}

}  // namespace hotline::cli
