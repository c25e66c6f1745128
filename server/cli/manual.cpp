#include "server/cli/manual.hpp"

#include "server/cli/command_tree.hpp"

#include <algorithm>
#include <cctype>
#include <string_view>
#include <vector>

namespace hotline::cli {
namespace {

std::string roff(std::string_view text) {
  std::string escaped;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool begins_line = i == 0 || text[i - 1] == '\n';
    if (begins_line && (text[i] == '.' || text[i] == '\'')) escaped += "\\&";
    if (text[i] == '\\') escaped += "\\e";
    else if (text[i] == '-') escaped += "\\-";
    else escaped += text[i];
  }
  return escaped;
}

std::string bold(std::string_view text) { return "\\fB" + roff(text) + "\\fR"; }
std::string italic(std::string_view text) { return "\\fI" + roff(text) + "\\fR"; }
std::string upper(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

std::string value_name(const CLI::Option& option) {
  std::string name = option.get_lnames().empty() ? option.get_single_name() : option.get_lnames().front();
  const auto ends = [&](std::string_view end) { return name.size() >= end.size() && name.compare(name.size() - end.size(), end.size(), end) == 0; };
  if (name == "config" || name == "output" || ends("-file")) return "FILE";
  if (name == "server") return "URL";
  if (name == "member") return "NAME";
  const std::string type = option.get_type_name();
  return type == "TEXT" || type.empty() ? upper(name) : type.substr(0, type.find(':'));
}

std::string names_of(const CLI::Option& option) {
  std::string names;
  for (const std::string& name : option.get_snames()) names += (names.empty() ? "" : ", ") + bold("-" + name);
  for (const std::string& name : option.get_lnames()) names += (names.empty() ? "" : ", ") + bold("--" + name);
  return takes_value(option) ? names + " " + italic(value_name(option)) : names;
}

std::string synopsis(const CLI::App& command, const std::string& path) {
  std::string line = bold(path);
  if (!commands_of(command).empty()) return line + " " + italic("COMMAND") + " ...";
  bool more = false;
  for (const CLI::Option* option : options_of(command)) {
    if (option->get_positional()) continue;
    if (option->get_required()) line += " " + names_of(*option);
    else more = true;
  }
  if (more) line += " [" + italic("OPTION") + "]...";
  for (const CLI::Option* option : options_of(command)) {
    if (!option->get_positional()) continue;
    const std::string name = italic(upper(option->get_single_name()));
    line += option->get_required() ? " " + name : " [" + name + "]";
  }
  return line;
}

std::string options_text(const CLI::App& command) {
  std::string text;
  for (const CLI::Option* option : options_of(command)) {
    if (option->get_group().empty()) continue;
    text += ".TP\n" + (option->get_positional() ? italic(upper(option->get_single_name())) : names_of(*option)) + "\n" + roff(option->get_description());
    if (!option->get_default_str().empty()) text += " (without it: " + roff(option->get_default_str()) + ")";
    text += "\n";
  }
  return text;
}

void add_command(std::string& page, const CLI::App& command, const std::string& path) {
  page += ".SS \"" + roff(path) + "\"\n" + synopsis(command, path) + "\n.PP\n" + roff(command.get_description()) + ".\n" + options_text(command);
  for (const CLI::App* sub : commands_of(command)) add_command(page, *sub, path + " " + sub->get_name());
}

std::string joined(std::string path, char with) {
  std::replace(path.begin(), path.end(), ' ', with);
  return path;
}

}  // namespace

std::string manual_page(const CLI::App& command, const std::string& path) {
  const bool whole = command.get_parent() == nullptr;
  const std::string about = whole ? "a secure, anonymous reporting line" : command.get_description();
  std::string page = ".TH \"" + upper(joined(path, '-')) + "\" 1 \"\" \"Hotline " HOTLINE_VERSION "\" \"Hotline\"\n.SH NAME\n" + joined(path, '-') + " \\- " +
                     roff(about) + "\n.SH SYNOPSIS\n" + synopsis(command, path) + "\n";
  if (whole) {
    page += ".SH DESCRIPTION\n";
    const std::string description = command.get_description();
    for (std::string_view rest = description; !rest.empty();) {
      const std::size_t end = std::min(rest.find('\n'), rest.size());
      page += end == 0 ? ".PP\n" : roff(rest.substr(0, end)) + "\n.br\n";
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    page += ".SH OPTIONS\n" + options_text(command) + ".SH COMMANDS\n";
    for (const CLI::App* sub : commands_of(command)) {
      page += ".TP\n.BR hotline\\-" + roff(sub->get_name()) + " (1)\n" + roff(sub->get_description()) + "\n";
    }
  } else {
    page += ".SH DESCRIPTION\n" + roff(command.get_description()) + ".\n";
    const std::string own = options_text(command);
    if (!own.empty()) page += ".SH OPTIONS\n" + own;
    if (!commands_of(command).empty()) page += ".SH COMMANDS\n";
    for (const CLI::App* sub : commands_of(command)) add_command(page, *sub, path + " " + sub->get_name());
  }
  page += ".SH EXIT STATUS\n0 done. 1 refused or failed, with one line on standard error that says what and what to do; also "
          "where not everything could be written to standard output. 2 wrong usage.\n";
  page += ".SH FILES\n.TP\n/etc/hotline/hotline.toml\nthe settings; see\n.BR hotline.toml (5)\n";
  page += whole ? ".SH SEE ALSO\n.BR hotline.toml (5)\n" : ".SH SEE ALSO\n.BR hotline (1)\n";
  return page;
}

}  // namespace hotline::cli
