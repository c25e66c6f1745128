#include "server/intake/questionnaire.hpp"

#include "config/setting_rules.hpp"
#include "config/settings_text.hpp"
#include "config/toml.hpp"

#include <algorithm>
#include <array>
#include <fstream>
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

constexpr std::size_t file_bytes_max = 256 * 1024;
constexpr std::size_t questions_max = 100;
constexpr std::size_t options_max = 30;
/// Form fields that are no questions.
constexpr std::array<std::string_view, 9> reserved{"t", "v", "desk", "never", "code", "message", "delete", "consents", "work"};

/// What a form field and its values may be called: they stand in pages, in sealed reports and in rules.
bool is_symbol(std::string_view text) {
  return !text.empty() && text.size() <= 40 && text.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789_") == std::string_view::npos;
}

/// Thrown inside this file only; parse() turns it into a Problem.
struct Broken {
  std::uint32_t number;
  std::string what;
};

[[noreturn]] void refuse(const toml::node& where, std::string_view what) {
  throw Broken{where.source().begin.line, std::string(what)};
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

/// One text for all languages, or a table of texts by language.
LocalText local_text(const toml::node& node, std::string_view name) {
  LocalText text;
  const auto take = [&](std::string tag, const toml::node& value) {
    const auto* words = value.as_string();
    if (words == nullptr || !settings_detail::is_sentence(words->get())) refuse(value, std::string(name) + " must be 1 to 500 bytes of text on one line");
    text.set(std::move(tag), words->get());
  };
  const toml::table* table = node.as_table();
  if (table == nullptr) {
    take("", node);
    return text;
  }
  if (table->empty()) refuse(node, std::string(name) + " holds no text");
  for (const auto& [tag, value] : *table) {
    if (!settings_detail::is_language(tag.str())) refuse(value, std::string(name) + " must be texts by language: { en = \"…\" }");
    take(std::string(tag.str()), value);
  }
  return text;
}
LocalText local_text(const toml::table& table, std::string_view name) {
  const toml::node* node = table.get(name);
  return node != nullptr ? local_text(*node, name) : LocalText();
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
    allow_only(file, {"question", "section", "rule"});
    each(file, "question", [this](const toml::table& table) { read_question(table); });
    if (file.contains("section")) each(file, "section", [this](const toml::table& table) { read_section(table); });
    each(file, "rule", [this](const toml::table& table) { read_rule(table); });
  }

 private:
  template <class F>
  static void each(const toml::table& file, std::string_view name, F read_one) {
    const toml::node* node = file.get(name);
    if (node == nullptr || !node->is_array_of_tables()) throw Broken{1, "there is no [[" + std::string(name) + "]]; see web/reporter/questionnaire.toml"};
    for (const toml::node& item : *node->as_array()) read_one(*item.as_table());
  }

  void read_question(const toml::table& table) {
    allow_only(table, {"key", "kind", "options", "section", "before", "hint", "self_check", "sign", "strong", "touches", "maps_to",
                       "text", "help", "option_texts", "grants", "when"});
    if (into_.questions_.size() == questions_max) refuse(table, "more than 100 questions are too many for anyone");
    Question question;
    question.key = value<std::string>(table, "key", "");
    if (!is_symbol(question.key)) refuse(table, "a question needs a key: small letters, digits and _, at most 40");
    if (std::ranges::find(reserved, question.key) != reserved.end()) refuse(table, "the key " + question.key + " is taken by the form itself");
    if (into_.find(question.key) != nullptr) refuse(table, "the key " + question.key + " is there twice");
    const auto kind = std::ranges::find(kinds, value<std::string>(table, "kind", ""), [](const auto& entry) { return std::string(entry.first); });
    if (kind == kinds.end()) refuse(table, question.key + " needs a kind that is known");
    question.kind = kind->second;
    question.options = strings(table, "options");
    const bool chooses = question.kind == QuestionKind::choice || question.kind == QuestionKind::choices ||
                         question.kind == QuestionKind::consents;
    if (chooses == question.options.empty()) refuse(table, question.key + (chooses ? " needs options" : " has no options"));
    if (question.kind == QuestionKind::yes_no_unsure || question.kind == QuestionKind::consent) question.options = {"yes", "no", "unsure"};
    if (question.options.size() > options_max) refuse(table, question.key + " has more than 30 options");
    for (const std::string& option : question.options) {
      if (!is_symbol(option)) refuse(table, "an option of " + question.key + " must be small letters, digits and _, at most 40");
    }
    if ((question.kind == QuestionKind::files) != (question.key == "file")) refuse(table, "the one question for files has the key file");
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
    question.grants = value<std::string>(table, "grants", "");
    if (!question.grants.empty() && (question.kind != QuestionKind::consent || !is_symbol(question.grants))) {
      refuse(table, "grants is for a consent, and names what \"yes\" allows in small letters");
    }
    question.label = local_text(table, "text");
    question.help = local_text(table, "help");
    if (const toml::node* texts = table.get("option_texts")) {
      if (!texts->is_table()) refuse(*texts, "option_texts must give texts by option");
      for (const auto& [option, node] : *texts->as_table()) {
        check_option(table, question, std::string(option.str()));
        question.option_texts.emplace(option.str(), local_text(node, "option_texts"));
      }
    }
    if (const toml::node* when = table.get("when")) {
      if (!when->is_table()) refuse(*when, "when must name questions and values");
      for (const auto& [key, node] : *when->as_table()) {
        const Question* earlier = into_.find(key.str());
        if (earlier == nullptr) refuse(node, std::string(key.str()) + " is no question that comes before this one");
        auto values = strings(*when->as_table(), key.str());
        for (const std::string& one : values) check_option(table, *earlier, one);
        question.when.emplace_back(earlier->key, std::move(values));
      }
    }
    into_.questions_.push_back(std::move(question));
  }

  void read_section(const toml::table& table) {
    allow_only(table, {"name", "heading"});
    const auto name = value<std::string>(table, "name", "");
    const auto used = [&](const Question& question) { return question.section == name; };
    if (std::ranges::none_of(into_.questions_, used)) refuse(table, "a section needs the name that a question gives in its section");
    if (!table.contains("heading")) refuse(table, "the section " + name + " needs a heading");
    into_.headings_[name] = local_text(table, "heading");
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

Outcome<Questionnaire> Questionnaire::parse(std::string_view text, std::string_view file_name) {
  settings_detail::Complaints complaints(file_name);
  const settings_detail::PlainText plain(text, complaints);
  if (complaints.any()) return complaints.first();
  Questionnaire questionnaire;
  const toml::parse_result file = toml::parse(plain.view());
  if (!file) {
    complaints.add(file.error().source().begin.line, std::string(file.error().description()));
    return complaints.first();
  }
  try {
    Reader(questionnaire).read(file.table());
  } catch (const Broken& broken) {
    complaints.add(broken.number, broken.what);
    return complaints.first();
  }
  return questionnaire;
}

Outcome<Questionnaire> Questionnaire::load(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string text(file_bytes_max + 1, '\0');
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  const auto size = static_cast<std::size_t>(file.gcount());
  if (file.bad() || (size == 0 && file.fail() && !file.eof())) return Problem{"cannot read " + path.string() + "; check [reporter] questionnaire"};
  if (size > file_bytes_max) return Problem{path.string() + " is larger than 256 KiB; this is not a questionnaire"};
  return parse(std::string_view(text).substr(0, size), path.string());
}

}  // namespace hotline::intake
