#pragma once

#include <CLI/CLI.hpp>

#include <vector>

namespace hotline::cli {

/// All that can be typed after a command, those of its option groups included.
std::vector<const CLI::Option*> options_of(const CLI::App& command);
/// The commands below one that `--help` lists.
std::vector<const CLI::App*> commands_of(const CLI::App& command);
bool takes_value(const CLI::Option& option);

}  // namespace hotline::cli
