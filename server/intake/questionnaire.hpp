#pragma once

#include "config/error.hpp"
#include "config/local_text.hpp"
#include "crypto/secret.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace hotline::intake {

/// What a form held: field name and value, in the order received; a name may come more than once.
using Answers = std::vector<std::pair<std::string, crypto::SecretBuffer>>;

enum class QuestionKind : std::uint8_t { yes_no_unsure, choice, choices, text, consent, consents, files };

/// One question, as web/reporter/questionnaire.toml describes it. A text that it does not bring itself is in the catalogues: the
/// question under its key, an option under key.option, a hint and the sentences before it under the ids given.
struct Question {
  std::string key;                      ///< the form field, and the id of its text
  LocalText label;                      ///< empty: in the catalogues
  QuestionKind kind = QuestionKind::text;
  std::vector<std::string> options;     ///< values that are taken; yes, no, unsure for yes_no_unsure and consent
  std::map<std::string, LocalText, std::less<>> option_texts;   ///< by value; those missing are in the catalogues
  std::string section;
  std::vector<std::string> before;      ///< ids of texts that must stand before it
  std::string hint;                     ///< id of a text, or empty
  LocalText help;                       ///< the hint's own words; empty: none, or by `hint`
  bool self_check = false;
  std::string sign;                     ///< the value that is a sign, or empty
  bool strong = false;
  std::vector<std::string> touches;     ///< of act, means, purpose
  std::vector<std::string> maps_to;     ///< labels of the field's vocabulary
  std::string grants;                   ///< for consent: what "yes" allows, as it stands among the consents; or empty
  /// Asked only when one of these answers was given, or none to that question yet; pages without script ask all.
  std::vector<std::pair<std::string, std::vector<std::string>>> when;
};

/// What does not fit in a form. Never holds input.
struct Objection {
  std::string_view question;            ///< key of the question, or empty
  std::string_view problem;             ///< id of the text that says what to do, "problem.option"
};

/// The questions and the rules of urgency. Built once, then read by any thread.
class Questionnaire {
 public:
  /// One line that names what is wrong with the description.
  static Outcome<Questionnaire> parse(std::string_view toml, std::string_view file_name = "questionnaire");
  /// An operator's own, from disk: at most 256 KiB. The line names the file.
  static Outcome<Questionnaire> load(const std::filesystem::path& path);
  /// The one that is built in.
  static Questionnaire built_in();

  const std::vector<Question>& questions() const { return questions_; }
  /// A section's own heading; null when it is in the catalogues under section.NAME.
  const LocalText* section_heading(std::string_view section) const;
  /// Null for a name that is no question: such fields are ignored everywhere.
  const Question* find(std::string_view key) const;

  /// Whether someone is safe now, asked again of whoever writes again; null when there is no such question.
  const Question* danger_question() const;

  /// What to tell the sender, or nothing: "problem.option" when a value is none of the question's options or one choice was
  /// made twice; "problem.nothing" when no question was answered and no file came.
  std::optional<Objection> validate(const Answers& answers, std::size_t files = 0) const;

  /// Urgency hint: 0 danger now … 4 other. More answers can only make it smaller, but for silence:
  /// "watched and silent" ends when something is written.
  std::uint8_t priority(const Answers& answers, std::size_t files = 0) const;

  /// Whether everything given to questions of consent is something that can be consented to. What a consent grants (Question::grants)
  /// counts as an option of every list of consents: who writes again ticks all of it in one list.
  bool consents_fit(const Answers& answers) const;

  /// Keys, kinds and rules as JSON, for the script that computes the hint before it seals (web/reporter/script/document.ts).
  std::string script_data() const;

  /// Only the answers to questions, none of them empty, in the order received.
  Answers keep(Answers answers) const;

 private:
  struct Rule {
    std::uint8_t level = 4;
    std::vector<std::pair<std::string, std::string>> all;
    std::optional<bool> text;
    bool files = false;
    std::size_t signs_min = 0;
    std::size_t strong_signs_min = 0;
    std::vector<std::string> touched;
  };
  class Reader;
  struct Findings;
  Findings find_signs(const Answers& answers, std::size_t files) const;
  static bool holds(const Rule& rule, const Answers& answers, const Findings& findings);

  std::vector<Question> questions_;
  std::vector<Rule> rules_;
  std::map<std::string, LocalText, std::less<>> headings_;
};

}  // namespace hotline::intake
