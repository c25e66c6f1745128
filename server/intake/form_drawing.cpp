#include "server/intake/form_drawing.hpp"

#include "web/sheet.hpp"

#include <algorithm>
#include <utility>

namespace hotline::intake {
namespace {

using web::Data;
using web::DataList;
using web::gap;

constexpr std::size_t long_section = 5;      ///< a section with more questions offers to skip it whole
constexpr std::size_t short_answer = 14;     ///< letters of an answer that fits beside others on a narrow screen
constexpr std::string_view skip_value;       ///< an empty value is no answer
constexpr std::string_view limit_of_secrecy = "help.h5";
constexpr std::string_view child_question = "q_child";

bool has_common_options(const Question& question) {
  return question.kind == QuestionKind::yes_no_unsure || question.kind == QuestionKind::consent;
}

bool takes_several(const Question& question) {
  return question.kind == QuestionKind::choices || question.kind == QuestionKind::consents;
}

/// Letters, near enough: combining marks count as their own.
std::size_t letters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

/// "q_who=someone_else both": when a question with a condition is asked, for the script.
std::string condition(const Question& question) {
  std::string text;
  for (const auto& [key, values] : question.when) {
    if (!text.empty()) text += ";";
    text += key + "=";
    for (const std::string& value : values) text += (text.back() == '=' ? "" : " ") + value;
  }
  return text;
}

}  // namespace

std::vector<OfferedConsent> consents_of(const Questionnaire& questionnaire, const PageTexts& texts) {
  std::vector<OfferedConsent> offered;
  const auto add = [&](const std::string& value, std::string name) {
    if (std::ranges::find(offered, value, &OfferedConsent::value) == offered.end()) offered.push_back({value, std::move(name)});
  };
  for (const Question& question : questionnaire.questions()) {
    if (question.grants.empty()) continue;
    const std::string key = "q_share." + question.grants;
    add(question.grants, texts.has(key) ? texts(key) : texts.of(question.label, question.key));
  }
  for (const Question& question : questionnaire.questions()) {
    if (question.kind != QuestionKind::consents) continue;
    for (const std::string& value : question.options) {
      const auto own = question.option_texts.find(value);
      add(value, own != question.option_texts.end() ? texts.of(own->second) : texts(question.key + "." + value));
    }
  }
  return offered;
}

bool FormDrawing::is_granted_elsewhere(std::string_view consent) const {
  return std::ranges::find(questionnaire_.questions(), consent, &Question::grants) != questionnaire_.questions().end();
}

std::string FormDrawing::option_name(const Question& question, std::string_view value) const {
  const auto own = question.option_texts.find(value);
  if (own != question.option_texts.end()) return texts_.of(own->second);
  return texts_((has_common_options(question) ? "answer" : question.key) + "." + std::string(value));
}

Data FormDrawing::option(const Question& question, std::string_view type, std::string_view value, std::string name) const {
  Data data;
  data.set("type", std::string(type));
  data.set("key", question.key);
  data.set("value", std::string(value));
  data.set("name", std::move(name));
  data.set("checked", value == skip_value ? std::string() : gap("checked:" + question.key + "=" + std::string(value)));
  return data;
}

DataList FormDrawing::options(const Question& question) const {
  DataList options;
  const bool several = takes_several(question);
  for (const std::string& value : question.options) {
    // What a yes to another question allows is not asked twice.
    if (question.kind == QuestionKind::consents && is_granted_elsewhere(value)) continue;
    options.push_back(option(question, several ? "checkbox" : "radio", value, option_name(question, value)));
  }
  if (!several) options.push_back(option(question, "radio", skip_value, texts_("answer.skip")));
  return options;
}

DataList FormDrawing::before(const Question& question) const {
  std::vector<std::string> ids = question.before;
  // Whoever wrote the questions: nobody is asked about a child before the limit was said.
  if (question.key == child_question && std::ranges::find(ids, limit_of_secrecy) == ids.end()) ids.emplace_back(limit_of_secrecy);
  DataList sentences;
  for (const std::string& id : ids) {
    Data sentence;
    sentence.set("sentence", texts_(id));
    sentences.push_back(std::move(sentence));
  }
  return sentences;
}

Data FormDrawing::question(const Question& question) const {
  Data data;
  data.set("before", before(question));
  data.set("key", question.key);
  const std::string when = condition(question);
  data.set("has_when", !when.empty());
  data.set("when", when);
  data.set("label", label(question));
  const std::string hint = question.help.empty() && question.hint.empty() ? std::string() : texts_.of(question.help, question.hint);
  data.set("has_hint", !hint.empty());
  data.set("hint", hint);
  const bool writes = question.kind == QuestionKind::text;
  const bool attaches = question.kind == QuestionKind::files;
  data.set("writes", writes);
  data.set("attaches", attaches);
  data.set("chooses", !writes && !attaches);
  const bool fits = !takes_several(question) && std::ranges::all_of(question.options, [&](const std::string& value) {
    return letters(option_name(question, value)) <= short_answer;
  });
  data.set("shape", std::string(fits ? "row" : "list"));
  data.set("options", options(question));
  data.set("rows", std::string(question.key == "q_story" ? "7" : "2"));
  data.set("value", gap("value:" + question.key));
  return data;
}

DataList FormDrawing::sections() const {
  DataList sections;
  const std::vector<Question>& all = questionnaire_.questions();
  for (auto next = all.begin(); next != all.end();) {
    const std::string& name = next->section;
    DataList questions;
    for (; next != all.end() && next->section == name; ++next) questions.push_back(question(*next));
    Data section;
    const LocalText* heading = questionnaire_.section_heading(name);
    section.set("name", name);
    section.set("heading", heading != nullptr ? texts_.of(*heading) : texts_("section." + name));
    section.set("number", std::to_string(sections.size() + 1));
    section.set("next", std::to_string(sections.size() + 2));
    section.set("long", questions.size() > long_section);
    section.set("questions", questions);
    sections.push_back(std::move(section));
  }
  return sections;
}

DataList FormDrawing::danger_question() const {
  DataList asked;
  if (const Question* found = questionnaire_.danger_question(); found != nullptr) asked.push_back(question(*found));
  return asked;
}

DataList FormDrawing::check_questions() const {
  DataList questions;
  for (const Question& question : questionnaire_.questions()) {
    if (!question.self_check) continue;
    Data asked;
    asked.set("label", label(question));
    DataList answers;
    for (const std::string& value : question.options) {
      const bool is_sign = value == question.sign;
      Data answer;
      answer.set("group", "c" + std::to_string(questions.size() + 1));
      answer.set("name", option_name(question, value));
      answer.set("is_sign", is_sign);
      answer.set("result", texts_(is_sign ? "check.result" : value == "unsure" ? "check.unsure" : "check.go_on"));
      answers.push_back(std::move(answer));
    }
    asked.set("options", answers);
    questions.push_back(std::move(asked));
  }
  return questions;
}

DataList FormDrawing::desks() const {
  DataList desks;
  if (settings_.desks.size() < 2) return desks;
  for (const OfferedDesk& offered : settings_.desks) {
    Data desk;
    const std::string id = to_text(offered.id);
    desk.set("id", id);
    desk.set("shown", texts_.of(offered.shown));
    desk.set("has_about", !offered.about.empty());
    desk.set("about", texts_.of(offered.about));
    desk.set("chosen", gap("checked:desk=" + id));
    desk.set("excluded", gap("checked:never=" + id));
    desks.push_back(std::move(desk));
  }
  return desks;
}

DataList FormDrawing::consents() const {
  DataList list;
  for (const OfferedConsent& offered : consents_of(questionnaire_, texts_)) {
    Data consent;
    consent.set("value", offered.value);
    consent.set("name", offered.name);
    consent.set("checked", gap("checked:q_share=" + offered.value));
    list.push_back(std::move(consent));
  }
  return list;
}

}  // namespace hotline::intake
