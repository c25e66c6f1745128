#include "server/cli/command_tree.hpp"

namespace hotline::cli {

std::vector<const CLI::Option*> options_of(const CLI::App& command) {
  std::vector<const CLI::Option*> found = command.get_options([](const CLI::Option*) { return true; });
  for (const CLI::App* group : command.get_subcommands([](const CLI::App* sub) { return sub->get_name().empty(); })) {
    const auto inside = group->get_options([](const CLI::Option*) { return true; });
    found.insert(found.end(), inside.begin(), inside.end());
  }
  return found;
}

std::vector<const CLI::App*> commands_of(const CLI::App& command) {
  return command.get_subcommands([](const CLI::App* sub) { return !sub->get_name().empty() && !sub->get_group().empty(); });
}

bool takes_value(const CLI::Option& option) { return option.get_items_expected_max() > 0; }

}  // namespace hotline::cli
