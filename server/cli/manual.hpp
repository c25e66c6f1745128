#pragma once

#include <CLI/CLI.hpp>

#include <string>

namespace hotline::cli {

/// The manual page of a command with all that are below it, in the man macros of groff (man(7)), section 1. `path` is how it is called:
/// "hotline", "hotline case". Made from the commands themselves, so it says what they take.
std::string manual_page(const CLI::App& command, const std::string& path);

}  // namespace hotline::cli
