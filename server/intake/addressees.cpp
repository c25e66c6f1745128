#include "server/intake/addressees.hpp"

#include <algorithm>

namespace hotline::intake {
namespace {

bool contains(const std::vector<std::string>& names, const std::string& name) { return std::ranges::find(names, name) != names.end(); }

}  // namespace

const OfferedDesk* Addressees::find(std::string_view id) const {
  const auto parsed = parse_id<DeskId>(id);
  if (!parsed) return nullptr;
  const auto found = std::ranges::find(offered_, *parsed, &OfferedDesk::id);
  return found == offered_.end() ? nullptr : &*found;
}

Addressees::Choice Addressees::read(const Answers& form, bool& said) const {
  Choice choice{standard(), {}, {}};
  std::size_t chosen = 0;
  for (const auto& [field, value] : form) {
    if ((field != "desk" && field != "never") || value.empty()) continue;
    const OfferedDesk* desk = find(value.reveal_text());
    if (desk == nullptr) {
      choice.problem = "problem.option";
    } else if (field == "desk") {
      choice.desk = desk->id;
      if (++chosen > 1) choice.problem = "problem.option";
    } else if (!contains(choice.never, desk->name)) {
      choice.never.push_back(desk->name);
    }
  }
  said = chosen > 0;
  if (!choice.problem.empty()) return choice;
  if (said) {
    const auto& name = std::ranges::find(offered_, choice.desk, &OfferedDesk::id)->name;
    if (contains(choice.never, name)) choice.problem = "problem.desk_never";
    return choice;
  }
  const auto allowed = std::ranges::find_if(offered_, [&](const OfferedDesk& desk) { return !contains(choice.never, desk.name); });
  if (allowed == offered_.end()) {
    choice.problem = "problem.desk_none";
  } else {
    choice.desk = allowed->id;
  }
  return choice;
}

Addressees::Choice Addressees::choose(const Answers& form) const {
  bool said = false;
  return read(form, said);
}

Addressees::Choice Addressees::choose_again(const Answers& form) const {
  bool said = false;
  Choice choice = read(form, said);
  if (choice.problem.empty() && several() && !said) choice.problem = "problem.desk_missing";
  return choice;
}

}  // namespace hotline::intake
