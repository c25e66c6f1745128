#include "server/intake/questionnaire.hpp"

#include "web/resources.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace hotline::intake {
namespace {

bool given(const Answers& answers, std::string_view key, std::string_view value) {
  return std::ranges::any_of(answers, [&](const auto& answer) {
    return answer.first == key && answer.second.reveal_text() == value;
  });
}

bool blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

bool one_of(const std::vector<std::string>& options, std::string_view value) {
  return std::ranges::find(options, value) != options.end();
}

bool takes_one_value(QuestionKind kind) {
  return kind == QuestionKind::yes_no_unsure || kind == QuestionKind::choice || kind == QuestionKind::consent;
}

}  // namespace

/// What all answers say together.
struct Questionnaire::Findings {
  bool text = false;
  bool files = false;
  std::size_t signs = 0;
  std::size_t strong_signs = 0;
  std::vector<std::string_view> touched;
};

Questionnaire Questionnaire::built_in() { return parse(web::resource("reporter/questionnaire.toml")).value(); }

const Question* Questionnaire::find(std::string_view key) const {
  const auto found = std::ranges::find(questions_, key, &Question::key);
  return found == questions_.end() ? nullptr : &*found;
}

const LocalText* Questionnaire::section_heading(std::string_view section) const {
  const auto found = headings_.find(section);
  return found == headings_.end() ? nullptr : &found->second;
}

const Question* Questionnaire::danger_question() const {
  const Question* question = find("q_safe_now");
  return question != nullptr && question->kind == QuestionKind::yes_no_unsure ? question : nullptr;
}

std::optional<Objection> Questionnaire::validate(const Answers& answers, std::size_t files) const {
  bool anything = files > 0;
  std::vector<const Question*> chosen;
  for (const auto& [key, value] : answers) {
    const Question* question = find(key);
    if (question == nullptr || blank(value.reveal_text())) continue;
    if (question->kind == QuestionKind::files) continue;
    anything = true;
    if (question->kind == QuestionKind::text) continue;
    if (!one_of(question->options, value.reveal_text())) return Objection{question->key, "problem.option"};
    if (!takes_one_value(question->kind)) continue;
    if (std::ranges::find(chosen, question) != chosen.end()) return Objection{question->key, "problem.option"};
    chosen.push_back(question);
  }
  if (!anything) return Objection{"", "problem.nothing"};
  return std::nullopt;
}

Questionnaire::Findings Questionnaire::find_signs(const Answers& answers, std::size_t files) const {
  Findings findings;
  findings.files = files > 0;
  for (const Question& question : questions_) {
    if (question.kind == QuestionKind::text) {
      findings.text = findings.text || std::ranges::any_of(answers, [&](const auto& answer) {
        return answer.first == question.key && !blank(answer.second.reveal_text());
      });
    } else if (!question.sign.empty() && given(answers, question.key, question.sign)) {
      ++findings.signs;
      if (question.strong) ++findings.strong_signs;
      findings.touched.insert(findings.touched.end(), question.touches.begin(), question.touches.end());
    }
  }
  return findings;
}

bool Questionnaire::holds(const Rule& rule, const Answers& answers, const Findings& findings) {
  if (rule.text && *rule.text != findings.text) return false;
  if (rule.files && !findings.files) return false;
  if (findings.signs < rule.signs_min || findings.strong_signs < rule.strong_signs_min) return false;
  return std::ranges::all_of(rule.all, [&](const auto& wanted) { return given(answers, wanted.first, wanted.second); }) &&
         std::ranges::all_of(rule.touched, [&](const std::string& part) {
           return std::ranges::find(findings.touched, part) != findings.touched.end();
         });
}

std::uint8_t Questionnaire::priority(const Answers& answers, std::size_t files) const {
  const Findings findings = find_signs(answers, files);
  std::uint8_t level = 4;
  for (const Rule& rule : rules_) {
    if (rule.level < level && holds(rule, answers, findings)) level = rule.level;
  }
  return level;
}

bool Questionnaire::consents_fit(const Answers& answers) const {
  return std::ranges::all_of(answers, [&](const auto& answer) {
    const Question* question = find(answer.first);
    const std::string_view value = answer.second.reveal_text();
    if (question == nullptr || question->kind != QuestionKind::consents || value.empty()) return true;
    return one_of(question->options, value) || std::ranges::find(questions_, value, &Question::grants) != questions_.end();
  });
}

Answers Questionnaire::keep(Answers answers) const {
  Answers kept;
  for (auto& [key, value] : answers) {
    const Question* question = find(key);
    if (question == nullptr || question->kind == QuestionKind::files || blank(value.reveal_text())) continue;
    kept.emplace_back(std::move(key), std::move(value));
  }
  return kept;
}

}  // namespace hotline::intake
