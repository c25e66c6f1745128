#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hotline::cli {

enum class Shell { bash, zsh, fish };

std::optional<Shell> shell_of(std::string_view name);

/// What a shell needs to complete every command and option of `app`. Made from the commands themselves.
std::string completion(const CLI::App& app, Shell shell);

}  // namespace hotline::cli
