#include "server/cli/work_options.hpp"

#include "config/utf8.hpp"
#include "server/cli/terminal.hpp"
#include "server/cli/text_option.hpp"

#include <iostream>

namespace hotline::cli {

void WorkOptions::add_case(CLI::App& command) {
  connection.add_to(command);
  command.add_option("id", id, "id of the case or of one of its reports, or its first digits")->required();
}

void WorkOptions::add_words(CLI::App& command, const char* what) {
  auto* option = add_text_option(command, text, what);
  command.add_option("--file", file, "read it from this text file")->excludes(option);
}

Outcome<void> check_text(std::string_view text, std::string_view what, std::size_t bytes_max) {
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) return Problem{std::string(what) + " is empty"};
  if (!is_utf8(text)) return Problem{std::string(what) + " is not UTF-8 text"};
  if (text.size() > bytes_max) return Problem{std::string(what) + " is too long: at most " + std::to_string(bytes_max) + " bytes"};
  return {};
}

int change_and_say(const WorkOptions& options, const MakeDrafts& make, std::string_view done) {
  auto open = open_desk(options.connection);
  if (!open) return fail(open.error());
  const auto changed = change_thread(*open, options.id, make);
  if (!changed) return fail(changed.error());
  std::cout << done << "\n";
  return Exit::done;
}

}  // namespace hotline::cli
