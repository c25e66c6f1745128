#include "server/intake/questionnaire.hpp"

#include "config/toml.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>

namespace hotline::intake {
namespace {

constexpr std::array<std::pair<std::string_view, QuestionKind>, 7> kinds{{
    {"yes_no_unsure", QuestionKind::yes_no_unsure},
    {"choice", QuestionKind::choice},
    {"choices", QuestionKind::choices},
    {"text", QuestionKind::text},
    {"consent", QuestionKind::consent},
    {"consents", QuestionKind::consents},
    {"files", QuestionKind::files},
}};

/// Thrown inside this file only; parse() turns it into a Problem.
struct Broken {
  std::string line;
};

[[noreturn]] void refuse(const toml::node& where, std::string_view what) {
  throw Broken{"questionnaire, line " + std::to_string(where.source().begin.line) + ": " + std::string(what)};
}

std::vector<std::string> strings(const toml::table& table, std::string_view name) {
  std::vector<std::string> values;
  const toml::node* node = table.get(name);
  if (node == nullptr) return values;
  const toml::array* array = node->as_array();
  if (array == nullptr) refuse(*node, std::string(name) + " must be a list of texts");
  for (const toml::node& item : *array) {
    if (!item.is_string()) refuse(item, std::string(name) + " must be a list of texts");
    values.push_back(item.as_string()->get());
  }
  return values;
}

template <class T>
T value(const toml::table& table, std::string_view name, T otherwise) {
  const toml::node* node = table.get(name);
  if (node == nullptr) return otherwise;
  const auto read = node->value_exact<T>();
  if (!read) refuse(*node, std::string(name) + " has the wrong type");
  return *read;
}

void allow_only(const toml::table& table, std::initializer_list<std::string_view> names) {
  for (const auto& [key, node] : table) {
    if (std::ranges::find(names, key.str()) == names.end()) refuse(node, std::string(key.str()) + " is not known here");
  }
}

}  // namespace

/// Reads the description piece by piece into a questionnaire.
class Questionnaire::Reader {
 public:
  explicit Reader(Questionnaire& into) : into_(into) {}

  void read(const toml::table& file) {
    allow_only(file, {"question", "rule"});
    each(file, "question", [this](const toml::table& table) { read_question(table); });
    each(file, "rule", [this](const toml::table& table) { read_rule(table); });
  }

 private:
  template <class F>
  static void each(const toml::table& file, std::string_view name, F read_one) {
    const toml::node* node = file.get(name);
    if (node == nullptr || !node->is_array_of_tables()) throw Broken{"questionnaire: it needs [[" + std::string(name) + "]]"};
    for (const toml::node& item : *node->as_array()) read_one(*item.as_table());
  }

  void read_question(const toml::table& table) {
    allow_only(table, {"key", "kind", "options", "section", "before", "hint", "self_check", "sign", "strong", "touches", "maps_to"});
    Question question;
    question.key = value<std::string>(table, "key", "");
    if (question.key.empty()) refuse(table, "a question needs a key");
    if (into_.find(question.key) != nullptr) refuse(table, "the key " + question.key + " is there twice");
    const auto kind = std::ranges::find(kinds, value<std::string>(table, "kind", ""), [](const auto& entry) { return std::string(entry.first); });
    if (kind == kinds.end()) refuse(table, question.key + " needs a kind that is known");
    question.kind = kind->second;
    question.options = strings(table, "options");
    const bool chooses = question.kind == QuestionKind::choice || question.kind == QuestionKind::choices ||
                         question.kind == QuestionKind::consents;
    if (chooses == question.options.empty()) refuse(table, question.key + (chooses ? " needs options" : " has no options"));
    if (question.kind == QuestionKind::yes_no_unsure || question.kind == QuestionKind::consent) question.options = {"yes", "no", "unsure"};
    question.section = value<std::string>(table, "section", "");
    if (question.section.empty()) refuse(table, question.key + " needs a section");
    question.before = strings(table, "before");
    question.hint = value<std::string>(table, "hint", "");
    question.self_check = value(table, "self_check", false);
    question.sign = value<std::string>(table, "sign", "");
    if (!question.sign.empty()) check_option(table, question, question.sign);
    question.strong = value(table, "strong", false);
    question.touches = strings(table, "touches");
    if ((question.strong || question.self_check || !question.touches.empty()) && question.sign.empty()) {
      refuse(table, question.key + " needs a sign");
    }
    for (const std::string& part : question.touches) check_part(table, part);
    question.maps_to = strings(table, "maps_to");
    into_.questions_.push_back(std::move(question));
  }

  void read_rule(const toml::table& table) {
    allow_only(table, {"level", "all", "text", "files", "signs_min", "strong_signs_min", "touched"});
    Rule rule;
    const auto level = value<std::int64_t>(table, "level", -1);
    if (level < 0 || level > 4) refuse(table, "a rule needs a level from 0 to 4");
    rule.level = static_cast<std::uint8_t>(level);
    if (const toml::node* all = table.get("all")) {
      if (!all->is_table()) refuse(*all, "all must name questions and values");
      for (const auto& [key, node] : *all->as_table()) {
        const Question* question = into_.find(key.str());
        if (question == nullptr || !node.is_string()) refuse(node, std::string(key.str()) + " is no question with a value");
        check_option(table, *question, node.as_string()->get());
        rule.all.emplace_back(question->key, node.as_string()->get());
      }
    }
    if (table.contains("text")) rule.text = value(table, "text", false);
    rule.files = value(table, "files", false);
    rule.signs_min = count(table, "signs_min");
    rule.strong_signs_min = count(table, "strong_signs_min");
    rule.touched = strings(table, "touched");
    for (const std::string& part : rule.touched) check_part(table, part);
    if (table.size() < 2) refuse(table, "a rule needs a condition");
    into_.rules_.push_back(std::move(rule));
  }

  static std::size_t count(const toml::table& table, std::string_view name) {
    const auto number = value<std::int64_t>(table, name, 0);
    if (number < 0 || number > 100) refuse(table, std::string(name) + " must be from 0 to 100");
    return static_cast<std::size_t>(number);
  }

  static void check_option(const toml::table& where, const Question& question, const std::string& option) {
    if (std::ranges::find(question.options, option) == question.options.end()) {
      refuse(where, option + " is no option of " + question.key);
    }
  }

  static void check_part(const toml::table& where, const std::string& part) {
    if (part != "act" && part != "means" && part != "purpose") refuse(where, part + " is none of act, means, purpose");
  }

  Questionnaire& into_;
};

Outcome<Questionnaire> Questionnaire::parse(std::string_view text) {
  Questionnaire questionnaire;
  const toml::parse_result file = toml::parse(text);
  if (!file) {
    return Problem{"questionnaire, line " + std::to_string(file.error().source().begin.line) + ": " +
                   std::string(file.error().description())};
  }
  try {
    Reader(questionnaire).read(file.table());
  } catch (const Broken& broken) {
    return Problem{broken.line};
  }
  return questionnaire;
}

}  // namespace hotline::intake
