#pragma once

#include "server/cli/case_desk.hpp"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace hotline::cli {

/// What the commands that change one case have in common.
struct WorkOptions {
  ConnectionOptions connection;
  std::string id;
  std::optional<std::string> text;
  std::string file;
  std::string reason;

  void add_case(CLI::App& command);
  void add_words(CLI::App& command, const char* what);
};

/// Texts of an event: docs/formats.md, section 9.
inline constexpr std::size_t event_text_bytes_max = 16'384;
inline constexpr std::size_t task_text_bytes_max = 500;
inline constexpr std::size_t police_text_bytes_max = 2'000;

/// Nothing when the text is UTF-8, not blank and not too long; else what to do. `what` names it: "the note".
Outcome<void> check_text(std::string_view text, std::string_view what, std::size_t bytes_max);

/// Signs in, opens the desk, changes the case, and says `done`, or what went wrong. Returns an exit code.
int change_and_say(const WorkOptions& options, const MakeDrafts& make, std::string_view done);

}  // namespace hotline::cli
