#include "server/cli/completion.hpp"

#include "server/cli/command_tree.hpp"

#include <vector>

namespace hotline::cli {
namespace {

struct Word {
  std::string text;             ///< "list", "--config"
  std::string what;             ///< one line
  bool option = false;
  bool takes_value = false;
};

/// A command, as it is typed, and what may follow.
struct Place {
  std::string path;             ///< "hotline case"
  std::vector<Word> words;
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

void add_places(std::vector<Place>& places, const CLI::App& command, const std::string& path) {
  Place place{path, {}};
  for (const CLI::App* sub : commands_of(command)) place.words.push_back({sub->get_name(), first_line(sub->get_description()), false, false});
  for (const CLI::Option* option : options_of(command)) {
    if (option->get_group().empty()) continue;
    for (const std::string& name : option->get_lnames()) {
      place.words.push_back({"--" + name, first_line(option->get_description()), true, takes_value(*option)});
    }
  }
  places.push_back(std::move(place));
  for (const CLI::App* sub : commands_of(command)) add_places(places, *sub, path + " " + sub->get_name());
}

/// All but the first place, each between `before` and `after`.
std::string below(const std::vector<Place>& places, std::string_view before, std::string_view after, std::string_view between) {
  std::string text;
  for (std::size_t at = 1; at < places.size(); ++at) {
    if (at > 1) text += between;
    text.append(before).append(places[at].path).append(after);
  }
  return text;
}

/// In single quotes, where a quote inside is written `escaped`.
std::string quoted(std::string_view text, std::string_view escaped) {
  std::string made = "'";
  for (const char c : text) {
    if (c == '\'') made += escaped;
    else made += c;
  }
  return made + "'";
}

std::string bash(const std::vector<Place>& places) {
  std::string cases;
  for (const Place& place : places) {
    std::string following;
    for (const Word& word : place.words) following += (following.empty() ? "" : " ") + word.text;
    cases += "    \"" + place.path + "\") words=\"" + following + "\" ;;\n";
  }
  return "# Completion of hotline for bash. Made by: hotline completion bash\n_hotline() {\n"
         "  local word=${COMP_WORDS[COMP_CWORD]} path=hotline words='' i\n"
         "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
         "    case \"$path ${COMP_WORDS[i]}\" in\n      " + below(places, "\"", "\"", "|") + ")\n        path+=\" ${COMP_WORDS[i]}\" ;;\n    esac\n  done\n"
         "  case \"$path\" in\n" + cases + "  esac\n"
         "  COMPREPLY=()\n"
         "  # What follows an option that takes a value is a file or the person's own word.\n"
         "  [[ $word == -* || ${COMP_WORDS[COMP_CWORD-1]} != -* ]] || return 0\n"
         "  mapfile -t COMPREPLY < <(compgen -W \"$words\" -- \"$word\")\n"
         "}\ncomplete -o default -F _hotline hotline\n";
}

/// zsh shows what stands behind the first colon.
std::string zsh(const std::vector<Place>& places) {
  std::string cases;
  for (const Place& place : places) {
    std::string following;
    for (const Word& word : place.words) following += " " + quoted(word.text + ":" + word.what, "'\\''");
    cases += "    (\"" + place.path + "\") known=(" + following + " ) ;;\n";
  }
  return "#compdef hotline\n# Completion of hotline for zsh. Made by: hotline completion zsh\n_hotline() {\n"
         "  local at=hotline i\n  local -a known\n"
         "  for ((i = 2; i < CURRENT; i++)); do\n"
         "    case \"$at ${words[i]}\" in\n      (" + below(places, "\"", "\"", "|") + ") at+=\" ${words[i]}\" ;;\n    esac\n  done\n"
         "  # What follows an option that takes a value is a file or the person's own word.\n"
         "  if [[ $PREFIX != -* && ${words[CURRENT-1]} == -* ]]; then _files; return; fi\n"
         "  case \"$at\" in\n" + cases + "  esac\n"
         "  _describe hotline known || _files\n"
         "}\n_hotline \"$@\"\n";
}

std::string fish(const std::vector<Place>& places) {
  std::string lines;
  for (const Place& place : places) {
    for (const Word& word : place.words) {
      lines += "complete -c hotline -n '__hotline_is \"" + place.path + "\"' ";
      lines += word.option ? "-l " + word.text.substr(2) + (word.takes_value ? " -r" : "") : "-f -a " + word.text;
      lines += " -d " + quoted(word.what, "\\'") + "\n";
    }
  }
  return "# Completion of hotline for fish. Made by: hotline completion fish\n"
         "function __hotline_is\n"
         "  set -l at hotline\n"
         "  for word in (commandline -opc)[2..-1]\n"
         "    switch \"$at $word\"\n"
         "      case " + below(places, "'", "'", " ") + "\n        set at \"$at $word\"\n    end\n  end\n"
         "  test \"$at\" = \"$argv[1]\"\nend\n" + lines;
}

}  // namespace

std::optional<Shell> shell_of(std::string_view name) {
  if (name == "bash") return Shell::bash;
  if (name == "zsh") return Shell::zsh;
  if (name == "fish") return Shell::fish;
  return std::nullopt;
}

std::string completion(const CLI::App& app, Shell shell) {
  std::vector<Place> places;
  add_places(places, app, app.get_name());
  switch (shell) {
    case Shell::bash: return bash(places);
    case Shell::zsh: return zsh(places);
    case Shell::fish: return fish(places);
  }
  return {};
}

}  // namespace hotline::cli
