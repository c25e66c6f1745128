#pragma once

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace hotline::cli {

/// `--text WORDS`. An empty text is one that was given: only where the option is missing altogether is standard input read.
inline CLI::Option* add_text_option(CLI::App& command, std::optional<std::string>& text, const std::string& what) {
  return command.add_option_function<std::string>("--text", [&text](const std::string& given) { text = given; }, what);
}

}  // namespace hotline::cli
