#pragma once

#include "server/intake/page_settings.hpp"
#include "server/intake/page_texts.hpp"
#include "server/intake/questionnaire.hpp"
#include "web/templates.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace hotline::intake {

/// A consent that can be given or taken back, and its words.
struct OfferedConsent {
  std::string value;                  ///< as it stands among the consents of a report
  std::string name;
};

/// Every consent that the questions can give, each once: first what a yes grants, then what can be ticked.
std::vector<OfferedConsent> consents_of(const Questionnaire& questionnaire, const PageTexts& texts);

/// Makes data for templates of questions, desks and consents in one language. Where something of a request will stand there are
/// gaps: value:KEY, checked:KEY=VALUE. Used at start, by one thread.
class FormDrawing {
 public:
  /// All outlive this.
  FormDrawing(const PageSettings& settings, const Questionnaire& questionnaire, const PageTexts& texts)
      : settings_(settings), questionnaire_(questionnaire), texts_(texts) {}

  /// The sections of the form in order, each with its questions.
  web::DataList sections() const;
  /// Whether someone who writes again is safe: one question, or none where the questionnaire has it not.
  web::DataList danger_question() const;
  /// The questions of the self-check with their answers and what each answer means.
  web::DataList check_questions() const;
  /// The desks to choose from; none when there is nothing to choose.
  web::DataList desks() const;
  web::DataList consents() const;
  /// The words of a question.
  std::string label(const Question& question) const { return texts_.of(question.label, question.key); }

 private:
  web::Data question(const Question& question) const;
  web::DataList before(const Question& question) const;
  web::DataList options(const Question& question) const;
  std::string option_name(const Question& question, std::string_view value) const;
  web::Data option(const Question& question, std::string_view type, std::string_view value, std::string name) const;
  bool is_granted_elsewhere(std::string_view consent) const;

  const PageSettings& settings_;
  const Questionnaire& questionnaire_;
  const PageTexts& texts_;
};

}  // namespace hotline::intake
